package stride.train;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import stride.env.Tasks;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.FileGuard;
import stride.files.JsonText;

/**
 * The best checkpoints of all runs of one problem: copies, so that the runs may be deleted.
 *
 * <pre>
 *   runs/best/CartPole-v1/CartPole-v1__ppo__1__1750000000__0a1b2c3d/
 *     best.json  config.json  provenance.json  checkpoints/iteration-00000100.safetensors
 * </pre>
 *
 * <p>Each is a folder that can be played as a run's. It appears whole, and others go only after
 * that; processes take turns.
 */
public final class BestRuns {
  /** How many are kept unless something else is said. */
  public static final int KEPT = 5;

  /** The folder in that of all runs. */
  static final String NAME = "best";

  private static final String HIDDEN = "."; // how names begin of what is not whole
  private static final String NEW = HIDDEN + "new";
  private static final String OLD = HIDDEN + "old";

  private final Path folder;

  private BestRuns(Path folder) {
    this.folder = folder;
  }

  /**
   * Those of a problem.
   *
   * @param runs the folder of all runs, usually {@link RunFolder#RUNS}
   * @param problem a task and what is altered of it, see {@link stride.env.TaskOptions#problem}
   * @return looks for no file yet
   */
  public static BestRuns of(Path runs, String problem) {
    return new BestRuns(runs.resolve(NAME).resolve(Tasks.fileName(problem)));
  }

  /** Where they lie. */
  public Path folder() {
    return folder;
  }

  /** One of them. */
  private record Kept(Path path, BestCheckpoint what) {}

  /** The best first; of equal ones, the one that was there before. */
  private List<Kept> kept() {
    List<Kept> all = new ArrayList<>();
    try (DirectoryStream<Path> below = Files.newDirectoryStream(folder)) {
      for (Path path : below) {
        if (!path.getFileName().toString().startsWith(HIDDEN)) {
          BestCheckpoint.read(path).ifPresent(what -> all.add(new Kept(path, what)));
        }
      }
    } catch (IOException e) {
      throw FileException.cannotRead(folder, e);
    }
    all.sort(
        Comparator.comparingDouble((Kept each) -> -each.what.judgedReturn())
            .thenComparingLong(each -> each.what.kept())
            .thenComparing(Kept::path));
    return all;
  }

  /**
   * The best of all.
   *
   * @return its folder, which is a run's
   * @throws TrainException if there is none
   */
  public Path best() {
    List<Kept> all = Files.isDirectory(folder) ? kept() : List.of();
    if (all.isEmpty()) {
      throw new TrainException(folder + " has no checkpoints: runs are kept there that finish");
    }
    return all.getFirst().path;
  }

  // ---- keeping ----

  /**
   * Keeps the best checkpoint of a run, if it is good enough.
   *
   * @param run its folder
   * @param most how many are kept; others are deleted
   * @return where it lies; empty if others are better, or no episode has ended in the run
   * @throws FileException if it cannot be read or copied; those that were kept still are
   */
  public Optional<Path> offer(Path run, int most) {
    Optional<BestCheckpoint> offered = BestCheckpoint.of(run);
    if (offered.isEmpty() || most == 0) {
      return Optional.empty();
    }
    try {
      Files.createDirectories(folder);
      try (FileGuard _ = FileGuard.of(folder)) {
        deleteHidden();
        return keep(run, offered.get(), most);
      }
    } catch (IOException e) {
      throw FileException.cannot("write into", folder, e);
    }
  }

  private Optional<Path> keep(Path run, BestCheckpoint offered, int most) throws IOException {
    for (Kept each : kept()) {
      if (each.what.digest().equals(offered.digest())) {
        return Optional.of(each.path); // the run was asked before, or done twice
      }
    }
    Path whole = folder.resolve(offered.name());
    copy(run, offered, folder.resolve(NEW));
    Files.move(folder.resolve(NEW), whole, StandardCopyOption.ATOMIC_MOVE);
    List<Kept> all = kept();
    for (Kept worst : all.subList(Math.min(most, all.size()), all.size())) {
      Files.move(worst.path, folder.resolve(OLD), StandardCopyOption.ATOMIC_MOVE);
      deleteHidden();
    }
    return Files.exists(whole) ? Optional.of(whole) : Optional.empty();
  }

  private static void copy(Path run, BestCheckpoint offered, Path to) throws IOException {
    Files.createDirectories(to.resolve(CheckpointStore.NAME));
    Path checkpoint = Path.of(CheckpointStore.NAME, offered.checkpoint());
    for (Path each : List.of(Path.of("config.json"), Path.of("provenance.json"), checkpoint)) {
      if (Files.exists(run.resolve(each))) { // old runs have no provenance
        copy(run.resolve(each), to.resolve(each));
      }
    }
    AtomicFile.write(to.resolve(BestCheckpoint.FILE), JsonText.file(offered));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ)) {
      AtomicFile.write(
          to,
          AtomicFile.Disk.REAL,
          out -> {
            for (long at = 0; at < in.size(); ) {
              at += in.transferTo(at, in.size() - at, out);
            }
          });
    }
  }

  /** What a killed process left, and what has just been replaced. */
  private void deleteHidden() throws IOException {
    for (String name : List.of(NEW, OLD)) {
      Path path = folder.resolve(name);
      if (Files.exists(path)) {
        try (Stream<Path> below = Files.walk(path)) {
          for (Path each : below.sorted(Comparator.reverseOrder()).toList()) {
            Files.delete(each);
          }
        }
      }
    }
  }
}
