package stride.cli;

import java.util.List;
import picocli.CommandLine.Option;
import stride.lab.profile.Profile;

/** How many threads a command may start: no more than there are cores for, unless told so. */
final class ThreadLimit {
  /** The range of {@code --threads}, for help. */
  static final String RANGE = "in [1, the cores that this process may use]";

  @Option(
      names = "--oversubscribe",
      description =
          "allow more threads than cores; they wait for one another, and everything is much slower")
  boolean oversubscribe;

  /** The cores that this process may use, by its affinity and its cgroup. */
  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /** Throws, naming the option and its range, unless all numbers of threads are possible. */
  void require(String option, List<Integer> threads) {
    if (oversubscribe) {
      Options.requireEach(option, threads, 1, Profile.MOST_THREADS);
      return;
    }
    String range =
        "each in [1, %d], the cores that this process may use (--oversubscribe allows more)"
            .formatted(cores());
    if (threads.isEmpty()) {
      throw new IllegalArgumentException(option + " is empty, required: one or more, " + range);
    }
    Options.require(option, threads, k -> k >= 1 && k <= cores(), range);
  }
}
