package stride.play;

import stride.collect.ActionRows;
import stride.memory.FloatSlab;

/** A saved policy that answers observations. Belongs to one thread; the owner closes it. */
public interface Policy extends AutoCloseable {
  /** D', the number of floats from one row of observations to the next. */
  int observationStride();

  /**
   * Chooses actions for the environments 0 to n.
   *
   * @param observations [n, D'] as the task gives them; may be normalised in place
   * @param n rows
   * @param step env steps each environment has done before: with the seed, it fixes what is drawn
   * @param best whether the best action is taken instead of a drawn one
   * @param actions [n, A] to be written
   */
  void act(FloatSlab observations, int n, long step, boolean best, ActionRows actions);

  @Override
  void close();
}
