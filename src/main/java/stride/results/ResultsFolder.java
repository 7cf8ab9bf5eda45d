package stride.results;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.JsonText;

/**
 * One run's results: a folder that is filled once and never changed.
 *
 * <pre>
 *   bench-results/2026-01-31_amd-epyc-2c_1a2b3c4[-dirty][-2]/
 *     plan.json  machine.json  jmh-&lt;suite&gt;.json  profile-&lt;task&gt;.json  latency-&lt;stage&gt;-&lt;task&gt;.hlog
 *     jmh-&lt;suite&gt;.partial.json, what there is of a suite that is not finished
 *     flame-&lt;task&gt;_&lt;envs&gt;x&lt;threads&gt;.html|jfr|folded  anchor.json  summary.md
 * </pre>
 */
public final class ResultsFolder {
  /** Version of the files' form. */
  public static final int SCHEMA_VERSION = 1;

  static final String MACHINE = "machine.json";
  public static final String ANCHORS = "anchor.json";

  /** What a run was asked for that can go on. */
  public static final String PLAN = "plan.json";

  /** What is there before anything is measured. */
  private static final Set<String> BEFORE = Set.of(MACHINE, PLAN);

  private final Path path;

  private ResultsFolder(Path path) {
    this.path = path;
  }

  /**
   * Makes a new folder and writes machine.json into it.
   *
   * @param parent usually {@code bench-results}; made if missing
   * @param machine what is measured on
   * @return the folder, under a name that was free
   * @throws FileException if it cannot be made
   */
  public static ResultsFolder create(Path parent, Machine machine) {
    String name =
        LocalDate.now(ZoneOffset.UTC)
            + "_"
            + machine.slug()
            + "_"
            + new Revision(machine.commit(), machine.dirty()).abbreviated();
    try {
      Files.createDirectories(parent);
      for (int k = 1; ; k++) {
        Path path = parent.resolve(k == 1 ? name : name + "-" + k);
        try {
          Files.createDirectory(path);
        } catch (FileAlreadyExistsException e) {
          continue;
        }
        var folder = new ResultsFolder(path);
        try {
          folder.writeJson(MACHINE, machine);
        } catch (FileException e) {
          Files.delete(path);
          throw e;
        }
        return folder;
      }
    } catch (IOException e) {
      throw FileException.cannot("make a results folder in", parent, e);
    }
  }

  /**
   * Goes on with a folder that an interrupted run left.
   *
   * @param path of it
   * @return the folder
   * @throws FileException if it is no results folder
   */
  public static ResultsFolder open(Path path) {
    machine(path);
    return new ResultsFolder(path);
  }

  /**
   * Whether a folder is meant to be one of results.
   *
   * @param path of it
   * @return if it has a machine.json, whatever that holds
   */
  static boolean isOne(Path path) {
    return Files.isRegularFile(path.resolve(MACHINE));
  }

  /** What the results of a folder were measured on. */
  static Machine machine(Path path) {
    if (!Files.exists(path)) {
      throw FileException.cannotRead(path, new NoSuchFileException(path.toString()));
    }
    if (!Files.isDirectory(path)) {
      throw new FileException(path, "not a folder");
    }
    if (!isOne(path)) {
      throw new FileException(path, "no machine.json: it is no results folder, or one cut short");
    }
    return Machine.read(path.resolve(MACHINE));
  }

  /**
   * Whether nothing has been measured into the folder.
   *
   * @return true if it says no more than where and what was to be measured
   * @throws FileException if it cannot be read
   */
  public boolean isUnmeasured() {
    try (Stream<Path> files = Files.list(path)) {
      return files.allMatch(ResultsFolder::isNoMeasurement);
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      throw FileException.cannot("read", path, e);
    }
  }

  /**
   * Removes the folder again if nothing was measured into it.
   *
   * @return if so
   * @throws FileException if it cannot be removed
   */
  public boolean deleteIfUnmeasured() {
    try (Stream<Path> listed = Files.list(path)) {
      List<Path> files = listed.toList(); // what comes after it stays, and so does the folder then
      if (!files.stream().allMatch(ResultsFolder::isNoMeasurement)) {
        return false;
      }
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(path);
      return true;
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      throw FileException.cannot("remove", path, e);
    }
  }

  /** Files that are written before anything is measured, locks, and parts of unfinished files. */
  private static boolean isNoMeasurement(Path file) {
    String name = file.getFileName().toString();
    return BEFORE.contains(name) || name.startsWith(".") || name.endsWith(AtomicFile.PART);
  }

  /**
   * Whether something was finished: files are there whole or not at all.
   *
   * @param name of a file
   * @return if it is there
   */
  public boolean has(String name) {
    return Files.exists(path.resolve(name));
  }

  /**
   * Removes what another file has taken the place of.
   *
   * @param name of a file; it may be missing
   * @throws FileException if it cannot be removed
   */
  public void delete(String name) {
    try {
      Files.deleteIfExists(path.resolve(name));
    } catch (IOException e) {
      throw FileException.cannot("remove", path.resolve(name), e);
    }
  }

  /** Where the folder is. */
  public Path path() {
    return path;
  }

  /**
   * Writes an object as a JSON file.
   *
   * @param name file name
   * @param value anything Jackson can write
   */
  public void writeJson(String name, Object value) {
    writeText(name, JsonText.file(value));
  }

  /**
   * Writes a text file, whole or not at all.
   *
   * @param name file name
   * @param text content
   */
  public void writeText(String name, String text) {
    writeBytes(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Writes a file, whole or not at all.
   *
   * @param name file name
   * @param bytes content
   */
  public void writeBytes(String name, byte[] bytes) {
    try {
      AtomicFile.write(path.resolve(name), bytes);
    } catch (IOException e) {
      throw FileException.cannot("write", path.resolve(name), e);
    }
  }

  /**
   * Writes histograms in HdrHistogram's log format.
   *
   * @param name file name
   * @param histograms tagged
   */
  public void writeHistograms(String name, List<Histogram> histograms) {
    var bytes = new ByteArrayOutputStream();
    var log = new HistogramLogWriter(bytes);
    log.outputLegend();
    histograms.forEach(log::outputIntervalHistogram);
    log.close();
    writeText(name, bytes.toString(StandardCharsets.UTF_8));
  }
}
