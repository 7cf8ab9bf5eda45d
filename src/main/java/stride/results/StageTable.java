package stride.results;

import java.util.List;
import stride.learn.StageRow;

/** What a stage table looks like. */
public final class StageTable {
  private StageTable() {}

  /**
   * A line for each stage.
   *
   * @param rows of a run or a measurement
   * @return the table
   */
  public static Table of(List<StageRow> rows) {
    var table = new Table("stage", "hits", "total s", "time/hit", "ns/env step", "%");
    for (StageRow row : rows) {
      table.add(
          row.stage(),
          Long.toString(row.hits()),
          "%.3f".formatted(row.totalSeconds()),
          TimeText.ofMicros(row.nanosPerHit() == null ? null : (Double) (row.nanosPerHit() * 1e-3)),
          "%.0f".formatted(row.nanosPerEnvStep()),
          "%.2f".formatted(row.percent()));
    }
    return table;
  }
}
