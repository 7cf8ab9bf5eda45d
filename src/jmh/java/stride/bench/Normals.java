package stride.bench;

import java.lang.foreign.Arena;
import stride.memory.FloatSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Numbers for kernels whose time does not depend on them. */
final class Normals {
  private Normals() {}

  /** Standard normals, always the same of a count. */
  static FloatSlab draw(Arena arena, long count) {
    FloatSlab slab = FloatSlab.allocate(arena, count);
    var random = new RandomStream(count, Purpose.BENCHMARK);
    for (long i = 0; i < count; i++) {
      slab.set(i, (float) random.nextGaussian());
    }
    return slab;
  }
}
