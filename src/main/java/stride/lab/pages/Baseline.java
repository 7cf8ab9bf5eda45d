package stride.lab.pages;

import java.nio.file.Path;
import java.util.List;
import stride.lab.Machine;
import stride.lab.Results;

/**
 * The results that the pages show.
 *
 * @param name of the folder in bench-results
 * @param machine that it was measured on
 * @param rates of every task and size
 * @param trainings PPO end to end beside other programs; may be empty
 * @param returns over seeds; may be empty
 */
record Baseline(
    String name,
    Machine machine,
    List<RateRow> rates,
    List<TrainingRow> trainings,
    List<ReturnsRow> returns) {

  /** Reads the folder that bench-results/baseline names. */
  static Baseline read(Path root) {
    Results results = Results.read(Results.locate(root.resolve("bench-results"), Results.BASELINE));
    return new Baseline(
        results.name(),
        results.machine(),
        RateRow.read(results),
        TrainingRow.read(results),
        ReturnsRow.read(results));
  }

  /**
   * Where the numbers come from.
   *
   * @param up the way from the page's folder to the project's, empty or {@code ../}
   */
  String source(String up) {
    return "%s, commit %.7s: [bench-results/%s](%sbench-results/%s/summary.md)"
        .formatted(machine.inWords(), machine.commit(), name, up, name);
  }
}
