package stride.collect;

import stride.learn.Stage;
import stride.learn.StageSplit;
import stride.memory.FloatSlab;
import stride.parallel.Team;

/** A learner whose iteration is one rollout, and what is learnt from it. */
public abstract class RolloutLearner extends OnPolicyLearner {
  /**
   * Takes over a rollout.
   *
   * @param rollout that has not begun
   * @param team that it runs on
   */
  protected RolloutLearner(Rollout rollout, Team team) {
    super(rollout, team);
  }

  /** The parameters that the next rollout acts by, read only. */
  protected abstract FloatSlab acting();

  /**
   * Learns from the rollout that has ended.
   *
   * @param progress how much of the run is done, in [0, 1)
   * @param laps takes the stages
   */
  protected abstract void learn(double progress, StageSplit laps);

  @Override
  public void iterate(double progress) {
    last().begin();
    rollout().collect(acting());
    last().lap(Stage.ROLLOUT);
    learn(progress, last());
    episodes().merge(finished());
  }
}
