package stride.collect;

import stride.options.Require;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * Which actions explore, and which choice they then are: functions of the seed, the environment and
 * the step alone. Belongs to one thread; nothing is allocated after construction.
 */
public final class EpsilonGreedy {
  private static final double UNIT = 0x1p-32;

  private final int actions;
  private final RandomStream random;

  /**
   * Coins and choices of a run.
   *
   * @param seed of the run
   * @param actions how many choices there are, at least 1
   */
  public EpsilonGreedy(long seed, int actions) {
    Require.require("actions", actions, actions >= 1, ">= 1");
    this.actions = actions;
    this.random = new RandomStream(seed, Purpose.EXPLORATION);
  }

  /**
   * Whether an action explores: never at 0, always at 1.
   *
   * @param epsilon the share of actions that explore
   * @param env global index of the environment
   * @param step env steps that the environment has done before
   */
  public boolean explores(double epsilon, int env, long step) {
    random.seek(env, step);
    return Integer.toUnsignedLong(random.nextInt()) * UNIT < epsilon;
  }

  /**
   * The choice of the action that {@link #explores} was asked about last: uniform over all, the
   * best one included.
   */
  public int choice() {
    return random.nextInt(actions); // the next number after the coin's
  }
}
