package stride.replay;

import java.util.Objects;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.options.Require;
import stride.random.Philox;
import stride.random.Purpose;

/** Draws each transition that can be learnt from as often as any other, and weighs it by 1. */
public final class UniformSampler implements Sampler {
  private static final long LOW = 0xFFFFFFFFL;

  // more than enough unless nearly all have diverged, and done in some milliseconds
  private static final int MOST_DRAWS = 1 << 20;

  private final ReplayMemory memory;
  private final int nStep;
  private final long seed;

  /**
   * A sampler of a memory.
   *
   * @param nStep steps whose rewards make up a transition's, at least 1
   */
  public UniformSampler(ReplayMemory memory, int nStep, long seed) {
    Require.require("n_step", nStep, nStep >= 1, ">= 1");
    this.memory = memory;
    this.nStep = nStep;
    this.seed = seed;
  }

  @Override
  public void rows(long steps, long update, int from, int to, IntSlab rows, FloatSlab weights) {
    Objects.checkFromToIndex(from, to, Math.min(rows.length(), weights.length()));
    final long oldest = memory.firstUsable(steps);
    final int kept = (int) ((steps - oldest) * memory.numEnvs());
    if (kept == 0) {
      throw new IllegalStateException("the memory has no transitions");
    }
    for (int k = from; k < to; k++) {
      rows.set(k, draw(k, update, oldest, steps, kept));
      weights.set(k, 1);
    }
  }

  private int draw(int index, long update, long oldest, long steps, int kept) {
    final int numEnvs = memory.numEnvs();
    final int first = memory.row(oldest);
    final long unfair = Integer.remainderUnsigned(-kept, kept); // Lemire's, as in RandomStream
    for (int block = 0; block < MOST_DRAWS; block++) {
      final long product = (Philox.words(seed, Purpose.SAMPLE, index, update, block) & LOW) * kept;
      if ((product & LOW) < unfair) {
        continue;
      }
      final int number = (int) (product >>> 32); // of the transitions kept, from the oldest on
      final int row = memory.wrapped(first + (long) number);
      if (memory.usable(row, steps - oldest - number / numEnvs, nStep)) {
        return row;
      }
    }
    throw new IllegalStateException("none of " + kept + " transitions can be learnt from");
  }

  @Override
  public Sampler another() {
    return this; // it writes to nothing of its own
  }

  @Override
  public void close() {}
}
