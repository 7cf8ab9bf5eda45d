package stride.results;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stride.files.OrNull;
import stride.learn.StageRow;

/**
 * A profile of one task over environment counts.
 *
 * @param schemaVersion version of this form
 * @param task Gymnasium's name
 * @param seed of environments, parameters and actions
 * @param backend what computed
 * @param stepping how environments were stepped: sharded or lockstep
 * @param policyDevice where actions were drawn: cpu or cuda
 * @param firstStepSeconds from the start of the JVM to the first env step, null if not measured
 * @param rows one for each number of environments and threads
 * @param knee one for each number of threads: from where on more environments gain little
 * @param doubts what makes the figures doubtful, sentences without full stops
 */
public record ProfileResult(
    int schemaVersion,
    String task,
    long seed,
    String backend,
    String stepping,
    String policyDevice,
    @OrNull Double firstStepSeconds,
    List<ProfileRow> rows,
    List<Knee> knee,
    List<String> doubts) {

  /**
   * Checks that every knee is that of a row.
   *
   * @throws IllegalArgumentException naming one that is not
   */
  public ProfileResult {
    for (Knee its : knee) {
      if (rows.stream()
          .noneMatch(row -> row.envs() == its.envs() && row.threads() == its.threads())) {
        throw new IllegalArgumentException(
            "knee at %d x %d, required: that of a row".formatted(its.envs(), its.threads()));
      }
    }
  }

  /**
   * The same figures under doubts that only the whole run knows.
   *
   * @param all sentences
   * @return a profile with these
   */
  public ProfileResult withDoubts(List<String> all) {
    return new ProfileResult(
        schemaVersion,
        task,
        seed,
        backend,
        stepping,
        policyDevice,
        firstStepSeconds,
        rows,
        knee,
        all);
  }

  /** How far the windows of each row are apart: by the rows' names, after that of the task. */
  public Map<String, Double> spreads() {
    Map<String, Double> spreads = new LinkedHashMap<>();
    rows.forEach(row -> spreads.put(task + " " + row.name(), row.windowSpread()));
    return spreads;
  }

  /** Explains the sign of doubt below a table; nothing where no row is doubtful. */
  public String note() {
    return rows.stream().anyMatch(ProfileRow::doubtful) ? Warnings.ROWS_NOTE : "";
  }

  /**
   * Where the time of iterations goes.
   *
   * @param rows some of the profile's
   * @return one line for each stage, one column for each row: percent of an iteration's wall time
   */
  public static Table stageShares(List<ProfileRow> rows) {
    List<String> header = new ArrayList<>(List.of("stage, % of an iteration"));
    Map<String, Map<String, Double>> shares = new LinkedHashMap<>(); // by stage, by row
    for (ProfileRow row : rows) {
      header.add(row.markedName());
      for (StageRow stage : row.stages()) {
        shares
            .computeIfAbsent(stage.stage(), _ -> new LinkedHashMap<>())
            .put(row.name(), stage.percent());
      }
    }
    var table = new Table(header.toArray(String[]::new));
    shares.forEach(
        (stage, byRow) -> {
          List<String> cells = new ArrayList<>(List.of(stage));
          rows.forEach(row -> cells.add(Figures.fixed(byRow.get(row.name()), 1)));
          table.add(cells.toArray(String[]::new));
        });
    return table;
  }

  /**
   * The table of latencies: one row for each measurement and piece of work. A percentile takes as
   * many as {@link Percentiles} says.
   */
  public Table latencies() {
    var table = Percentiles.table("envs x threads", "times of");
    for (ProfileRow row : rows) {
      row.latencies()
          .forEach(
              (piece, micros) ->
                  micros.addTo(
                      table,
                      row.markedName(),
                      TimedPiece.of(piece).map(TimedPiece::words).orElse(piece)));
    }
    return table.withNote(note());
  }
}
