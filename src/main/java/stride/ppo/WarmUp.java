package stride.ppo;

import stride.collect.Rollout;
import stride.collect.RolloutConfig;
import stride.env.Task;
import stride.learn.Backends;
import stride.learn.Quiet;
import stride.learn.UpdateMode;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.nn.KernelWarmUp;
import stride.nn.PolicyInference;
import stride.nn.PolicyLayout;
import stride.nn.Precision;
import stride.parallel.Team;

/**
 * Compiles the code of an iteration before it is timed, by small rollouts and many updates from
 * each, until those allocate nothing. All results are thrown away.
 *
 * <p>Runs on one thread, however many the run will have: members of a team spin while they wait for
 * one that is still interpreted, and take the cores that the compiler needs.
 */
final class WarmUp {
  private static final int FEWEST_STEPS = 32;
  private static final int FEWEST_EPOCHS = 20;
  private static final int GAE_CALLS = 100;

  private WarmUp() {}

  static void run(
      Task task,
      PolicyLayout policy,
      Backend backend,
      int threads,
      PpoConfig config,
      double seconds) {
    final long start = System.nanoTime();
    final int numEnvs = config.rollout().numEnvs();
    int share = Math.max(2, Math.ceilDiv(numEnvs, threads)); // one row has no deviation
    final int envs = Math.min(numEnvs, Math.min(share, PolicyInference.DEFAULT_CHUNK));
    KernelWarmUp.run(policy, Backends.kernels(backend), envs);
    PpoConfig small = small(config, envs);
    try (Team alone = new Team(1);
        Rollout rollout =
            new Rollout(
                task,
                policy,
                Backends.kernels(backend),
                alone,
                small.rollout(),
                SlabAllocator.PAGES);
        // a device's kernels are compiled when its backend is made; what is left runs on the host
        PpoBackend learning =
            PpoBackends.of(
                backend == Backend.CUDA ? Backend.CPU : backend,
                rollout.slabs(),
                policy,
                alone,
                small.gae(),
                small.update().withPrecision(Precision.FP32), // on the host there is no other
                small.rollout().seed(),
                UpdateMode.AUTO)) {
      Quiet.until(() -> round(rollout, learning, small.update().learningRate()), start, seconds);
    }
  }

  private static void round(Rollout rollout, PpoBackend learning, double learningRate) {
    rollout.collect(learning.parameters());
    rollout.shards().forEach(shard -> shard.finishedEpisodes().clear());
    // the first truncation of a run must not find code compiled as if there were none
    rollout.slabs().truncated().set(0, (byte) 1);
    for (int k = 0; k < GAE_CALLS; k++) {
      learning.computeGae();
    }
    learning.update(learningRate);
  }

  /** As many rows as two minibatches have, or more where that is few steps. */
  private static PpoConfig small(PpoConfig config, int envs) {
    RolloutConfig full = config.rollout();
    int minibatch = (int) (full.envSteps() / config.update().numMinibatches());
    int steps =
        Math.min(full.numSteps(), Math.max(FEWEST_STEPS, Math.ceilDiv(2 * minibatch, envs)));
    int minibatches = Math.max(1, envs * steps / minibatch);
    while (envs * steps % minibatches != 0) {
      minibatches--;
    }
    return new PpoConfig(
        new RolloutConfig(
            envs,
            steps,
            full.seed(),
            full.stepping(),
            full.gamma(),
            full.normalizeObservations(),
            full.normalizeRewards(),
            full.statsUpdate(),
            0,
            false),
        config.gae(),
        config
            .update()
            .withMinibatches(minibatches, Math.max(FEWEST_EPOCHS, config.update().updateEpochs())),
        config.annealLr());
  }
}
