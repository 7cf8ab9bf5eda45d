package stride.collect;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.env.Shard;
import stride.env.StepOutputs;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.nn.Kernels;
import stride.nn.PolicyInference;
import stride.nn.PolicyLayout;

/**
 * Takes the environments of one shard through a whole rollout, writing their columns of the slabs
 * and nothing else. Belongs to one thread at a time.
 */
final class RolloutWorker implements AutoCloseable {
  private static final float REWARD_CLIP = 10;

  private final RolloutConfig config;
  private final RolloutSlabs slabs;
  private final RolloutStatistics statistics;
  private final Kernels kernels;
  private final Shard shard;
  private final PolicyInference inference;
  private final RolloutValues values;
  private final RandomActions randomActions;
  private final StageClock clock = new StageClock();
  private final StepOutputs outputs;
  private final FloatSlab actingValues; // of the slabs, while acting; null: at the end, all at once
  private final FloatSlab terminal; // [D']: a row to count an episode's last observation from
  private final int from; // first environment
  private final int n; // environments
  private final int stride; // D'

  RolloutWorker(
      Arena arena,
      RolloutConfig config,
      RolloutSlabs slabs,
      RolloutStatistics statistics,
      PolicyLayout policy,
      Kernels kernels,
      Shard shard) {
    this.config = config;
    this.slabs = slabs;
    this.statistics = statistics;
    this.kernels = kernels;
    this.shard = shard;
    this.inference = new PolicyInference(policy, kernels, config.seed());
    this.values = new RolloutValues(slabs, inference);
    this.randomActions = new RandomActions(shard.task().spec().actionSpace(), config.seed());
    this.from = shard.firstEnv();
    this.n = shard.numEnvs();
    this.stride = policy.inputStride();
    // what actor and critic have in common is computed once
    this.actingValues = policy.trunk() == null ? null : slabs.values();
    this.terminal = FloatSlab.allocate(arena, stride);
    this.outputs =
        new StepOutputs(
            slabs.observations(),
            stride,
            slabs.rewards(),
            slabs.terminated(),
            slabs.truncated(),
            slabs.diverged());
  }

  Shard shard() {
    return shard;
  }

  StageClock clock() {
    return clock;
  }

  /**
   * Steps with random actions, for the statistics alone: rows 0 and 1 of the slabs are its scratch,
   * and its episodes are not counted.
   */
  void seed() {
    reset();
    for (int t = 0; t < config.seedingStepsPerEnv(); t++) {
      randomActions.act(slabs.actionRows(), shard, t);
      shard.advance();
      shard.score(outputs, from);
      shard.restart();
      settle(from);
      shard.finishedEpisodes().clear();
    }
  }

  /** Begins new episodes; their first observations are row 0 of the slabs. */
  void reset() {
    shard.reset(slabs.observations(), (long) from * stride, stride);
    if (config.normalizeObservations()) {
      normalize(from);
    }
  }

  /** Goes on where the last rollout ended: its last observations become row 0. */
  void carryOver() {
    final FloatSlab observations = slabs.observations();
    long last = ((long) config.numSteps() * config.numEnvs() + from) * stride;
    MemorySegment.copy(
        observations.segment(),
        last * Float.BYTES,
        observations.segment(),
        (long) from * stride * Float.BYTES,
        (long) n * stride * Float.BYTES);
  }

  /**
   * Collects the shard's part of a rollout from row 0 on.
   *
   * @param parameters of the policy
   * @param step env steps each environment has done before
   */
  void run(FloatSlab parameters, long step) {
    final int horizon = config.numSteps();
    final int numEnvs = config.numEnvs();
    begin();
    for (int t = 0; t < horizon; t++) {
      final long row = (long) t * numEnvs + from;
      clock.start();
      act(parameters, row, step + t);
      advance(t, row);
    }
    clock.start();
    values(parameters);
    clock.lap(Stage.VALUES);
  }

  /** Forgets the last rollout's truncations. */
  void begin() {
    for (int i = 0; i < n; i++) {
      slabs.truncations().set(from + i, 0);
    }
  }

  /** All of a step but its actions, which the shard has. */
  private void advance(int t, long row) {
    clock.lap(Stage.POLICY);
    shard.advance();
    clock.lap(Stage.PHYSICS);
    shard.score(outputs, row);
    if (config.normalizeObservations() && config.statsUpdate() == StatsUpdate.STEP) {
      countTerminal(row);
    }
    keepTruncated(t, row);
    clock.lap(Stage.OBSERVE);
    shard.restart();
    clock.lap(Stage.RESET);
    settle(row);
    clock.lap(Stage.OBSERVE);
    clock.endStep();
  }

  /** A step with actions that a policy elsewhere has been asked for. */
  void answerAndStep(BatchPolicy policy, int part, int t) {
    final long row = (long) t * config.numEnvs() + from;
    clock.start();
    policy.finish(part, t);
    slabs.actionRows().giveTo(shard, row);
    advance(t, row);
  }

  /** The last values that were asked for, and those of the few truncated episodes. */
  void finishValues(BatchPolicy policy, int part, FloatSlab parameters) {
    clock.start();
    policy.finish(part, config.numSteps());
    values.ofTruncated(parameters, from, from + n);
    clock.lap(Stage.VALUES);
  }

  /** Ends a step: observations after it, both they and rewards normalised. */
  private void settle(long row) {
    shard.observe(outputs, (row + config.numEnvs()) * stride);
    if (config.normalizeRewards()) {
      scaleRewards(row);
    }
    if (config.normalizeObservations()) {
      normalize(row + config.numEnvs());
    }
  }

