package stride.cli;

import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stride.lab.trials.TrialSettings;
import stride.train.RunFolder;

/** How trainings are done, for every command that does many. */
final class TrialOptions {
  @Mixin ThreadLimit threadLimit;

  @Option(
      names = "--jobs",
      paramLabel = "J",
      description = "trainings at once: in [1, cores / threads] (default: cores / threads)")
  Integer jobs;

  @Option(
      names = "--threads",
      paramLabel = "K",
      defaultValue = "1",
      description =
          "threads of each training: " + ThreadLimit.RANGE + " (default: ${DEFAULT-VALUE})")
  int threads;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "how long code of each training may compile before its clock starts, for speeds of"
              + " trainings that take seconds: s, "
              + Seconds.WARM_UP
              + " (default: ${DEFAULT-VALUE})")
  double warmUp;

  @Option(
      names = "--trials",
      paramLabel = "DIR",
      description = "where trainings lie, and are found again (default: runs/trials)")
  Path root = RunFolder.TRIALS;

  @Option(names = "--mixed", description = "take results of other machines too")
  boolean mixed;

  int jobs() {
    return jobs != null ? jobs : Math.max(1, ThreadLimit.cores() / threads);
  }

  /** Checks them. */
  TrialSettings settings() {
    threadLimit.require("--threads", threads);
    threadLimit.require("--jobs", jobs());
    threadLimit.require("--jobs times --threads", jobs() * threads);
    Seconds.requireWarmUp(warmUp);
    return new TrialSettings(root, jobs(), threads, warmUp, mixed);
  }
}
