package stride.lab.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import stride.lab.LabException;
import stride.train.TrainException;

/**
 * What one results folder has.
 *
 * @param name how the page calls the folder
 * @param machine of machine.json
 * @param anchor of anchor.json
 * @param profiles of profile-*.json, those with a row
 * @param latencies of *.hlog, those with a histogram
 * @param suites of jmh-*.json: the benchmarks of each file
 * @param peers of peers.json
 * @param returns of returns.json: its rows
 */
record ResultsData(
    String name,
    Part machine,
    Optional<Part> anchor,
    List<Part> profiles,
    List<LatencyLog> latencies,
    List<List<Part>> suites,
    Optional<Part> peers,
    List<Part> returns) {
  private static final String MACHINE = "machine.json";

  static boolean isOne(Path folder) {
    return Files.isRegularFile(folder.resolve(MACHINE));
  }

  static ResultsData read(Path folder, String name) {
    return new ResultsData(
        name,
        Part.of(folder.resolve(MACHINE)),
        ifThere(folder.resolve("anchor.json")),
        each(folder, "profile-.*\\.json", Part::of).stream()
            .filter(profile -> !profile.list("rows").isEmpty())
            .toList(),
        each(folder, ".*\\.hlog", LatencyLog::read).stream()
            .filter(log -> !log.histograms().isEmpty())
            .toList(),
        each(folder, "jmh-.*\\.json", Part::array),
        ifThere(folder.resolve("peers.json")),
        ifThere(folder.resolve("returns.json")).map(part -> part.list("rows")).orElse(List.of()));
  }

  private static Optional<Part> ifThere(Path file) {
    return Files.exists(file) ? Optional.of(Part.of(file)) : Optional.empty();
  }

  private static <T> List<T> each(Path folder, String pattern, Function<Path, T> reader) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches(pattern))
          .sorted()
          .map(reader)
          .toList();
    } catch (IOException e) {
      throw new LabException("cannot read " + folder + ": " + TrainException.reason(e), e);
    }
  }

  /** The revision, as folders are named after it. */
  String commit() {
    return "%.7s%s"
        .formatted(
            machine.text("commit"), machine.node().path("dirty").asBoolean() ? "-dirty" : "");
  }
}
