package stride.lab.process;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stride.files.FileException;
import stride.files.JsonText;

/**
 * What another build knows of a configuration: options are added from revision to revision, and an
 * earlier one refuses those that it does not have.
 */
public final class KnownOptions {
  private KnownOptions() {}

  /**
   * Leaves out what a build does not know. A build that cannot be asked is taken to know all.
   *
   * @param build whose trainings are to be configured
   * @param config flat, as a run's config.json has it
   * @param progress takes a line with what is left out, if something is
   * @return a copy
   */
  public static ObjectNode of(Build build, ObjectNode config, PrintWriter progress) {
    ObjectNode known = config.deepCopy();
    ObjectNode there = defaults(build, config);
    if (there == null) {
      return known;
    }
    List<String> left = new ArrayList<>();
    config.fieldNames().forEachRemaining(left::add);
    left.removeIf(there::has);
    if (!left.isEmpty()) {
      known.remove(left);
      progress.println(
          "%s has no %s: its trainings go without"
              .formatted(build.origin().revision(), String.join(", ", left)));
      progress.flush();
    }
    return known;
  }

  /** What the build trains if it is told nothing; null if it does not say. */
  private static ObjectNode defaults(Build build, ObjectNode config) {
    List<String> command = new ArrayList<>(build.stride());
    command.addAll(List.of("train", config.get("task").textValue(), "--print-config"));
    command.addAll(List.of("--algo", config.get("algo").textValue()));
    try {
      Path out = Files.createTempFile("stride-config", ".json");
      Path log = Files.createTempFile("stride-config", ".log");
      try {
        int exit = ChildProcess.run(Path.of("").toAbsolutePath(), out, log, command);
        return exit == 0 ? JsonText.readObject(out) : null;
      } finally {
        Files.delete(out);
        Files.delete(log);
      }
    } catch (IOException e) {
      throw FileException.cannot("make", Path.of(System.getProperty("java.io.tmpdir")), e);
    }
  }
}
