package stride.results;

import java.util.List;
import java.util.function.Function;

/** Trainings end to end by several programs. */
public final class TrainingsTable {
  private TrainingsTable() {}

  /**
   * All that was measured.
   *
   * @param first head of the first column
   * @param peers that the rows are of
   * @param rows in order
   * @param name what a row is called
   * @return a line for each row
   */
  public static Table full(
      String first, PeersResult peers, List<TrainingRow> rows, Function<TrainingRow, String> name) {
    var table =
        new Table(
            first,
            "threads",
            "env steps/s",
            "of limit",
            "Stride / it",
            "update, samples/s",
            "Stride's update / its",
            "peak memory",
            "first iteration");
    for (TrainingRow row : rows) {
      table.add(
          name.apply(row),
          Integer.toString(row.threads()),
          Figures.whole(row.envStepsPerSecond()),
          Figures.percent(peers.share(row)),
          Figures.fixed(row.strideRatio(), 2),
          Figures.whole(row.updateSamplesPerSecond()),
          Figures.fixed(row.updateRatio(), 2),
          Figures.megabytes(row.memoryBytes()),
          Figures.seconds(row.firstIterationSeconds()));
    }
    return table;
  }

  /** Rates, shares and memory alone. */
  public static Table brief(
      String first, PeersResult peers, List<TrainingRow> rows, Function<TrainingRow, String> name) {
    var table = new Table(first, "env steps/s", "of limit", "peak memory");
    for (TrainingRow row : rows) {
      table.add(
          name.apply(row),
          Figures.whole(row.envStepsPerSecond()),
          Figures.percent(peers.share(row)),
          Figures.megabytes(row.memoryBytes()));
    }
    return table;
  }
}
