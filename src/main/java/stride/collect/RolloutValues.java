package stride.collect;

import stride.memory.FloatSlab;
import stride.nn.PolicyInference;

/** The critic's values of a rollout's observations. Belongs to one thread. */
public final class RolloutValues {
  private final RolloutSlabs slabs;
  private final PolicyInference inference;
  private final int numEnvs;

  /**
   * Values of a rollout, whatever it holds when they are asked for.
   *
   * @param inference of its policy; the caller's to close
   */
  public RolloutValues(RolloutSlabs slabs, PolicyInference inference) {
    this.slabs = slabs;
    this.inference = inference;
    this.numEnvs = Math.toIntExact(slabs.values().shape().dim(1));
  }

  /**
   * Overwrites values of observations.
   *
   * @param row the first of [T + 1, N]
   * @param rows how many
   */
  public void ofRows(FloatSlab parameters, long row, int rows) {
    inference.values(parameters, slabs.observations(), row, rows, slabs.values(), row);
  }

  /**
   * Overwrites values of terminal observations, of those few episodes that were truncated.
   *
   * @param from the first environment
   * @param to the first that is another's
   */
  public void ofTruncated(FloatSlab parameters, int from, int to) {
    final FloatSlab values = slabs.truncatedValues();
    for (int env = from; env < to; env++) {
      for (int k = 0; k < slabs.truncations().get(env); k++) {
        long slot = (long) env * slabs.truncationsPerEnv() + k;
        long row = (long) slabs.truncatedSteps().get(slot) * numEnvs + env;
        inference.values(parameters, slabs.truncatedObservations(), slot, 1, values, row);
      }
    }
  }
}
