package stride.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;
import stride.lab.Profile;
import stride.lab.trials.TrialSettings;
import stride.train.RunFolder;

/** How trainings are done, for every command that does many. */
final class TrialOptions {
  @Option(
      names = "--jobs",
      paramLabel = "J",
      description = "trainings at once (default: cores / threads)")
  Integer jobs;

  @Option(
      names = "--threads",
      paramLabel = "K",
      defaultValue = "1",
      description = "of each training (default: ${DEFAULT-VALUE})")
  int threads;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      defaultValue = "0",
      description =
          "how long code of each may compile before its clock starts, for speeds of trainings that"
              + " take seconds (default: ${DEFAULT-VALUE})")
  double warmUp;

  @Option(
      names = "--trials",
      paramLabel = "DIR",
      description = "where trainings lie, and are found again (default: runs/trials)")
  Path root = RunFolder.TRIALS;

  @Option(names = "--mixed", description = "take results of other machines too")
  boolean mixed;

  int jobs() {
    return jobs != null ? jobs : Math.max(1, Runtime.getRuntime().availableProcessors() / threads);
  }

  /** Checks them. */
  TrialSettings settings() {
    Options.requireEach("--threads", List.of(threads), 1, Profile.MOST_THREADS);
    Options.requireEach("--jobs", List.of(jobs()), 1, Profile.MOST_THREADS);
    Options.require("--warm-up", List.of(warmUp), s -> s >= 0 && s <= 3600, "in [0, 3600]");
    return new TrialSettings(root, jobs(), threads, warmUp, mixed);
  }
}
