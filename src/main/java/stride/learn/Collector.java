package stride.learn;

import java.util.List;
import stride.env.Shard;

/** What steps environments, whatever learns from it. */
public interface Collector {
  /**
   * The environments, for statistics of their episodes and for replays: one shard for each working
   * thread, in the order of environments.
   */
  List<Shard> shards();

  /**
   * The stage clocks of the shards, off until switched on; a step of theirs is one step of a shard.
   */
  List<StageClock> clocks();

  /** N, the number of environments. */
  int numEnvs();

  /** T, the steps of each environment in one iteration. */
  int numSteps();

  /** Whether one call steps all environments, so that threads wait for one another at each step. */
  boolean lockstep();
}
