package stride.dqn;

import stride.collect.ActionRows;
import stride.collect.EpsilonGreedy;
import stride.memory.FloatSlab;
import stride.nn.PolicyInference;
import stride.play.Policy;

/**
 * The best actions by a Q network, and uniform ones in between where actions are drawn. Belongs to
 * one thread.
 */
final class DqnPolicy implements Policy {
  private final QNetwork network;
  private final FloatSlab parameters;
  private final double epsilon;
  private final QInference inference;
  private final EpsilonGreedy exploration;

  /**
   * A policy.
   *
   * @param parameters live: [layout.size]; must outlive the policy
   * @param epsilon the share of drawn actions that are uniform
   * @param seed of the actions drawn
   */
  DqnPolicy(QNetwork network, FloatSlab parameters, double epsilon, long seed) {
    this.network = network;
    this.parameters = parameters;
    this.epsilon = epsilon;
    this.inference = new QInference(network, PolicyInference.DEFAULT_CHUNK);
    this.exploration = new EpsilonGreedy(seed, network.layout().actions());
  }

  @Override
  public int observationStride() {
    return network.layout().inputStride();
  }

  @Override
  public void act(FloatSlab observations, int n, long step, boolean best, ActionRows actions) {
    inference.best(parameters, observations, 0, n, actions.choices(), 0);
    for (int env = 0; env < n && !best; env++) {
      if (exploration.explores(epsilon, env, step)) {
        actions.choices().set(env, exploration.choice());
      }
    }
  }

  @Override
  public void close() {
    inference.close();
  }
}
