package stride.train;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import stride.env.Tasks;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.JsonText;

/**
 * All files of one run, for the one process that works on it.
 *
 * <pre>
 *   runs/Hopper-v5__ppo__1__1750000000/
 *     config.json  lock  metrics.jsonl  events.out.tfevents.*  result.json (when finished)
 *     checkpoints/iteration-00000100.safetensors ...   the newest two and the best;
 *                                                      those that turned out damaged: *.damaged
 *     replay/rows-00000100.safetensors ...             rows that checkpoints need, if any do
 *     knobs.json  changes.jsonl                        what may be changed in flight, and what was
 *     live.json  live-answer.json                      while something is asked for
 * </pre>
 *
 * <p>Locked until closed, which is idempotent. Those who only read need no lock.
 */
public final class RunFolder implements AutoCloseable {
  /** Where runs go that were given no place. */
  public static final Path RUNS = Path.of("runs");

  /** Where runs go that are part of a comparison, and are found again by others. */
  public static final Path TRIALS = RUNS.resolve("trials");

  private static final String CONFIG = "config.json";
  private static final String RESULT = "result.json";
  private static final String METRICS = "metrics.jsonl";

  private final Path path;
  private final RunLock lock;
  private final AtomicFile.Disk disk;
  private final CheckpointStore checkpoints;

  private RunFolder(Path path, AtomicFile.Disk disk) {
    this.path = path;
    this.lock = RunLock.take(path);
    this.disk = disk;
    this.checkpoints = new CheckpointStore(path, disk);
  }

  /**
   * Makes a folder named after the run and the time.
   *
   * @param parent usually {@link #RUNS}; made if missing
   * @param task Gymnasium's name
   * @param algo the algorithm
   * @param seed of the run
   * @param config a record or map: becomes config.json
   * @return the folder, locked
   * @throws FileException if it cannot be made
   */
  public static RunFolder create(Path parent, String task, String algo, long seed, Object config) {
    long time = Instant.now().getEpochSecond();
    String name = "%s__%s__%d__%d".formatted(Tasks.fileName(task), algo, seed, time);
    for (int k = 1; ; k++) {
      Path path = parent.resolve(k == 1 ? name : name + "-" + k);
      if (makeFolder(path)) {
        return fill(path, config, AtomicFile.Disk.REAL);
      }
    }
  }

  /**
   * Makes a given folder.
   *
   * @param path must not exist; its parents are made if missing
   * @param config a record or map: becomes config.json
   * @return the folder, locked
   * @throws TrainException if it exists
   * @throws FileException if it cannot be made
   */
  public static RunFolder create(Path path, Object config) {
    return create(path, config, AtomicFile.Disk.REAL);
  }

  static RunFolder create(Path path, Object config, AtomicFile.Disk disk) {
    if (!makeFolder(path) && !isAbandoned(path)) {
      throw new TrainException(path + " exists already: a new run needs a new folder");
    }
    return fill(path, config, disk);
  }

  /** Whether a process was killed here before it could write a configuration: nothing is lost. */
  private static boolean isAbandoned(Path path) {
    if (!Files.isRegularFile(path.resolve(RunLock.NAME))) {
      return false;
    }
    try (Stream<Path> below = Files.walk(path)) {
      return below.allMatch(
          file ->
              file.equals(path)
                  || file.equals(path.resolve(CheckpointStore.NAME))
                  || file.equals(path.resolve(RunLock.NAME))
                  || file.toString().endsWith(AtomicFile.PART));
    } catch (IOException e) {
      throw cannotMake(path, e);
    }
  }

  private static boolean makeFolder(Path path) {
    try {
      Path parent = path.toAbsolutePath().getParent();
      if (parent != null) {
        Files.createDirectories(parent);
      }
      Files.createDirectory(path);
      return true;
    } catch (FileAlreadyExistsException e) {
      if (Path.of(e.getFile()).equals(path)) {
        return false;
      }
      throw cannotMake(path, e); // a parent is a file
    } catch (IOException e) {
      throw cannotMake(path, e);
    }
  }

  private static FileException cannotMake(Path path, IOException e) {
    return FileException.cannot("make run folder", path, e);
  }

  /** The configuration comes last: a folder that has one has everything. */
  private static RunFolder fill(Path path, Object config, AtomicFile.Disk disk) {
    RunFolder folder = new RunFolder(path, disk);
    try {
      folder.deleteParts(path);
      Files.createDirectories(path.resolve(CheckpointStore.NAME));
      folder.writeJson(CONFIG, config);
      return folder;
    } catch (IOException e) {
      throw abandon(path, folder, cannotMake(path, e));
    } catch (RuntimeException e) {
      throw abandon(path, folder, e);
    }
  }

