package stride.collect;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.env.ActionSpace;
import stride.env.Shard;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.nn.PolicyInference;
import stride.random.Purpose;

/**
 * Rows of actions, of either kind.
 *
 * @param real [rows, elements]; null where actions are choices
 * @param choices [rows]; null where actions are real
 * @param elements A, the numbers of one action
 */
public record ActionRows(FloatSlab real, IntSlab choices, int elements) {
  /**
   * Makes rows of zeros.
   *
   * @param arena owner of the memory
   */
  public static ActionRows allocate(Arena arena, ActionSpace space, int rows) {
    return space instanceof ActionSpace.Discrete
        ? new ActionRows(null, IntSlab.allocate(arena, rows), space.elements())
        : new ActionRows(FloatSlab.allocate(arena, rows, space.elements()), null, space.elements());
  }

  /** Whether actions are choices. */
  public boolean discrete() {
    return choices != null;
  }

  /**
   * Draws actions from a policy.
   *
   * @param policy what draws
   * @param parameters of the policy
   * @param observations rows of its inputs
   * @param row the first of the observations, of the actions and of the log-probabilities
   * @param n rows
   * @param firstEnv environment of the first row
   * @param step env steps each environment has done before
   * @param logProbs to be written
   */
  public void draw(
      PolicyInference policy,
      FloatSlab parameters,
      FloatSlab observations,
      long row,
      int n,
      int firstEnv,
      long step,
      FloatSlab logProbs) {
    draw(policy, parameters, observations, row, n, firstEnv, step, logProbs, null);
  }

  /**
   * Draws actions from a policy, with the values of the observations.
   *
   * @param policy what draws
   * @param parameters of the policy
   * @param observations rows of its inputs
   * @param row the first of the observations, of the actions, log-probabilities and values
   * @param n rows
   * @param firstEnv environment of the first row
   * @param step env steps each environment has done before
   * @param logProbs to be written
   * @param values to be written; null for none
   */
  public void draw(
      PolicyInference policy,
      FloatSlab parameters,
      FloatSlab observations,
      long row,
      int n,
      int firstEnv,
      long step,
      FloatSlab logProbs,
      FloatSlab values) {
    final Purpose purpose = Purpose.ACTION;
    if (discrete()) {
      policy.sample(
          parameters,
          observations,
          row,
          n,
          purpose,
          firstEnv,
          step,
          choices,
          logProbs,
          values,
          row);
    } else {
      policy.sample(
          parameters, observations, row, n, purpose, firstEnv, step, real, logProbs, values, row);
    }
  }

  /**
   * Overwrites rows by the first ones of others of the same kind.
   *
   * @param count rows
   * @param row the first to be overwritten
   */
  public void copyFrom(ActionRows others, int count, long row) {
    final Slab from = others.discrete() ? others.choices : others.real;
    final Slab to = discrete() ? choices : real;
    final long bytes = (long) elements * Float.BYTES; // an int takes as many
    MemorySegment.copy(from.segment(), 0, to.segment(), row * bytes, count * bytes);
  }

  /** Gives a shard its environments' actions, from a row on. */
  public void giveTo(Shard shard, long row) {
    if (discrete()) {
      shard.act(choices, row);
    } else {
      shard.act(real, row * elements);
    }
  }
}
