package stride.lab.pages;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import stride.results.Machine;
import stride.results.Results;

/**
 * The results that the pages show.
 *
 * @param name of the folder in bench-results
 * @param machine that it was measured on
 * @param rates of every task and size
 * @param trainings end to end, beside other programs; may be empty
 * @param returns over seeds; may be empty
 * @param newer where returns come from that were measured anew since; null if none were
 */
record Baseline(
    String name,
    Machine machine,
    List<RateRow> rates,
    List<TrainingRow> trainings,
    List<ReturnsRow> returns,
    Results newer) {
  private static final String NEWER_RETURNS = "returns";

  /**
   * Reads the folder that bench-results/baseline names, and the returns of the one that
   * bench-results/returns names, if it is there.
   */
  static Baseline read(Path root) {
    Path parent = root.resolve("bench-results");
    Results results = Results.read(Results.locate(parent, Results.BASELINE));
    Results newer =
        Files.exists(parent.resolve(NEWER_RETURNS))
            ? Results.read(Results.named(parent, NEWER_RETURNS))
            : null;
    return new Baseline(
        results.name(),
        results.machine(),
        RateRow.read(results),
        TrainingRow.read(results),
        newer == null ? ReturnsRow.read(results) : ReturnsRow.read(results, newer),
        newer);
  }

  /**
   * Where the numbers come from.
   *
   * @param up the way from the page's folder to the project's, empty or {@code ../}
   */
  String source(String up) {
    return "%s, commit %.7s: %s".formatted(machine.inWords(), machine.commit(), link(name, up));
  }

  /** The machine and the folder of returns that were measured anew; nothing if none were. */
  Optional<String> newerSource(String up) {
    return Optional.ofNullable(newer)
        .map(its -> its.machine().inWords() + ": " + link(its.name(), up));
  }

  private static String link(String name, String up) {
    return "[bench-results/%s](%sbench-results/%1$s/summary.md)".formatted(name, up);
  }
}
