package stride.train;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import stride.files.FileException;
import stride.files.JsonText;

/**
 * The best checkpoint of a run, in a list of the best of many: its best.json.
 *
 * @param schemaVersion of this form
 * @param judgedReturn the mean return that it was judged by
 * @param run folder of the run that it is of
 * @param checkpoint name of its file
 * @param envSteps done by then
 * @param digest of the file
 * @param kept seconds since 1970
 */
record BestCheckpoint(
    int schemaVersion,
    double judgedReturn,
    String run,
    String checkpoint,
    long envSteps,
    String digest,
    long kept) {
  static final String FILE = "best.json";

  private static final int SCHEMA_VERSION = 1;
  private static final int DIGITS = 8;

  /**
   * That of a run.
   *
   * @return empty if no episode had ended at any checkpoint
   * @throws FileException if it is damaged
   */
  static Optional<BestCheckpoint> of(Path run) {
    Optional<Path> best = CheckpointStore.of(run).best();
    if (best.isEmpty()) {
      return Optional.empty();
    }
    Path file = best.get();
    try (Checkpoint checkpoint = Checkpoint.read(file)) {
      return Optional.of(
          new BestCheckpoint(
              SCHEMA_VERSION,
              checkpoint.bestEvaluation().orElse(checkpoint.info().bestReturn()),
              run.toAbsolutePath().normalize().toString(),
              file.getFileName().toString(),
              checkpoint.info().envSteps(),
              checkpoint.digest(),
              Instant.now().getEpochSecond()));
    }
  }

  /** What a folder of the list says; empty if it is damaged, and then it is left alone. */
  static Optional<BestCheckpoint> read(Path folder) {
    Path file = folder.resolve(FILE);
    try {
      return Files.exists(file)
          ? Optional.of(JsonText.read(file, BestCheckpoint.class))
          : Optional.empty();
    } catch (FileException e) {
      return Optional.empty();
    }
  }

  /** Of its folder in the list. */
  String name() {
    return Path.of(run).getFileName() + "__" + digest.substring(0, DIGITS);
  }
}
