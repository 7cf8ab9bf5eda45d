package stride.results;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import stride.files.OrNull;

/**
 * Other programs beside Stride: what a reader needs of {@code peers.json}, which {@code
 * peers/run.sh} writes.
 *
 * @param schemaVersion of this form
 * @param settings of the measurement
 * @param rows environments alone
 * @param leftOut of these
 * @param trainRows trainings end to end
 * @param trainLeftOut of these
 * @param valueRows value methods
 * @param valueLeftOut of these
 * @param actorCriticRows actor-critics other than PPO
 * @param actorCriticLeftOut of these
 */
public record PeersResult(
    int schemaVersion,
    Settings settings,
    List<PeerRow> rows,
    List<PeerRow.LeftOut> leftOut,
    List<TrainingRow> trainRows,
    List<TrainingRow.LeftOut> trainLeftOut,
    List<AlgorithmRow> valueRows,
    List<AlgorithmRow.LeftOut> valueLeftOut,
    List<AlgorithmRow> actorCriticRows,
    List<AlgorithmRow.LeftOut> actorCriticLeftOut) {
  /** Nothing measured. */
  public static final PeersResult NONE =
      new PeersResult(
          1,
          new Settings(null),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of());

  /**
   * What was asked for.
   *
   * @param threads that Stride's environments used; null where those were not measured
   */
  public record Settings(@OrNull Integer threads) {}

  /** Rows of other programs that belong beside Stride's of a task and a number of threads. */
  public List<PeerRow> beside(String task, int threads) {
    return rows.stream()
        .filter(row -> row.task().equals(task) && settings.threads() == threads && row.isOther())
        .toList();
  }

  /**
   * Rates of the other programs' environments with so many environments and threads, of a program
   * in several modes that of the fastest.
   *
   * @return env steps per second by program
   */
  public Map<String, Double> fastest(String task, int envs, int threads) {
    Map<String, Double> rates = new TreeMap<>();
    for (PeerRow row : rows) {
      boolean sameSize = row.envs() == envs && Math.min(envs, settings.threads()) == threads;
      if (row.isOther() && row.task().equals(task) && sameSize) {
        String program = row.peer().replaceAll("-.*", ""); // envpool-sync and envpool-async
        rates.merge(program, row.envStepsPerSecond(), Math::max);
      }
    }
    return rates;
  }

  /** The fraction of the limit that was measured in the same turns; null if none was. */
  public Double share(TrainingRow row) {
    return trainRows.stream()
        .filter(limit -> limit.peer().equals(PeerRow.LIMIT) && limit.isBeside(row))
        .map(limit -> row.envStepsPerSecond() / limit.envStepsPerSecond())
        .findFirst()
        .orElse(null);
  }

  /** The fraction of the limit that was measured in the same turns; null if none was. */
  public Double share(AlgorithmRow row) {
    return Stream.concat(valueRows.stream(), actorCriticRows.stream())
        .filter(
            limit -> limit.peer().equals(PeerRow.LIMIT) && limit.contest().equals(row.contest()))
        .map(limit -> row.envStepsPerSecond() / limit.envStepsPerSecond())
        .findFirst()
        .orElse(null);
  }
}