  private void act(FloatSlab parameters, long row, long step) {
    final ActionRows actions = slabs.actionRows();
    actions.draw(
        inference,
        parameters,
        slabs.observations(),
        row,
        n,
        from,
        step,
        slabs.logProbs(),
        actingValues);
    actions.giveTo(shard, row);
  }

  /** Normalises the shard's observations from a row on, having counted them for the statistics. */
  private void normalize(long row) {
    final FloatSlab observations = slabs.observations();
    final long at = row * stride;
    kernels.accumulate(
        statistics.observations(), observations, at, statistics.observationSums(), from, n);
    if (config.statsUpdate() == StatsUpdate.STEP) {
      statistics.mergeObservations(n);
    }
    kernels.normalize(statistics.observations(), observations, at, n);
  }

  /**
   * Counts the last observations of episodes, which Gymnasium's NormalizeObservation sees before
   * the first ones of the next. Statistics of whole rollouts leave them out.
   */
  private void countTerminal(long row) {
    final FloatSlab observations = shard.terminalObservations(); // [n, D]
    final int elements = statistics.observations().size();
    long ended = 0;
    for (int i = 0; i < n; i++) {
      if (slabs.ended(row + i) && slabs.diverged().get(row + i) == 0) {
        for (int d = 0; d < elements; d++) {
          terminal.set(d, observations.get((long) i * elements + d));
        }
        kernels.accumulate(
            statistics.observations(), terminal, 0, statistics.observationSums(), from + i, 1);
        ended++;
      }
    }
    if (ended > 0) {
      statistics.mergeObservations(ended);
    }
  }

  /**
   * Keeps the terminal observations of truncated episodes, before those of the next overwrite them.
   */
  private void keepTruncated(int t, long row) {
    final ByteSlab truncated = slabs.truncated();
    for (int i = 0; i < n; i++) {
      if (truncated.get(row + i) != 0) {
        keepTruncated(t, from + i, i);
      }
    }
  }

  private void keepTruncated(int t, int env, int i) {
    final FloatSlab kept = slabs.truncatedObservations();
    final FloatSlab terminal = shard.terminalObservations(); // [n, D]
    final int elements = statistics.observations().size();
    final int k = slabs.truncations().get(env);
    final long slot = (long) env * slabs.truncationsPerEnv() + k;
    for (int d = 0; d < elements; d++) {
      kept.set(slot * stride + d, terminal.get((long) i * elements + d));
    }
    if (config.normalizeObservations()) {
      kernels.normalize(statistics.observations(), kept, slot * stride, 1);
    }
    slabs.truncatedSteps().set(slot, t);
    slabs.truncations().set(env, k + 1);
  }

  /** Divides rewards by the deviation of the discounted return. */
  private void scaleRewards(long row) {
    final FloatSlab rewards = slabs.rewards();
    final DoubleSlab raw = shard.rewards(); // [n]
    if (config.statsUpdate() == StatsUpdate.STEP) {
      for (int i = 0; i < n; i++) {
        boolean terminated = slabs.terminated().get(row + i) != 0;
        boolean diverged = slabs.diverged().get(row + i) != 0;
        statistics.addRewardAsGymnasium(from + i, raw.get(i), config.gamma(), terminated, diverged);
      }
      statistics.mergeReturns(n);
    } else {
      for (int i = 0; i < n; i++) {
        statistics.addReward(from + i, raw.get(i), config.gamma(), slabs.ended(row + i));
      }
    }
    final float scale = statistics.returns().inverseStd();
    for (int i = 0; i < n; i++) {
      rewards.set(row + i, Math.clamp((float) raw.get(i) * scale, -REWARD_CLIP, REWARD_CLIP));
    }
  }

  /** The critic over all observations at the end, or over the last ones alone. */
  private void values(FloatSlab parameters) {
    final int horizon = config.numSteps();
    final int numEnvs = config.numEnvs();
    if (actingValues != null) {
      values.ofRows(parameters, (long) horizon * numEnvs + from, n);
    } else if (n == numEnvs) {
      // rows of all steps lie together: one call, whole chunks
      values.ofRows(parameters, 0, (horizon + 1) * n);
    } else {
      for (int t = 0; t <= horizon; t++) {
        values.ofRows(parameters, (long) t * numEnvs + from, n);
      }
    }
    values.ofTruncated(parameters, from, from + n);
  }

  /** Doubles of a saved environment: its last observation and its simulator's state. */
  int stateSizePerEnv() {
    return stride + shard.stateSize();
  }

  /**
   * Writes [N, D'] last observations and [N, shard state], of which the shard's rows are its own.
   */
  void save(DoubleSlab to, long at) {
    final FloatSlab observations = slabs.observations();
    final long last = ((long) config.numSteps() * config.numEnvs() + from) * stride;
    final long kept = at + (long) from * stride;
    for (long k = 0; k < (long) n * stride; k++) {
      to.set(kept + k, observations.get(last + k));
    }
    shard.saveState(to, simulators(at));
  }

  /** Reads what {@link #save} wrote. */
  void restore(DoubleSlab source, long at) {
    final FloatSlab observations = slabs.observations();
    final long last = ((long) config.numSteps() * config.numEnvs() + from) * stride;
    final long kept = at + (long) from * stride;
    for (long k = 0; k < (long) n * stride; k++) {
      observations.set(last + k, (float) source.get(kept + k));
    }
    shard.restoreState(source, simulators(at));
  }

  private long simulators(long at) {
    return at + (long) config.numEnvs() * stride + (long) from * shard.stateSize();
  }

  @Override
  public void close() {
    inference.close();
    shard.close();
  }
}
