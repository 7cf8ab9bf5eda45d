package stride.sac;

import stride.collect.ActionRows;
import stride.collect.Actor;
import stride.collect.RandomActions;
import stride.env.ActionSpace;
import stride.env.Shard;
import stride.memory.FloatSlab;

/** Uniform actions at first, then those that the policy draws. Belongs to one thread. */
final class SacActor implements Actor {
  private final SacInference inference;
  private final RandomActions random;
  private final SacConfig.Start start;
  private FloatSlab parameters;

  /** An actor of a shard's environments. */
  SacActor(SacNetwork network, SacConfig config, ActionSpace space, Shard shard) {
    this.inference = new SacInference(network, config.seed(), shard.numEnvs());
    this.random = new RandomActions(space, config.seed());
    this.start = config.start();
  }

  @Override
  public void begin(FloatSlab newParameters, long episodes) {
    parameters = newParameters;
  }

  @Override
  public void act(
      FloatSlab observations, long row, int n, int firstEnv, long step, ActionRows actions) {
    if (start.random(step)) {
      random.draw(actions, row, firstEnv, n, step);
    } else {
      inference.draw(parameters, observations, row, n, firstEnv, step, actions.real(), row);
    }
  }

  @Override
  public void close() {
    inference.close();
  }
}
