package stride.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stride.lab.Profile;
import stride.nn.Backend;
import stride.parallel.Team;
import stride.ppo.PpoLearner;
import stride.ppo.UpdateMode;
import stride.train.RunFolder;
import stride.train.TrainResult;
import stride.train.Trainer;

/** Trains a policy, or goes on with a run. */
@Command(
    name = "train",
    description = {
      "Trains a policy with PPO and keeps configuration, metrics and checkpoints in a run folder.",
      "Ctrl-C saves and ends; --resume goes on to the same bits as if it had never ended."
    },
    footer = {
      "",
      "Example: stride train Hopper-v5 --seed 1 --total-timesteps 400000",
      "         stride train --resume runs/Hopper-v5__ppo__1__1750000000"
    })
final class TrainCommand implements Callable<Integer>, CommonOptions.Holder {
  /** What may differ from sitting to sitting: no bit of the run depends on it. */
  private static final Set<String> OF_A_SITTING =
      Set.of("--resume", "--threads", "--cuda-update", "--warm-up", "--json", "--debug");

  @Mixin CommonOptions common;

  @Mixin RunOptions options;

  @Spec CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "TASK", description = "Gymnasium's name")
  String task;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description = "go on with a run; needs nothing else")
  Path resume;

  @Option(names = "--seed", paramLabel = "N", description = "default: 1")
  Long seed;

  @Option(names = "--threads", paramLabel = "K", description = "default: all cores")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--cuda-update",
      paramLabel = "MODE",
      description =
          "how backend cuda does an update: auto (default, the fastest), launches, graph or"
              + " persistent; all give the same bits")
  String cudaUpdate;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description = "how long code may compile before the clock starts (default: ${DEFAULT-VALUE})")
  double warmUp;

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description = "folder of the new run, which must not exist (default: below runs/)")
  Path runDir;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    Options.requireEach("--threads", List.of(threads), 1, Profile.MOST_THREADS);
    Options.require("--warm-up", List.of(warmUp), s -> s >= 0 && s <= 3600, "in [0, 3600]");
    TrainResult result = resume != null ? goOn() : begin();
    Options.printWarnings(common.err());
    common.print(result, TrainProgressLine.summary(result));
    return result.finished() ? 0 : Interrupt.STOPPED;
  }

  private TrainResult begin() {
    RunSpec run = options.run(task, seed, Map.of());
    return sit(
        run,
        () ->
            runDir != null
                ? RunFolder.create(runDir, run.toJson())
                : RunFolder.create(
                    RunFolder.RUNS, run.task(), RunSpec.ALGO, run.seed(), run.toJson()));
  }

  private TrainResult goOn() {
    requireNothingWithResume();
    return sit(RunSpec.ofRun(resume), () -> RunFolder.open(resume));
  }

  /** What would be passed over without a word is refused. */
  private void requireNothingWithResume() {
    List<String> given = new ArrayList<>();
    if (task != null) {
      given.add("TASK");
    }
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (!OF_A_SITTING.contains(option.longestName())) {
        given.add(option.longestName());
      }
    }
    if (!given.isEmpty()) {
      throw new IllegalArgumentException(
          "--resume goes on as the run began: give nothing with it but --threads, got "
              + String.join(", ", given));
    }
  }

  private UpdateMode mode(RunSpec run) {
    if (cudaUpdate == null) {
      return UpdateMode.AUTO;
    }
    UpdateMode mode = UpdateMode.of(cudaUpdate);
    if (run.options().backendChosen() != Backend.CUDA) {
      throw new IllegalArgumentException(
          "--cuda-update is for backend cuda, the run's is " + run.options().backend());
    }
    return mode;
  }

  /** One sitting; the folder comes last, so that whatever else fails leaves none behind. */
  private TrainResult sit(RunSpec run, Supplier<RunFolder> open) {
    UpdateMode mode = mode(run);
    try (Team team = new Team(threads);
        PpoLearner learner = run.learner(team, mode);
        var interrupt = new Interrupt();
        RunFolder folder = open.get();
        var progress = new TrainProgressLine(common.err())) {
      common.err().println("run folder " + folder.path());
      learner.note().ifPresent(progress::note);
      var trainer = new Trainer(run.plan(warmUp), learner, folder, progress, interrupt.requested());
      TrainResult result = folder.hasBegun() ? trainer.resume() : trainer.start();
      if (!result.finished()) {
        progress.note("stopped: `stride train --resume %s` goes on".formatted(folder.path()));
      }
      return result;
    }
  }
}
