package stride.nn;

import java.lang.foreign.Arena;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Seeded slabs for tests. */
final class TestData {
  private TestData() {}

  /** Normals times a scale. */
  static FloatSlab normals(Arena arena, int seed, double scale, long... dims) {
    FloatSlab slab = FloatSlab.allocate(arena, dims);
    RandomStream random = new RandomStream(seed, Purpose.BENCHMARK);
    for (long i = 0; i < slab.length(); i++) {
      slab.set(i, (float) (scale * random.nextGaussian()));
    }
    return slab;
  }

  /** Uniform over all ints. */
  static IntSlab words(Arena arena, int seed, long... dims) {
    IntSlab slab = IntSlab.allocate(arena, dims);
    RandomStream random = new RandomStream(seed, Purpose.BENCHMARK);
    for (long i = 0; i < slab.length(); i++) {
      slab.set(i, random.nextInt());
    }
    return slab;
  }

  /** A layer of its own slab: W at 0, then b; padding 0. */
  static FloatSlab layer(Arena arena, int seed, LinearLayout layer) {
    FloatSlab parameters = FloatSlab.allocate(arena, layer.bias() + layer.outputStride());
    RandomStream random = new RandomStream(seed, Purpose.BENCHMARK);
    for (int k = 0; k <= layer.inputs(); k++) { // the last row is the bias
      for (int o = 0; o < layer.outputs(); o++) {
        parameters.set((long) k * layer.outputStride() + o, (float) random.nextGaussian());
      }
    }
    return parameters;
  }

  /** The layout of a layer in a slab of its own. */
  static LinearLayout linear(int inputs, int outputs) {
    int outputStride = LinearLayout.padded(outputs);
    int inputStride = LinearLayout.roundUp(inputs, LinearLayout.INPUT_ALIGNMENT);
    long bias = (long) inputs * outputStride;
    return new LinearLayout(inputs, inputStride, outputs, outputStride, 0, bias);
  }
}
