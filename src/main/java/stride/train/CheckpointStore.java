package stride.train;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.LongPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.memory.Slab;

/**
 * The checkpoints of one run, read from the disk whenever it is asked: the newest two, the best,
 * and those that turned out to be damaged, which end in {@code .damaged}.
 *
 * <p>Whoever only reads needs no lock on the run's folder; writers have it.
 */
public final class CheckpointStore {
  /** The folder in that of the run. */
  static final String NAME = "checkpoints";

  private static final Pattern FILE = Pattern.compile("iteration-(\\d{8,18})\\.safetensors");

  /** How the names of files end that turned out to be damaged. */
  static final String DAMAGED = ".damaged";

  private static final int KEPT = 2; // so that a damaged newest one costs little

  private final Path run;
  private final AtomicFile.Disk disk;

  CheckpointStore(Path run, AtomicFile.Disk disk) {
    this.run = run;
    this.disk = disk;
  }

  /**
   * Those of a run, for who reads.
   *
   * @param run its folder
   * @return looks for no file yet
   */
  public static CheckpointStore of(Path run) {
    return new CheckpointStore(run, AtomicFile.Disk.REAL);
  }

  /**
   * All of them.
   *
   * @return the newest first; the final state of a finished run is the newest
   * @throws FileException if there is no such folder
   */
  public List<Path> all() {
    List<Path> found = new ArrayList<>();
    Path folder = run.resolve(NAME);
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (iteration(file) >= 0) {
          found.add(file);
        }
      }
    } catch (IOException e) {
      throw FileException.cannot("read", folder, e);
    }
    found.sort(Comparator.comparingLong(CheckpointStore::iteration).reversed());
    return found;
  }

  /**
   * The newest; of a finished run, its final state.
   *
   * @return the file
   * @throws TrainException if there is none
   */
  public Path newest() {
    return all().stream()
        .findFirst()
        .orElseThrow(() -> new TrainException(run + " has no checkpoint"));
  }

  /**
   * The one to play the best policy from: where the learner evaluates, the newest, which has the
   * best parameters; else the one with the highest mean return.
   *
   * @return empty if no episode had ended at any
   * @throws TrainException if there is no checkpoint at all
   * @throws FileException if the newest is unreadable
   */
  public Optional<Path> best() {
    Path file = newest();
    try (Checkpoint newest = Checkpoint.read(file)) {
      if (newest.bestEvaluation().isPresent()) {
        return Optional.of(file);
      }
      long best = newest.info().bestIteration();
      return best < 0 ? Optional.empty() : Optional.of(file(best));
    }
  }

  private Path file(long iteration) {
    return run.resolve(NAME).resolve("iteration-%08d.safetensors".formatted(iteration));
  }

  /** The number in a checkpoint's name, -1 for other files. */
  static long iteration(Path file) {
    Matcher name = FILE.matcher(file.getFileName().toString());
    return name.matches() ? Long.parseLong(name.group(1)) : -1;
  }

  /**
   * Adds one, then removes those that it makes superfluous.
   *
   * @param usable whether a run can go on from a checkpoint of an iteration: others count only as
   *     the best
   */
  void save(CheckpointInfo info, SequencedMap<String, Slab> state, LongPredicate usable) {
    Path file = file(info.iteration());
    Checkpoint.write(file, info, state, disk);
    Set<Path> kept = new HashSet<>();
    if (info.bestIteration() >= 0) {
      kept.add(file(info.bestIteration()));
    }
    List<Path> all = all();
    all.stream().filter(old -> usable.test(iteration(old))).limit(KEPT).forEach(kept::add);
    kept.add(file);
    for (Path old : all) {
      if (!kept.contains(old)) {
        delete(old);
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw FileException.cannot("delete", file, e);
    }
  }

  /**
   * Renames those that are newer than the one a run goes on from: they are damaged, and the run
   * will write them anew.
   *
   * @return their iterations
   */
  List<Long> forgetAfter(long iteration) {
    List<Long> forgotten = new ArrayList<>();
    for (Path file : all()) {
      if (iteration(file) > iteration) {
        Path aside = file.resolveSibling(file.getFileName() + DAMAGED);
        try {
          Files.move(file, aside, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
          throw FileException.cannot("rename", file, e);
        }
        forgotten.add(iteration(file));
      }
    }
    return forgotten;
  }
}
