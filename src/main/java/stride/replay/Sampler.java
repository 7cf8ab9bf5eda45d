package stride.replay;

import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/**
 * Says which transitions of a memory make up the batch of an update. Belongs to one thread at a
 * time.
 */
public interface Sampler extends AutoCloseable {
  /**
   * Draws rows [from, to) of a batch; each is a function of the seed, the update and its number in
   * the batch alone, and of priorities where there are any. It allocates nothing.
   *
   * @param steps that each environment has made
   * @param update number of the update, from 0 or 1
   * @param rows rows of the memory, written at [from, to)
   * @param weights of the rows in the loss, written at [from, to)
   * @throws IllegalStateException if there is nothing to draw
   */
  void rows(long steps, long update, int from, int to, IntSlab rows, FloatSlab weights);

  /**
   * The same draws for another thread, which may draw at once. Closing either closes both.
   *
   * @return a sampler of the same priorities, where there are any
   */
  Sampler another();

  @Override
  void close();
}
