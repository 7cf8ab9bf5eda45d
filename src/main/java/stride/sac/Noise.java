package stride.sac;

import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Kernels;
import stride.nn.LinearLayout;
import stride.random.Philox;
import stride.random.Purpose;

/**
 * Standard normals for actions: each a function of seed, purpose, row, position and element alone.
 * Owns its memory; belongs to one thread.
 */
final class Noise implements AutoCloseable {
  private final Kernels kernels;
  private final long seed;
  private final int actions;
  private final int pairs; // of a row
  private final SlabBlock block;
  private final IntSlab radiusWords; // [R, pairs]
  private final IntSlab angleWords; // [R, pairs]
  private final FloatSlab cosines; // [R, pairs]
  private final FloatSlab sines; // [R, pairs]

  /**
   * Makes room.
   *
   * @param actions A, elements of an action
   * @param rows the most of a call
   */
  Noise(Kernels kernels, long seed, int actions, int rows) {
    this.kernels = kernels;
    this.seed = seed;
    this.actions = actions;
    // two words become two normals, and a block of random bits has four
    this.pairs = 2 * Math.ceilDiv(actions, 4);
    final int count = LinearLayout.padded(rows * pairs);
    this.block =
        new SlabPlan()
            .add("radius_words", ElementType.INT, count)
            .add("angle_words", ElementType.INT, count)
            .add("cosines", ElementType.FLOAT, count)
            .add("sines", ElementType.FLOAT, count)
            .allocate(SlabAllocator.PAGES);
    this.radiusWords = block.ints("radius_words");
    this.angleWords = block.ints("angle_words");
    this.cosines = block.floats("cosines");
    this.sines = block.floats("sines");
  }

  /**
   * Draws the noise of some rows: element k is a cosine if k is even, the sine of the same pair if
   * it is odd.
   *
   * @param first index of row 0
   * @param position which noise of the rows
   * @param into its noise is overwritten
   */
  void draw(Purpose purpose, int first, int rows, long position, DrawnActions into) {
    Philox.fill(seed, purpose, first, rows, position, pairs, radiusWords, angleWords);
    kernels.normals(radiusWords, angleWords, cosines, sines, LinearLayout.padded(rows * pairs));
    for (int k = 0; k < actions; k++) {
      final FloatSlab from = (k & 1) == 0 ? cosines : sines;
      final long column = (long) k * into.columnLength();
      for (int r = 0; r < rows; r++) {
        into.noise().set(column + r, from.get((long) r * pairs + k / 2));
      }
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
