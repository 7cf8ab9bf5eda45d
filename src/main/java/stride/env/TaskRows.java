package stride.env;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;

import java.lang.foreign.MemorySegment;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.RandomStream;

/**
 * The states of many environments of one task, a row of doubles each, and what can be done to all
 * rows at once. Belongs to one thread at a time; the shard that made it closes it.
 */
abstract class TaskRows implements AutoCloseable {
  /** Bytes of an element of a row. */
  static final long DOUBLE = Double.BYTES;

  /** The mark of a row whose step went wrong. */
  static final byte BAD = 1;

  /** All rows: [numEnvs, stateSize] doubles that are the whole state between two steps. */
  abstract MemorySegment states();

  /** Doubles in a row. */
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

  /** Writes the observations of rows [from, to) to out [to - from, D]. */
  abstract void observe(int from, int to, DoubleSlab out);

  /** Numbers that describe a pose in a golden file: positions, then velocities. */
  abstract int coordinates();

  /** One of them. */
  abstract double coordinate(int row, int k);

  /** Sets one of them. */
  abstract void setCoordinate(int row, int k, double value);

  /** Forgets what a row's simulator has noticed so far; its state is overwritten next. */
  abstract void clear(int row);

  final void save(int row, DoubleSlab to, long at) {
    long bytes = (long) stateSize() * Double.BYTES;
    MemorySegment.copy(states(), row * bytes, to.segment(), at * Double.BYTES, bytes);
  }

  final void restore(int row, DoubleSlab from, long at) {
    clear(row);
    long bytes = (long) stateSize() * Double.BYTES;
    MemorySegment.copy(from.segment(), at * Double.BYTES, states(), row * bytes, bytes);
  }

  static IllegalArgumentException wrongActions(String type, ActionSpace space) {
    return new IllegalArgumentException(type + " actions given to " + space);
  }

  static double clip(double value, double low, double high) {
    // comparisons are false on NaN, which must reach the simulator to be noticed
    return value < low ? low : value > high ? high : value;
  }

  static double get(MemorySegment segment, long offset) {
    return segment.get(JAVA_DOUBLE, offset);
  }

  @Override
  public abstract void close();
}
