package stride.cli;

import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Option;
import stride.lab.profile.Profile;
import stride.options.Require;

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

  /** The given numbers of threads; by default one, and all cores. */
  static List<Integer> counts(List<Integer> given) {
    return given != null ? given : Stream.of(1, cores()).distinct().toList();
  }

  /** Throws, naming the option and its range, unless that many threads are possible. */
  void require(String option, int threads) {
    Require.require(option, threads, isPossible(threads), range());
  }

  /** Throws, naming the option and its range, unless all numbers of threads are possible. */
  void requireEach(String option, List<Integer> threads) {
    Require.each(option, threads, this::isPossible, range());
  }

  private boolean isPossible(int threads) {
    return threads >= 1 && threads <= (oversubscribe ? Profile.MOST_THREADS : cores());
  }

  private String range() {
    return oversubscribe
        ? "in [1, %d]".formatted(Profile.MOST_THREADS)
        : "in [1, %d], the cores that this process may use (--oversubscribe allows more)"
            .formatted(cores());
  }
}
