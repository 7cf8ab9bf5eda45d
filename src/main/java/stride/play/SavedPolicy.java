package stride.play;

import java.lang.foreign.Arena;
import java.util.Map;
import stride.collect.Rollout;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.nn.PolicyLayout;
import stride.nn.RunningStatistics;

/**
 * The actor-critic of a checkpoint, with the frozen statistics that normalise what it sees.
 *
 * @param layout where the parameters lie
 * @param parameters the state's own: [layout.size], all finite
 * @param statistics of observations; null if the run does not normalise them
 */
public record SavedPolicy(PolicyLayout layout, FloatSlab parameters, RunningStatistics statistics)
    implements SavedNetwork {
  /**
   * Finds the policy in a state.
   *
   * @param arena owner of the statistics; not closed here
   * @param layout of the run's actor-critic
   * @param normObs whether the run normalises observations
   * @param state of a checkpoint; outlives the policy
   * @return its parameters and statistics
   * @throws IllegalArgumentException if the state is not of such a run, or a number is not finite
   */
  public static SavedPolicy of(
      Arena arena, PolicyLayout layout, boolean normObs, Map<String, Slab> state) {
    FloatSlab parameters = parameters(state, layout.size());
    if (!normObs) {
      return new SavedPolicy(layout, parameters, null);
    }
    var statistics =
        new RunningStatistics(arena, layout.spec().actor().inputs(), layout.inputStride());
    restore(statistics, state);
    return new SavedPolicy(layout, parameters, statistics);
  }

  /**
   * Finds the parameters in a state.
   *
   * @param state of a checkpoint, or of a learner
   * @param size P, how many there must be
   * @return the state's own: [P], all finite
   * @throws IllegalArgumentException if the state is not of such a run, or a number is not finite
   */
  public static FloatSlab parameters(Map<String, Slab> state, long size) {
    Slab parameters = state.get("parameters");
    if (!(parameters instanceof FloatSlab saved) || saved.length() != size) {
      throw new IllegalArgumentException(
          "parameters=" + parameters + ", required: FloatSlab[" + size + "]");
    }
    for (long k = 0; k < saved.length(); k++) {
      if (!Float.isFinite(saved.get(k))) {
        throw new IllegalArgumentException("parameter " + k + " is " + saved.get(k));
      }
    }
    return saved;
  }

  private static void restore(RunningStatistics statistics, Map<String, Slab> state) {
    if (!(state.get(Rollout.STATE) instanceof DoubleSlab saved)) {
      throw new IllegalArgumentException("no statistics of observations");
    }
    Rollout.observationStatistics(saved, statistics);
    for (long k = 0; k < statistics.state().length(); k++) {
      double value = statistics.state().get(k);
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("number " + k + " of the statistics is " + value);
      }
    }
  }
}
