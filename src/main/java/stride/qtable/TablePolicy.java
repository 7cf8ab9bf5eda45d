package stride.qtable;

import stride.collect.ActionRows;
import stride.collect.EpsilonGreedy;
import stride.memory.FloatSlab;
import stride.play.Policy;

/**
 * The best actions of a table; drawn ones explore as often as at the end of training.
 *
 * @param table read as it is at each call; the caller's
 * @param buckets of the table
 * @param exploration of drawn actions
 * @param epsilon the share of drawn actions that explore
 */
record TablePolicy(ValueTable table, Buckets buckets, EpsilonGreedy exploration, double epsilon)
    implements Policy {
  @Override
  public int observationStride() {
    return buckets.coordinates();
  }

  @Override
  public void act(FloatSlab observations, int n, long step, boolean best, ActionRows actions) {
    final double share = best ? 0 : epsilon;
    for (int env = 0; env < n; env++) {
      boolean explores = exploration.explores(share, env, step);
      int cell = buckets.cell(observations, (long) env * buckets.coordinates());
      actions.choices().set(env, explores ? exploration.choice() : table.best(cell));
    }
  }

  @Override
  public void close() {
    // the table is the caller's
  }
}
