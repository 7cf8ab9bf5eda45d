package stride.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stride.env.TaskOptions;
import stride.mujoco.MujocoWarnings;
import stride.options.Require;
import stride.play.Evaluation;
import stride.play.Policy;
import stride.train.BestRuns;
import stride.train.Checkpoint;
import stride.train.RunFolder;
import stride.train.RunProvenance;
import stride.train.RunSpec;
import stride.train.TrainException;

/** Plays episodes with the policy of a run. */
@Command(
    name = "eval",
    description = {
      "Plays episodes with the final or best policy of a run, and shows their returns.",
      "With --best-of it plays the best policy of all runs of a task: train keeps copies of the best"
          + " few checkpoints in runs/best/TASK, and its --keep-best says how many."
    },
    footer = {
      "",
      "Example: stride eval runs/Hopper-v5__ppo__1__1750000000 --episodes 100",
      "         stride eval --best-of Hopper-v5 --deterministic"
    })
final class EvalCommand implements Callable<Integer>, CommonOptions.Holder {
  private static final int MOST_EPISODES = 1_000_000;
  private static final String EPISODES = "in [1, " + MOST_EPISODES + "]";

  @Mixin CommonOptions common;

  @ArgGroup(multiplicity = "1")
  Whose whose;

  /** What is played. */
  static final class Whose {
    @Parameters(paramLabel = "RUN", description = "folder of a run")
    Path run;

    @Option(
        names = "--best-of",
        paramLabel = "TASK",
        completionCandidates = TaskNames.class,
        description =
            "instead of a run: the best checkpoint in runs/best/TASK, of all runs that finished;"
                + " options of the task follow its name, for example"
                + " CartPole-v1,angle_cost_weight=0.5 (default: none)")
    String task;
  }

  @Option(
      names = "--episodes",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "number of episodes, dealt evenly to environments: "
              + EPISODES
              + " (default: ${DEFAULT-VALUE})")
  int episodes;

  @Option(
      names = "--best",
      description =
          "the best checkpoint instead of the final one, or the best parameters of all evaluations"
              + " where the algorithm evaluates while it trains")
  boolean best;

  @Option(names = "--deterministic", description = "take the most likely action, draw none")
  boolean deterministic;

  @Option(
      names = "--force",
      description = "play even if config.json is not what the policy was trained with")
  boolean force;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1000000",
      description =
          "seed of the episodes: any 64-bit integer (default: ${DEFAULT-VALUE}, away from the seeds"
              + " of training)")
  long seed;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    Require.require("--episodes", episodes, episodes >= 1 && episodes <= MOST_EPISODES, EPISODES);
    CodeReading code = CodeReading.begin();
    boolean playsBest = best || whose.task != null;
    Path run =
        whose.task == null
            ? whose.run
            : BestRuns.of(RunFolder.RUNS, TaskOptions.problem(TaskOptions.ofProblem(whose.task)))
                .best();
    RunSpec<?> spec = RunSpec.ofRun(run);
    Path file = RunSpec.checkpointFile(run, playsBest);
    try (Checkpoint checkpoint = spec.read(file)) {
      if (!force) {
        RunProvenance.requireConfiguration(run, checkpoint.info());
      }
      try (Policy policy = policy(spec, file, checkpoint, playsBest);
          Evaluation evaluation =
              new Evaluation(spec.task(), policy, episodes, deterministic, seed)) {
        Evaluation.Result result = evaluation.run();
        MujocoWarnings.print(common.err());
        new RunProvenance(run, code.get(spec))
            .doubtOfCode(checkpoint.info())
            .ifPresent(doubt -> warn(doubt + ": these returns are of what is here"));
        print(TaskOptions.problem(spec.task()), checkpoint, file, result);
      }
    }
    return 0;
  }

  private void warn(String sentence) {
    common.err().println("warning: " + sentence);
    common.err().flush();
  }

  private Policy policy(RunSpec<?> spec, Path file, Checkpoint checkpoint, boolean playsBest) {
    try {
      return spec.policy(playsBest ? checkpoint.bestSlabs() : checkpoint.slabs(), seed);
    } catch (IllegalArgumentException e) {
      throw new TrainException(file + " does not fit the configuration: " + e.getMessage(), e);
    }
  }

  private void print(String task, Checkpoint checkpoint, Path file, Evaluation.Result result) {
    Map<String, Object> out = new LinkedHashMap<>();
    out.put("task", task);
    out.put("checkpoint", file.toString());
    out.put("env_steps", checkpoint.info().envSteps());
    out.put("episodes", result.episodes());
    out.put("deterministic", deterministic);
    out.put("seed", seed);
    out.put("return_mean", result.returnMean());
    out.put("return_std", result.returnStd());
    out.put("length_mean", result.lengthMean());
    out.put("divergences", result.divergences());
    var text = new StringBuilder();
    out.forEach(
        (key, value) -> text.append("%-14s %s%n".formatted(key, value == null ? "-" : value)));
    common.print(out, text.toString());
  }
}
