package stride.env;

import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.RandomStream;

/**
 * Many environments of one task, and what can be done to all of them at once. Those of numbers and
 * those of frames are two kinds of it. Belongs to one thread at a time; the shard that made it
 * closes it.
 */
abstract class TaskRows implements AutoCloseable {
  /** The mark of a row whose step went wrong. */
  static final byte BAD = 1;

  /** Doubles that {@link #save} writes for a row. */
  abstract int stateSize();

  /** Puts a row into the task's first state, noise included. */
  abstract void reset(int row, RandomStream random);

  /** Takes float actions [numEnvs, A] from an element on. */
  abstract void act(FloatSlab actions, long at);

  /** Takes double actions [numEnvs, A] from an element on. */
  abstract void act(DoubleSlab actions, long at);

  /** Takes discrete actions [numEnvs] from an element on. */
  abstract void act(IntSlab actions, long at);

  /** Simulates one env step. */
  abstract void advance();

  /** Overwrites rewards [numEnvs] and terminated [numEnvs] by those of the step just simulated. */
  abstract void reward(DoubleSlab rewards, ByteSlab terminated);

  /**
   * What the step just simulated adds to returns: the plain task's rewards, whatever is altered.
   *
   * @param rewards as {@link #reward} gave them
   * @return [numEnvs], valid until the next step
   */
  DoubleSlab scores(DoubleSlab rewards) {
    return rewards;
  }

  /**
   * Overwrites bad [numEnvs]: {@link #BAD} where the simulator noticed that the step went wrong,
   * else 0.
   */
  abstract void findBad(ByteSlab bad);

  /** What went wrong in a row that {@link #findBad} marked. */
  abstract String failure(int row);

  /** Writes all that a bit-equal continuation of a row needs, [stateSize] from an element on. */
  abstract void save(int row, DoubleSlab to, long at);

  /** Reads what {@link #save} wrote. */
  abstract void restore(int row, DoubleSlab from, long at);

  static IllegalArgumentException wrongActions(String type, ActionSpace space) {
    return new IllegalArgumentException(type + " actions given to " + space);
  }

  @Override
  public abstract void close();
}
