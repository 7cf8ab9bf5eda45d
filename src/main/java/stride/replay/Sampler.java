package stride.replay;

import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/** Says which transitions of a memory make up the batch of an update. */
public interface Sampler extends AutoCloseable {
  /**
   * Draws rows [from, to) of a batch; each is a function of the seed, the update and its number in
   * the batch alone, and of priorities where there are any. Several threads may draw at once. It
   * allocates nothing.
   *
   * @param steps that each environment has made
   * @param update number of the update, from 0 or 1
   * @param rows rows of the memory, written at [from, to)
   * @param weights of the rows in the loss, written at [from, to)
   * @throws IllegalStateException if there is nothing to draw
   */
  void rows(long steps, long update, int from, int to, IntSlab rows, FloatSlab weights);

  @Override
  void close();
}
