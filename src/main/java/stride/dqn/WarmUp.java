package stride.dqn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import stride.algo.OptionValues;
import stride.env.Task;
import stride.files.JsonText;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.learn.Quiet;
import stride.nn.KernelWarmUp;
import stride.parallel.Team;
import stride.replay.ReplayLearner;

/**
 * Compiles the code of an iteration before it is timed, by short iterations with many updates,
 * until those allocate nothing. All results are thrown away.
 *
 * <p>Runs on one thread, however many the run will have: members of a team spin while they wait for
 * one that is still interpreted, and take the cores that the compiler needs.
 */
final class WarmUp {
  private static final int UPDATES = 200; // of an iteration
  private static final int MOST_TRANSITIONS = 10_000;
  private static final long SEED = 0;
  private static final double EPSILON = 0.5;

  private WarmUp() {}

  static void run(DqnOptions options, Task task, int threads, double seconds) {
    final long start = System.nanoTime();
    final DqnOptions small = small(options, threads);
    // of the same layers, which are called alone first
    KernelWarmUp.runLayers(
        Networks.of(
            task.spec(), options.hidden(), options.layout(task).mlp().spec().activation(), false),
        Backends.kernels(options.backendChosen()),
        options.config(SEED).batches().mostRows());
    try (Team alone = new Team(1);
        ReplayLearner learner = DqnParts.learner(small, task, SEED, alone, none -> {})) {
      Quiet.until(() -> learner.iterate(0), start, seconds);
    }
  }

  /** As many environments as a thread has, a small memory, and learning from the first step on. */
  private static DqnOptions small(DqnOptions options, int threads) {
    final int envs = Math.ceilDiv(options.numEnvs(), threads);
    final int round = options.trainFrequency() / options.numEnvs() * envs;
    final long least = Math.max(options.batchSize(), (long) options.nStep() * envs);
    final int rounds = Math.max(1, UPDATES / options.gradientSteps());
    ObjectNode json = OptionValues.json(options);
    json.put("num_envs", envs)
        .put("train_frequency", round)
        .put("steps_per_iteration", rounds * round)
        .put("buffer_size", Math.min(options.bufferSize(), Math.max(least, MOST_TRANSITIONS)))
        .put("learning_starts", least)
        .put("start_e", EPSILON) // half of the actions ask the network
        .put("end_e", EPSILON)
        .put("eval_every", 0);
    return JsonText.toRecord(json, DqnOptions.class);
  }
}
