package stride.collect;

import stride.memory.FloatSlab;

/**
 * Chooses the actions of a shard's environments. Belongs to one thread, and allocates nothing; the
 * owner closes it.
 */
public interface Actor extends AutoCloseable {
  /**
   * Takes the parameters as they are now, for the steps until the next call.
   *
   * @param parameters read only
   * @param episodes of training that have ended so far, for schedules that go by them
   */
  void begin(FloatSlab parameters, long episodes);

  /**
   * Chooses actions. Random numbers are a function of the seed, the environment and the step alone.
   *
   * @param observations rows of D' floats; of frames the last H, as {@code [pixels][H]} in [0, 1]
   * @param row the first row of observations and of actions
   * @param n rows
   * @param firstEnv environment of the first row
   * @param step env steps each environment has done before
   * @param actions written at the same rows
   */
  void act(FloatSlab observations, long row, int n, int firstEnv, long step, ActionRows actions);

  @Override
  void close();
}