  /** Leaves nothing of a folder that could not be filled, so that its name is free again. */
  private static <X extends RuntimeException> X abandon(Path path, RunFolder folder, X why) {
    try (RunFolder _ = folder) {
      for (String name : List.of(CONFIG, CheckpointStore.NAME, RunLock.NAME, "")) {
        delete(path.resolve(name));
      }
    } catch (FileException second) {
      why.addSuppressed(second);
    }
    return why;
  }

  /**
   * Opens the folder of a run that was begun, and removes what a killed process left half-written.
   *
   * @param path the folder
   * @return the folder, locked
   * @throws TrainException if it is not a run's, or another process works on it
   * @throws FileException if it cannot be locked or opened
   */
  public static RunFolder open(Path path) {
    requireRun(path);
    RunFolder folder = new RunFolder(path, AtomicFile.Disk.REAL);
    try {
      folder.deleteParts(path);
      folder.deleteParts(path.resolve(CheckpointStore.NAME));
      if (Files.exists(path.resolve(JournalFiles.NAME))) {
        folder.deleteParts(path.resolve(JournalFiles.NAME));
      }
      return folder;
    } catch (IOException e) {
      folder.close();
      throw FileException.cannot("open", path, e);
    }
  }

  private static void requireRun(Path path) {
    if (!Files.exists(path)) {
      throw new TrainException(path + " does not exist" + NewestRuns.advice(path, RUNS, CONFIG));
    }
    if (!Files.exists(configFile(path))) {
      throw new TrainException(path + " is no run folder: it has no " + CONFIG);
    }
  }

  private void deleteParts(Path in) throws IOException {
    try (DirectoryStream<Path> parts = Files.newDirectoryStream(in, "*" + AtomicFile.PART)) {
      for (Path part : parts) {
        Files.delete(part);
      }
    }
  }

  /** Where the folder is. */
  public Path path() {
    return path;
  }

  /** Its checkpoints, to be written by whoever holds this. */
  CheckpointStore checkpoints() {
    return checkpoints;
  }

  /** Its files of rows, to be written by whoever holds this. */
  JournalFiles journal() {
    return new JournalFiles(path, disk);
  }

  /**
   * Whether there is anything to go on from: a process may be killed between making the folder and
   * saving the first state, and then the run has yet to start.
   *
   * @return true if a checkpoint was ever saved, or an iteration logged
   */
  public boolean hasBegun() {
    return Files.exists(metricsFile(path)) || !checkpoints.all().isEmpty();
  }

  // ---- JSON ----

  /**
   * Where a run's configuration is.
   *
   * @param run a run's folder
   * @return the file
   */
  public static Path configFile(Path run) {
    return run.resolve(CONFIG);
  }

  static Path metricsFile(Path run) {
    return run.resolve(METRICS);
  }

  /**
   * The configuration of a run, whoever works on it.
   *
   * @param run a run's folder
   * @return the content of config.json
   * @throws TrainException if there is no run
   * @throws FileException if it is no JSON object
   */
  public static ObjectNode readConfig(Path run) {
    requireRun(run);
    return JsonText.readObject(configFile(run));
  }

  /**
   * Whether a run has done all that it was to do.
   *
   * @param run a run's folder
   * @return false if it was stopped, or is at work
   */
  public static boolean isFinished(Path run) {
    return Files.exists(run.resolve(RESULT));
  }

  /**
   * What a finished run reached.
   *
   * @param run a run's folder
   * @return empty if it has not finished
   * @throws FileException if the file has another form
   */
  public static Optional<TrainResult> readResult(Path run) {
    Path file = run.resolve(RESULT);
    if (!isFinished(run)) {
      return Optional.empty();
    }
    JsonText.requireVersion(file, JsonText.readObject(file), TrainResult.SCHEMA_VERSION);
    return Optional.of(JsonText.read(file, TrainResult.class));
  }

  private void writeJson(String name, Object value) {
    Path file = path.resolve(name);
    try {
      AtomicFile.write(file, disk, JsonText.file(value));
    } catch (IOException e) {
      throw FileException.cannot("write", file, e);
    }
  }

  void writeResult(TrainResult result) {
    writeJson(RESULT, result);
  }

  MetricsLog openMetrics(long lastIteration) {
    return MetricsLog.open(metricsFile(path), lastIteration);
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw FileException.cannot("delete", file, e);
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
