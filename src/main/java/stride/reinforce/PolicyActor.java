package stride.reinforce;

import stride.collect.ActionRows;
import stride.collect.Actor;
import stride.memory.FloatSlab;
import stride.nn.PolicyInference;

/** Draws actions from a policy. Belongs to one thread. */
final class PolicyActor implements Actor {
  private final PolicyInference inference;
  private final FloatSlab logProbs;
  private FloatSlab parameters;

  /**
   * An actor.
   *
   * @param inference of the policy; closed with this object
   * @param logProbs where log-probabilities go, which nobody asks for: as many as there are rows of
   *     actions
   */
  PolicyActor(PolicyInference inference, FloatSlab logProbs) {
    this.inference = inference;
    this.logProbs = logProbs;
  }

  @Override
  public void begin(FloatSlab newParameters, long episodes) {
    parameters = newParameters;
  }

  @Override
  public void act(
      FloatSlab observations, long row, int n, int firstEnv, long step, ActionRows actions) {
    actions.draw(inference, parameters, observations, row, n, firstEnv, step, logProbs);
  }

  @Override
  public void close() {
    inference.close();
  }
}
