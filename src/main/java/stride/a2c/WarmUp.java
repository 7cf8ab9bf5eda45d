package stride.a2c;

import com.fasterxml.jackson.databind.node.ObjectNode;
import stride.algo.OptionValues;
import stride.env.Task;
import stride.files.JsonText;
import stride.learn.Backends;
import stride.learn.Quiet;
import stride.nn.KernelWarmUp;
import stride.nn.PolicyInference;
import stride.parallel.Team;

/**
 * Compiles the code of an iteration before it is timed, by iterations of fewer environments, until
 * those allocate nothing. All results are thrown away.
 *
 * <p>Runs on one thread, however many the run will have: members of a team spin while they wait for
 * one that is still interpreted, and take the cores that the compiler needs.
 */
final class WarmUp {
  private static final int ROUNDS = 200; // of an iteration
  private static final int GAE_CALLS = 1000;
  private static final long SEED = 0;

  private WarmUp() {}

  static void run(A2cOptions options, Task task, int threads, double seconds) {
    final long start = System.nanoTime();
    final A2cOptions small = small(options, threads);
    KernelWarmUp.run(
        options.policy(task), Backends.kernels(options.backendChosen()), small.numEnvs());
    try (Team alone = new Team(1);
        A2cLearner learner = A2cLearner.of(small, task, SEED, alone, none -> {})) {
      Quiet.until(() -> learner.iterate(0), start, seconds);
      // the first truncation of a run must not find code compiled as if there were none
      for (int k = 0; k < GAE_CALLS; k++) {
        learner.estimateTruncated();
      }
    }
  }

  /** As many environments as a thread has. */
  private static A2cOptions small(A2cOptions options, int threads) {
    final int envs =
        Math.min(Math.ceilDiv(options.numEnvs(), threads), PolicyInference.DEFAULT_CHUNK);
    final int round = envs * Math.min(options.numSteps(), A2cConfig.MOST_ROWS);
    ObjectNode json = OptionValues.json(options);
    json.put("num_envs", envs)
        .put("num_steps", round / envs)
        .put("steps_per_iteration", ROUNDS * round)
        .put("norm_adv", round < 2 ? "none" : options.normAdv());
    return JsonText.toRecord(json, A2cOptions.class);
  }
}
