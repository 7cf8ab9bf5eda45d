package stride.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
import stride.algo.Sitting;
import stride.env.TaskOptions;
import stride.files.FileException;
import stride.files.JsonText;
import stride.learn.Learner;
import stride.learn.UpdateMode;
import stride.mujoco.MujocoWarnings;
import stride.nn.Backend;
import stride.options.Require;
import stride.parallel.Team;
import stride.train.BestRuns;
import stride.train.Cadence;
import stride.train.InitialParameters;
import stride.train.RunFolder;
import stride.train.RunRecord;
import stride.train.RunSpec;
import stride.train.TrainException;
import stride.train.TrainPlan;
import stride.train.TrainResult;
import stride.train.Trainer;

/** Trains a policy, or goes on with a run. */
@Command(
    name = "train",
    description = {
      "Trains a policy and keeps configuration, metrics and checkpoints in a run folder.",
      "Ctrl-C saves and ends; --resume goes on to the same bits as if it had never ended."
    },
    footer = {
      "",
      "Example: stride train Hopper-v5 --seed 1 --total-timesteps 400000",
      "         stride train Hopper-v5 --preset cleanrl --print-config > config.json",
      "         stride train --resume runs/Hopper-v5__ppo__1__1750000000"
    })
final class TrainCommand implements Callable<Integer>, CommonOptions.Holder {
  /** What may differ from sitting to sitting: no bit of what is learnt depends on it. */
  private static final Set<String> OF_A_SITTING =
      Set.of(
          "--resume",
          "--force",
          "--threads",
          "--oversubscribe",
          "--cuda-update",
          "--warm-up",
          "--checkpoint-every",
          "--keep-best",
          "--verbose",
          "--json",
          "--debug");

  private static final String KEPT = "in [0, 1000]";
  private static final int MOST_KEPT = 1000;

  @Mixin CommonOptions common;

  @Mixin ThreadLimit threadLimit;

  @Mixin RunOptions options;

