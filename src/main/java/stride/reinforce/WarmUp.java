package stride.reinforce;

import com.fasterxml.jackson.databind.node.ObjectNode;
import stride.algo.OptionValues;
import stride.env.Task;
import stride.files.JsonText;
import stride.learn.Backends;
import stride.learn.Quiet;
import stride.nn.KernelWarmUp;
import stride.nn.PolicyInference;
import stride.parallel.Team;
import stride.replay.ReplayLearner;

/**
 * Compiles the code of an iteration before it is timed, by iterations of fewer environments that
 * learn from every episode, until those allocate nothing. All results are thrown away.
 *
 * <p>Runs on one thread, however many the run will have: members of a team spin while they wait for
 * one that is still interpreted, and take the cores that the compiler needs.
 */
final class WarmUp {
  private static final int STEPS = 8192; // of an iteration
  private static final long SEED = 0;

  private WarmUp() {}

  static void run(ReinforceOptions options, Task task, int threads, double seconds) {
    final long start = System.nanoTime();
    final ReinforceOptions small = small(options, threads);
    KernelWarmUp.run(
        options.policy(task), Backends.kernels(options.backendChosen()), small.numEnvs());
    try (Team alone = new Team(1);
        ReplayLearner learner = ReinforceParts.learner(small, task, SEED, alone, none -> {})) {
      Quiet.until(() -> learner.iterate(0), start, seconds);
    }
  }

  /** As many environments as a thread has. */
  private static ReinforceOptions small(ReinforceOptions options, int threads) {
    final int envs =
        Math.min(Math.ceilDiv(options.numEnvs(), threads), PolicyInference.DEFAULT_CHUNK);
    ObjectNode json = OptionValues.json(options);
    json.put("num_envs", envs)
        .put("steps_per_iteration", STEPS)
        .put("episodes_per_update", 1)
        .put("eval_every", 0);
    return JsonText.toRecord(json, ReinforceOptions.class);
  }
}
