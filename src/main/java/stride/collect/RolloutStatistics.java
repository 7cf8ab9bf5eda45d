package stride.collect;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import stride.memory.DoubleSlab;
import stride.nn.RunningScalar;
import stride.nn.RunningStatistics;

/**
 * What normalises observations and rewards: running statistics, frozen during a rollout, and each
 * environment's sums for the next ones.
 *
 * <p>Threads write the rows of their own environments; merging is for one thread between rollouts,
 * in the order of environments, so that it does not depend on the number of threads.
 */
public final class RolloutStatistics {
  private final RunningStatistics observations;
  private final RunningScalar returns;
  private final DoubleSlab observationSums; // [N, 2 D]
  private final DoubleSlab returnSums; // [N, 2]
  private final DoubleSlab discountedReturns; // [N]
  private final int numEnvs;

  RolloutStatistics(Arena arena, int numEnvs, int observationElements, int observationStride) {
    this.numEnvs = numEnvs;
    this.observations = new RunningStatistics(arena, observationElements, observationStride);
    this.returns = new RunningScalar(arena);
    this.observationSums = DoubleSlab.allocate(arena, numEnvs, 2L * observationElements);
    this.returnSums = DoubleSlab.allocate(arena, numEnvs, 2);
    this.discountedReturns = DoubleSlab.allocate(arena, numEnvs);
  }

  /** Mean and variance of observations, frozen during a rollout. */
  public RunningStatistics observations() {
    return observations;
  }

  /** Variance of discounted returns, frozen during a rollout. */
  public RunningScalar returns() {
    return returns;
  }

  /** Sums of each environment's observations about the frozen mean: [N, 2 D]. */
  DoubleSlab observationSums() {
    return observationSums;
  }

  /**
   * Adds the discounted return after a step to its environment's sums. An episode's end begins a
   * new return.
   *
   * @param env the environment
   * @param reward of the step, as the task gave it
   * @param gamma discount
   * @param ended whether the episode ended with the step
   */
  void addReward(int env, double reward, double gamma, boolean ended) {
    double value = discountedReturns.get(env) * gamma + reward;
    returns.accumulate(returnSums, env, value);
    discountedReturns.set(env, ended ? 0 : value);
  }

  /**
   * The same by the rule of NormalizeReward in Gymnasium 1.4: a termination drops what came before
   * its own reward, a truncation drops nothing, and the sum goes on into the next episode.
   *
   * @param env the environment
   * @param reward of the step, as the task gave it
   * @param gamma discount
   * @param terminated whether the task ended the episode with the step
   * @param diverged whether the simulation failed in the step, which Gymnasium does not notice;
   *     begins a new return
   */
  void addRewardAsGymnasium(
      int env, double reward, double gamma, boolean terminated, boolean diverged) {
    double value = (terminated ? 0 : discountedReturns.get(env) * gamma) + reward;
    returns.accumulate(returnSums, env, value);
    discountedReturns.set(env, diverged ? 0 : value);
  }

  /** Each environment's discounted return so far: [N]. */
  DoubleSlab discountedReturns() {
    return discountedReturns;
  }

  /** Takes the sums of all environments' observations into the statistics and freezes them anew. */
  void mergeObservations(long rows) {
    observations.merge(observationSums, numEnvs, rows);
  }

  /** Takes the sums of all environments' returns into the statistics and freezes them anew. */
  void mergeReturns(long rows) {
    returns.merge(returnSums, numEnvs, rows);
  }

  /** Doubles of a saved state. */
  long stateSize() {
    return observations.state().length() + returns.statistics().state().length() + numEnvs;
  }

  /** Writes the statistics and the discounted returns, between rollouts. */
  void save(DoubleSlab to, long at) {
    for (DoubleSlab part : state()) {
      copy(part, 0, to, at, part.length());
      at += part.length();
    }
  }

  /** Reads what {@link #save} wrote. */
  void restore(DoubleSlab from, long at) {
    for (DoubleSlab part : state()) {
      copy(from, at, part, 0, part.length());
      at += part.length();
    }
    observationSums.clear();
    returnSums.clear();
    observations.freeze();
    returns.statistics().freeze();
  }

  private List<DoubleSlab> state() {
    return List.of(observations.state(), returns.statistics().state(), discountedReturns);
  }

  private static void copy(DoubleSlab from, long fromAt, DoubleSlab to, long toAt, long length) {
    MemorySegment.copy(
        from.segment(),
        fromAt * Double.BYTES,
        to.segment(),
        toAt * Double.BYTES,
        length * Double.BYTES);
  }
}