  @Spec CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "TASK",
      completionCandidates = TaskNames.class,
      description = TaskNames.DESCRIPTION)
  String task;

  @Option(
      names = "--resume",
      paramLabel = "DIR",
      description =
          "folder of a run to go on with; beside it only what changes no bit, such as --threads"
              + " (default: begin a new run)")
  Path resume;

  @Option(
      names = "--force",
      description =
          "with --resume: go on although the model, the code or config.json is not what the run"
              + " began with")
  boolean force;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description =
          "seed of all random numbers: any 64-bit integer (default: 1, or what --config says)")
  Long seed;

  @Option(
      names = "--threads",
      paramLabel = "K",
      description =
          "threads that step environments and learn: "
              + ThreadLimit.RANGE
              + " (default: all cores)")
  int threads = ThreadLimit.cores();

  @Option(
      names = "--cuda-update",
      paramLabel = "MODE",
      description =
          "how backend cuda does an update: auto (the fastest), launches, graph, persistent or"
              + " cluster; all give the same bits (default: auto)")
  String cudaUpdate;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "2",
      description =
          "how long code may compile before the clock starts: s, "
              + Seconds.WARM_UP
              + " (default: ${DEFAULT-VALUE})")
  double warmUp;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "N|Ss",
      description =
          "how often the run is saved, and judged for its best checkpoint: "
              + Cadence.RANGE
              + "; which states seconds save depends on the machine (default: the env steps that"
              + " the algorithm says, for ppo 20 iterations)")
  Cadence checkpoints;

  @Option(
      names = "--init-from",
      paramLabel = "RUN",
      description =
          "folder of another run, of the same algorithm and network, whose newest parameters the"
              + " new run begins with; all else begins anew (default: random parameters)")
  Path initFrom;

  @Option(
      names = "--keep-best",
      paramLabel = "K",
      description =
          "how many of the best checkpoints of all runs of the task are kept, as copies in"
              + " runs/best/TASK, where a finished run's own best is offered; 0 offers none:"
              + " "
              + KEPT
              + " (default: "
              + BestRuns.KEPT
              + " for runs that lie in runs/ itself, and 0 for others)")
  Integer keepBest;

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description =
          "folder of the new run, which must not exist (default: runs/TASK__ALGO__SEED__TIME)")
  Path runDir;

  @Option(
      names = "--print-config",
      description =
          "print the whole config.json that the run would have, which --config takes, and train"
              + " nothing")
  boolean printConfig;

  @Option(
      names = "--verbose",
      description = "also print where the time went: a table of the stages")
  boolean verbose;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    threadLimit.require("--threads", threads);
    Seconds.requireWarmUp(warmUp);
    if (keepBest != null) {
      Require.require("--keep-best", keepBest, keepBest >= 0 && keepBest <= MOST_KEPT, KEPT);
    }
    return resume != null ? goOn() : begin();
  }

  private int begin() {
    if (force) {
      throw new IllegalArgumentException("--force goes with --resume");
    }
    CodeReading code = CodeReading.begin();
    RunSpec<?> run = options.run(task, seed, Map.of());
    if (printConfig) {
      common.print(run.toJson(), JsonText.file(run.toJson()));
      return 0;
    }
    return sit(
        run,
        code,
        () ->
            runDir != null
                ? RunFolder.create(runDir, run.toJson())
                : RunFolder.create(
                    RunFolder.RUNS,
                    run.task().spec().id(),
                    run.algorithm().name(),
                    run.seed(),
                    run.toJson()));
  }

  private int goOn() {
    requireNothingWithResume();
    CodeReading code = CodeReading.begin();
    return sit(RunSpec.ofRun(resume), code, () -> RunFolder.open(resume));
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

  private UpdateMode mode(RunSpec<?> run) {
    if (cudaUpdate == null) {
      return UpdateMode.AUTO;
    }
    UpdateMode mode = UpdateMode.of(cudaUpdate);
    if (run.backend() != Backend.CUDA) {
      throw new IllegalArgumentException(
          "--cuda-update is for backend cuda, the run's is " + run.backend());
    }
    return mode;
  }

  /** One sitting; the folder comes last, so that whatever else fails leaves none behind. */
  private int sit(RunSpec<?> run, CodeReading code, Supplier<RunFolder> open) {
    UpdateMode mode = mode(run);
    try (Team team = new Team(threads);
        Learner learner = run.learner(new Sitting(team, mode));
        var interrupt = new Interrupt()) {
      InitialParameters initial =
          initFrom == null
              ? null
              : InitialParameters.give(initFrom, run.algorithm().name(), learner);
      TrainResult result;
      Path path;
      var progress = new TrainProgressLine(common.err());
      try (progress;
          RunFolder folder = open.get()) {
        TrainPlan usual = run.plan(warmUp, code.get(run));
        TrainPlan plan = checkpoints == null ? usual : usual.with(checkpoints);
        progress.begin(plan, run, threads, folder.path());
        progress.noteIfLonger(plan, learner);
        learner.note().ifPresent(progress::note);
        var trainer = new Trainer(plan, learner, folder, progress, interrupt.requested());
        result = folder.hasBegun() ? trainer.resume(force) : trainer.start(initial);
        path = folder.path();
      }
      return end(TaskOptions.problem(run.task()), result, progress.elapsedSeconds(), path);
    }
  }

  /** The answer last: what was reached, where it lies, and what to do with it. */
  private int end(String problem, TrainResult result, double shownSeconds, Path folder) {
    MujocoWarnings.print(common.err());
    TrainSummary.waiting(result, threads).ifPresent(common.err()::println);
    if (result.finished()) {
      keep(problem, folder);
    }
    // of a run that had finished before, no iteration was shown
    double elapsedSeconds =
        Double.isNaN(shownSeconds) ? RunRecord.read(folder).seconds() : shownSeconds;
    ObjectNode json = (ObjectNode) JsonText.tree(result);
    common.print(
        json.put("elapsed_seconds", elapsedSeconds),
        TrainSummary.text(result, elapsedSeconds, folder, verbose));
    if (result.finished()) {
      return 0;
    }
    if (common.json) {
      common.err().println(TrainSummary.goesOn(folder));
      common.err().flush();
    }
    return Interrupt.STOPPED;
  }

  /** Offers the best checkpoint to the best of all runs; whatever comes of it, the run is done. */
  private void keep(String problem, Path folder) {
    int most = keepBest != null ? keepBest : isAmongRuns(folder) ? BestRuns.KEPT : 0;
    try {
      BestRuns.of(RunFolder.RUNS, problem)
          .offer(folder, most)
          .ifPresent(path -> common.err().println("among the best of " + problem + ": " + path));
    } catch (FileException | TrainException e) {
      common
          .err()
          .println("warning: not offered to the best of " + problem + ": " + e.getMessage());
    }
    common.err().flush();
  }

  /** Trials lie deeper, and other places may be scratch. */
  private static boolean isAmongRuns(Path folder) {
    Path runs = RunFolder.RUNS.toAbsolutePath();
    return runs.equals(folder.toAbsolutePath().normalize().getParent());
  }
}
