package stride.lab.trials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import stride.files.AtomicFile;
import stride.files.Digest;
import stride.files.FileException;
import stride.files.JsonObject;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.lab.process.Build;
import stride.lab.process.ChildProcess;
import stride.lab.report.RunData;
import stride.memory.Slab;
import stride.train.Checkpoint;
import stride.train.RunFolder;
import stride.train.TrainResult;
import stride.train.Trainer;

/** One trial: processes that train and evaluate, and what they leave. On one thread. */
final class TrialProcess {
  static final String RESULT = "trial.json";
  private static final int EPISODES = 100;

  private static final int BAD_USAGE = 2;
  private static final int SIGNALLED = 128;

  // HUP, INT, KILL and TERM come from outside; the others are crashes
  private static final Set<Integer> FROM_OUTSIDE = Set.of(1, 2, 9, 15);

  // whoever killed it may do so again: then it is better to ask
  private static final int SITTINGS = 4;

  private final Trial trial;
  private final TrialSettings settings;
  private final String turns;
  private final BooleanSupplier stop;
  private final Path run;
  private boolean interrupted;

  TrialProcess(Trial trial, TrialSettings settings, String turns, BooleanSupplier stop) {
    this.trial = trial;
    this.settings = settings;
    this.turns = turns;
    this.stop = stop;
    this.run = trial.folder(settings.root()).toAbsolutePath();
  }

  /** What a trial left that is finished; null if it is not. */
  static TrialResult finished(Path run) {
    Path file = run.resolve(RESULT);
    if (!Files.exists(file)) {
      return null;
    }
    return JsonObject.of(file, TrialResult.SCHEMA_VERSION).as(TrialResult.class);
  }

  /** Writes what the process is told; seeds share it, so one thread does it for all. */
  void prepare() {
    try {
      Files.createDirectories(run.getParent());
      AtomicFile.write(config(), JsonText.file(trial.config()));
    } catch (IOException e) {
      throw new LabException("cannot write " + config() + ": " + FileException.reason(e), e);
    }
  }

  /**
   * Trains and evaluates, or goes on with it.
   *
   * @return null if it was told to stop before the end
   */
  TrialResult run() {
    final long start = System.nanoTime();
    try {
      String failed = train();
      TrialResult.Played played = null;
      if (failed == null && !stop.getAsBoolean()) {
        failed = evaluate();
        played = failed == null ? played() : null;
      }
      if (failed == null && played == null) {
        return null;
      }
      TrialResult result = result(failed, played, (System.nanoTime() - start) / 1e9);
      AtomicFile.write(run.resolve(RESULT), JsonText.file(result));
      return result;
    } catch (IOException e) {
      throw new LabException("cannot write into " + run + ": " + FileException.reason(e), e);
    }
  }

  // ---- processes ----

  /** Why training failed; null if it did not, or was told to stop. */
  private String train() {
    for (int sitting = 0; sitting < SITTINGS && !stop.getAsBoolean(); sitting++) {
      boolean begun = Files.exists(RunFolder.configFile(run));
      if (begun) {
        RunFolder.open(run).close(); // or another process is at work here, which is no failure
        boolean finished = RunFolder.readResult(run).isPresent();
        interrupted |= sitting == 0 || !finished;
        if (finished) {
          return null;
        }
      }
      int exit = stride(trial.build(), "train", begun ? goOn() : begin());
      if (exit != 0 && !isFromOutside(exit)) {
        return failure("train", exit);
      }
    }
    if (!stop.getAsBoolean() && RunFolder.readResult(run).isEmpty()) {
      throw killed();
    }
    return null;
  }

  /** Why the evaluation failed; null if it did not, or was told to stop. */
  private String evaluate() {
    for (int sitting = 0; sitting < SITTINGS; sitting++) {
      List<String> args =
          List.of("eval", run.toString(), "--episodes", Integer.toString(EPISODES), "--json");
      int exit = stride(trial.judge(), "eval", args);
      if (exit == 0) {
        return null;
      }
      if (stop.getAsBoolean()) {
        return null;
      }
      if (!isFromOutside(exit)) {
        return failure("eval", exit);
      }
    }
    throw killed();
  }

