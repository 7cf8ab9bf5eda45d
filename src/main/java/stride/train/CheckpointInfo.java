package stride.train;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import stride.files.DamagedFileException;

/**
 * What a checkpoint is of.
 *
 * @param algo the algorithm, for example {@code ppo}
 * @param task Gymnasium's name of the task
 * @param seed of the run
 * @param iteration how many were done
 * @param envSteps how many were done, of all environments together
 * @param bestReturn the highest mean return of 100 episodes at a checkpoint so far; NaN if none
 * @param bestIteration the iteration of that checkpoint; -1 if none
 * @param configuration digest of the run's options; null in files of before it was kept
 * @param code digest of what computed; null likewise
 * @param journal the newest file of rows that belongs to the state; null if it has none
 */
public record CheckpointInfo(
    String algo,
    String task,
    long seed,
    long iteration,
    long envSteps,
    double bestReturn,
    long bestIteration,
    String configuration,
    String code,
    JournalEnd journal) {
  private static final String CONFIGURATION = "configuration_sha256";
  private static final String CODE = "code_sha256";
  private static final String JOURNAL = "journal";
  private static final String JOURNAL_DIGEST = "journal_sha256";

  /** As texts, for a file beside its slabs. */
  public SequencedMap<String, String> metadata() {
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    metadata.put("algo", algo);
    metadata.put("task", task);
    metadata.put("seed", Long.toString(seed));
    metadata.put("iteration", Long.toString(iteration));
    metadata.put("env_steps", Long.toString(envSteps));
    metadata.put("best_return", Double.toString(bestReturn));
    metadata.put("best_iteration", Long.toString(bestIteration));
    if (configuration != null) {
      metadata.put(CONFIGURATION, configuration);
    }
    if (code != null) {
      metadata.put(CODE, code);
    }
    if (journal != null) {
      metadata.put(JOURNAL, Long.toString(journal.iteration()));
      metadata.put(JOURNAL_DIGEST, journal.digest());
    }
    return metadata;
  }

  /** That of the texts in a file. */
  static CheckpointInfo of(Path file, Map<String, String> metadata) {
    try {
      return new CheckpointInfo(
          text(file, metadata, "algo"),
          text(file, metadata, "task"),
          Long.parseLong(text(file, metadata, "seed")),
          Long.parseLong(text(file, metadata, "iteration")),
          Long.parseLong(text(file, metadata, "env_steps")),
          Double.parseDouble(text(file, metadata, "best_return")),
          Long.parseLong(text(file, metadata, "best_iteration")),
          metadata.get(CONFIGURATION),
          metadata.get(CODE),
          metadata.containsKey(JOURNAL)
              ? new JournalEnd(
                  Long.parseLong(text(file, metadata, JOURNAL)),
                  text(file, metadata, JOURNAL_DIGEST))
              : null);
    } catch (NumberFormatException e) {
      throw new DamagedFileException(file, "not a checkpoint, a number in its metadata is none");
    }
  }

  private static String text(Path file, Map<String, String> metadata, String key) {
    String value = metadata.get(key);
    if (value == null) {
      throw new DamagedFileException(file, "not a checkpoint, its metadata has no " + key);
    }
    return value;
  }

  /**
   * Refuses the checkpoint of another run.
   *
   * @param file where it is
   * @param wantedTask the run's
   * @param wantedAlgo the run's
   * @param wantedSeed the run's
   * @throws TrainException naming both
   */
  public void requireOf(Path file, String wantedTask, String wantedAlgo, long wantedSeed) {
    if (!task.equals(wantedTask) || !algo.equals(wantedAlgo) || seed != wantedSeed) {
      throw new TrainException(
          "%s is of task=%s, algo=%s, seed=%d, required: task=%s, algo=%s, seed=%d"
              .formatted(file, task, algo, seed, wantedTask, wantedAlgo, wantedSeed));
    }
  }
}
