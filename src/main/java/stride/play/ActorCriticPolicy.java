package stride.play;

import java.lang.foreign.Arena;
import java.util.Map;
import stride.collect.ActionRows;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.Kernels;
import stride.nn.PolicyInference;
import stride.nn.PolicyLayout;

/** The actor of an actor-critic, with observations normalised as in training. */
public final class ActorCriticPolicy implements Policy {
  private final Arena arena = Arena.ofShared();
  private final SavedPolicy saved;
  private final Kernels kernels;
  private final PolicyInference inference;
  private FloatSlab logProbs; // [n], asked of nobody

  /**
   * Finds the policy in a state.
   *
   * @param layout of the run's actor-critic
   * @param normObs whether the run normalises observations
   * @param state of a checkpoint, or of a learner between two iterations; must stay as it is until
   *     this object is closed
   * @param kernels what computes
   * @param seed of the actions drawn
   * @throws IllegalArgumentException if the state is not of such a run, or a number is not finite
   */
  public ActorCriticPolicy(
      PolicyLayout layout, boolean normObs, Map<String, Slab> state, Kernels kernels, long seed) {
    try {
      this.saved = SavedPolicy.of(arena, layout, normObs, state);
      this.kernels = kernels;
      this.inference = new PolicyInference(layout, kernels, seed);
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
  }

  @Override
  public int observationStride() {
    return saved.layout().inputStride();
  }

  @Override
  public void act(FloatSlab observations, int n, long step, boolean best, ActionRows actions) {
    if (saved.statistics() != null) {
      kernels.normalize(saved.statistics(), observations, 0, n);
    }
    if (best) {
      mode(observations, n, actions);
    } else {
      sample(observations, n, step, actions);
    }
  }

  private void mode(FloatSlab observations, int n, ActionRows actions) {
    final FloatSlab parameters = saved.parameters();
    if (actions.discrete()) {
      inference.mode(parameters, observations, 0, n, actions.choices(), 0);
    } else {
      inference.mode(parameters, observations, 0, n, actions.real(), 0);
    }
  }

  private void sample(FloatSlab x, int n, long step, ActionRows actions) {
    if (logProbs == null || logProbs.length() < n) {
      logProbs = FloatSlab.allocate(arena, n);
    }
    actions.draw(inference, saved.parameters(), x, 0, n, 0, step, logProbs);
  }

  @Override
  public void close() {
    inference.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