  private List<String> begin() {
    List<String> args = new ArrayList<>(List.of("train", "--config", config().toString()));
    args.addAll(List.of("--seed", Long.toString(trial.seed()), "--run-dir", run.toString()));
    args.addAll(sitting());
    return args;
  }

  private List<String> goOn() {
    List<String> args = new ArrayList<>(List.of("train", "--resume", run.toString()));
    args.addAll(sitting());
    return args;
  }

  private List<String> sitting() {
    List<String> args = new ArrayList<>();
    args.addAll(List.of("--threads", Integer.toString(settings.threads())));
    args.addAll(List.of("--warm-up", Double.toString(settings.warmUpSeconds())));
    if (settings.threads() > Runtime.getRuntime().availableProcessors()) {
      args.add("--oversubscribe"); // as the command that began the trials was told
    }
    return args;
  }

  private int stride(Build build, String what, List<String> args) {
    build.requireUnchanged();
    List<String> command = new ArrayList<>(build.stride());
    command.addAll(args);
    return ChildProcess.run(Path.of("").toAbsolutePath(), out(what), log(what), command);
  }

  private static boolean isFromOutside(int exit) {
    return exit > SIGNALLED && FROM_OUTSIDE.contains(exit - SIGNALLED);
  }

  /**
   * The reason, if it tells of the configuration; else, as with a full disk, there is none to
   * record, and whoever runs trials should see to it.
   */
  private String failure(String what, int exit) {
    String reason = ChildProcess.reason(log(what)).replaceFirst("^stride: ", "");
    boolean begun =
        Files.exists(RunFolder.configFile(run)) && !RunFolder.checkpoints(run).isEmpty();
    // another revision may leave what this one cannot read
    boolean unplayable = what.equals("eval") && trial.judge().equals(trial.build());
    boolean told = exit > SIGNALLED || unplayable || reason.startsWith(Trainer.STOPPED);
    if (exit == BAD_USAGE || !begun || !told) {
      throw new LabException("%s: %s (all of it in %s)".formatted(named(), reason, log(what)));
    }
    return exit < SIGNALLED
        ? reason
        : "the process ended by signal %d: %s".formatted(exit - SIGNALLED, reason);
  }

  private LabException killed() {
    return new LabException(
        "%s was killed from outside %d times: the same command goes on with it"
            .formatted(named(), SITTINGS));
  }

  private String named() {
    return "%s, seed %d".formatted(trial.name(), trial.seed());
  }

  // ---- files beside the run's folder, which its own process makes ----

  private Path config() {
    return run.resolveSibling("configuration.json");
  }

  private Path out(String what) {
    return run.resolveSibling(run.getFileName() + "." + what + ".out");
  }

  private Path log(String what) {
    return run.resolveSibling(run.getFileName() + "." + what + ".log");
  }

  // ---- what they left ----

  /** Null if the evaluation was told to stop. */
  private TrialResult.Played played() throws IOException {
    if (Files.size(out("eval")) == 0) {
      return null;
    }
    Path file = out("eval");
    return JsonText.toRecord(file, JsonText.readObject(file), TrialResult.Played.class);
  }

  private TrialResult result(String failed, TrialResult.Played played, double wallSeconds) {
    RunData data = RunData.read(run, run.toString());
    try (Checkpoint checkpoint = Checkpoint.read(RunFolder.newestCheckpoint(run))) {
      Slab parameters = checkpoint.slabs().get("parameters");
      return new TrialResult(
          TrialResult.SCHEMA_VERSION,
          trial.key(),
          trial.build().origin(),
          trial.task(),
          trial.seed(),
          settings.jobs(),
          settings.threads(),
          settings.warmUpSeconds(),
          failed,
          checkpoint.info().envSteps(),
          turns,
          failed != null || interrupted
              ? null
              : RunFolder.readResult(run).map(TrainResult::envStepsPerSecondSteady).orElse(null),
          lastReturn(data, checkpoint.info().envSteps()),
          data.points().stream().map(RunData.Point::meanReturn).min(Double::compare).orElse(null),
          played,
          new Digest().add(parameters).hex(),
          data.seconds(),
          wallSeconds);
    }
  }

  private static Double lastReturn(RunData data, long envSteps) {
    return data.points().stream()
        .filter(point -> point.envSteps() <= envSteps)
        .reduce((_, later) -> later)
        .map(RunData.Point::meanReturn)
        .orElse(null);
  }
}
