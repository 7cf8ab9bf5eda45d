package stride.results;

import java.util.List;
import java.util.function.Function;

/** Algorithms other than PPO, by several programs. */
public final class AlgorithmsTable {
  private AlgorithmsTable() {}

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
      String first,
      PeersResult peers,
      List<AlgorithmRow> rows,
      Function<AlgorithmRow, String> name) {
    var table =
        new Table(
            first,
            "threads",
            "env steps/s",
            "of limit",
            "Stride / it",
            "last tenth / first",
            "update",
            "peak memory",
            "first update");
    for (AlgorithmRow row : rows) {
      table.add(
          name.apply(row),
          Integer.toString(row.threads()),
          Figures.whole(row.envStepsPerSecond()),
          Figures.percent(peers.share(row)),
          Figures.fixed(row.strideRatio(), 2),
          Figures.fixed(row.lastTenthRatio(), 2),
          Figures.microseconds(row.updateMicroseconds()),
          Figures.megabytes(row.memoryBytes()),
          Figures.seconds(row.firstUpdateSeconds()));
    }
    return table;
  }
}
