package stride.results;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import stride.files.FileException;
import stride.files.JsonObject;

/**
 * A results folder as readers see it: {@link ResultsFolder} writes them.
 *
 * <p>Files are read when asked for, and each is checked: one of another {@code schema_version}, cut
 * short, or missing is named in one line.
 */
public final class Results {
  /** The name by which users ask for the reference run. */
  public static final String BASELINE = "baseline";

  private final Path path;
  private final Machine machine;

  private Results(Path path, Machine machine) {
    this.path = path;
    this.machine = machine;
  }

  /**
   * Opens a folder.
   *
   * @param path of it
   * @return its results
   * @throws FileException if it is none, or its machine.json is damaged or of another version
   */
  public static Results read(Path path) {
    return new Results(path, ResultsFolder.machine(path));
  }

  /**
   * Whether a folder is meant to be one of results.
   *
   * @param path of it
   * @return if it has a machine.json, whatever that holds
   */
  public static boolean isOne(Path path) {
    return ResultsFolder.isOne(path);
  }

  /**
   * Finds a folder by what a user calls it.
   *
   * @param parent usually {@code bench-results}
   * @param name a path, the name of a folder in the parent, or {@code baseline}: the folder that
   *     the file of this name gives
   * @return where it is, or would be
   * @throws FileException if there is no baseline
   */
  public static Path locate(Path parent, String name) {
    if (name.equals(BASELINE)) {
      return named(parent, BASELINE);
    }
    Path given = Path.of(name);
    Path inParent = parent.resolve(name);
    return !Files.exists(given) && Files.exists(inParent) ? inParent : given;
  }

  /**
   * The anchors of the reference run, if it was measured on the same machine.
   *
   * @param parent usually {@code bench-results}
   * @param machine whose figures are to be held to it
   * @return none also where there is no baseline, or none that can be read
   */
  public static Optional<Anchors> baseline(Path parent, Machine machine) {
    if (!Files.exists(parent.resolve(BASELINE))) {
      return Optional.empty();
    }
    try {
      return Optional.of(read(locate(parent, BASELINE)))
          .filter(results -> results.machine().kind().equals(machine.kind()))
          .flatMap(Results::anchors);
    } catch (FileException e) {
      return Optional.empty(); // what is measured does not depend on it
    }
  }

  /**
   * Finds the folder that a file beside it names in its one line.
   *
   * @param parent usually {@code bench-results}
   * @param name of the file
   * @return where the folder is
   * @throws FileException if there is no such file or folder
   */
  public static Path named(Path parent, String name) {
    Path file = parent.resolve(name);
    try {
      String line = Files.readString(file).strip();
      Path folder = parent.resolve(line);
      if (line.isEmpty() || line.lines().count() > 1 || !Files.isDirectory(folder)) {
        throw new FileException(file, "not one line with the name of a folder beside it");
      }
      return folder;
    } catch (IOException e) {
      throw FileException.cannotRead(file, e);
    }
  }

  /** Where the folder is. */
  public Path path() {
    return path;
  }

  /**
   * The folder's own name, without the way there: for example {@code
   * 2026-01-31_amd-epyc-2c_1a2b3c4}.
   */
  public String name() {
    return path.toAbsolutePath().normalize().getFileName().toString();
  }

  /** The machine and the revision that were measured, from machine.json. */
  public Machine machine() {
    return machine;
  }

  /** The anchors; none if the run has not ended. */
  public Optional<Anchors> anchors() {
    return ifThere(ResultsFolder.ANCHORS, Anchors.class);
  }

  /**
   * What JMH measured.
   *
   * @return results of all suites that are finished, in order of their names
   * @throws FileException if one stands there twice, or is damaged
   */
  public List<JmhResult> benchmarks() {
    List<JmhResult> all = new ArrayList<>();
    Map<String, Path> seen = new HashMap<>();
    for (Path file : files("jmh-[^.]*\\.json")) {
      for (JmhResult result : JmhResult.read(file)) {
        if (seen.put(result.key(), file) != null) {
          throw new FileException(file, result.key() + " is there twice");
        }
        all.add(result);
      }
    }
    return all;
  }

  /** Profiles over environment counts: one for each task, in the order of names. */
  public List<ProfileResult> profiles() {
    return files("profile-.*\\.json").stream()
        .map(file -> read(file, ProfileResult.class))
        .toList();
  }

  /** Other programs beside Stride: none if they were not measured. */
  public Optional<PeersResult> peers() {
    return ifThere("peers.json", PeersResult.class);
  }

  /** Returns over seeds: one a task and preset; none if they were not measured. */
  public List<ReturnsRow> returns() {
    return ifThere("returns.json", ReturnsRow.File.class)
        .map(ReturnsRow.File::rows)
        .orElse(List.of());
  }

  private <T> Optional<T> ifThere(String name, Class<T> type) {
    Path file = path.resolve(name);
    return Files.exists(file) ? Optional.of(read(file, type)) : Optional.empty();
  }

  private static <T> T read(Path file, Class<T> type) {
    return JsonObject.of(file, ResultsFolder.SCHEMA_VERSION).as(type);
  }

  /**
   * Files of the folder.
   *
   * @param pattern of their names
   * @return where they are, in order of their names
   */
  public List<Path> files(String pattern) {
    try (Stream<Path> all = Files.list(path)) {
      return all.filter(file -> file.getFileName().toString().matches(pattern)).sorted().toList();
    } catch (IOException e) {
      throw FileException.cannot("read", path, e);
    }
  }
}
