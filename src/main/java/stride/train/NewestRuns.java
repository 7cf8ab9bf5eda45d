package stride.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The runs that somebody may have meant who named one that is not there. */
final class NewestRuns {
  private static final int MOST = 3;

  private NewestRuns() {}

  /** Words after "does not exist"; empty where there are no runs. */
  static String advice(Path missing, Path usual, String config) {
    Path parent = missing.toAbsolutePath().getParent();
    List<Path> newest = parent == null ? List.of() : in(parent, config);
    if (newest.isEmpty()) {
      newest = in(usual, config);
    }
    return newest.isEmpty()
        ? ""
        : newest.stream().map(Path::toString).collect(Collectors.joining(", ", "; newest: ", ""));
  }

  /** What has just ended may be deleted meanwhile: then there is no advice. */
  private static List<Path> in(Path folder, String config) {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(run -> Files.exists(run.resolve(config)))
          .sorted(
              Comparator.comparingLong((Path run) -> run.resolve(config).toFile().lastModified())
                  .reversed())
          .limit(MOST)
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }
}
