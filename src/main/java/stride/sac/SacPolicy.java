package stride.sac;

import stride.collect.ActionRows;
import stride.memory.FloatSlab;
import stride.nn.PolicyInference;
import stride.play.Policy;

/** Squashed means, or squashed draws where actions are drawn. Belongs to one thread. */
final class SacPolicy implements Policy {
  private final SacNetwork network;
  private final FloatSlab parameters;
  private final SacInference inference;

  /**
   * A policy.
   *
   * @param parameters live: [layout.network.size]; must outlive the policy
   * @param seed of the actions drawn
   */
  SacPolicy(SacNetwork network, FloatSlab parameters, long seed) {
    this.network = network;
    this.parameters = parameters;
    this.inference = new SacInference(network, seed, PolicyInference.DEFAULT_CHUNK);
  }

  @Override
  public int observationStride() {
    return network.layout().actor().inputStride();
  }

  @Override
  public void act(FloatSlab observations, int n, long step, boolean best, ActionRows actions) {
    if (best) {
      inference.best(parameters, observations, n, actions.real());
    } else {
      inference.draw(parameters, observations, 0, n, 0, step, actions.real(), 0);
    }
  }

  @Override
  public void close() {
    inference.close();
  }
}
