package stride.lab.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.JsonObject;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.lab.process.Origin;
import stride.train.RunLock;

/** The folder of one search or ablation, for the one process that works on it. */
final class OutFolder implements AutoCloseable {
  private static final String LOCK = "lock";

  private final Path path;
  private final String file;
  private final RunLock lock;

  private OutFolder(Path path, String file) {
    this.path = path;
    this.file = file;
    this.lock = RunLock.take(path);
  }

  /**
   * Makes it, or takes it up again.
   *
   * @param path may exist, if it is empty or of the same plan
   * @param file that says what the folder is of: it has a schema_version, a plan and an origin
   * @param schemaVersion of that file
   * @param plan that it is to be of
   * @param origin likewise
   * @param mixed whether the machine may be another
   * @throws LabException if it holds something else
   */
  static OutFolder open(
      Path path, String file, int schemaVersion, Object plan, Origin origin, boolean mixed) {
    try {
      Files.createDirectories(path);
      var folder = new OutFolder(path, file);
      try {
        folder.requireSame(schemaVersion, plan, origin, mixed);
      } catch (IOException | RuntimeException e) {
        folder.close();
        throw e;
      }
      return folder;
    } catch (IOException e) {
      throw FileException.cannot("use", path, e);
    }
  }

  private void requireSame(int schemaVersion, Object plan, Origin origin, boolean mixed)
      throws IOException {
    Path old = path.resolve(file);
    if (!Files.exists(old)) {
      try (Stream<Path> files = Files.list(path)) {
        if (!files.allMatch(its -> its.endsWith(LOCK) || its.toString().endsWith(".part"))) {
          throw new LabException(
              path + " is not empty and has no " + file + ": give another --out");
        }
      }
      return;
    }
    JsonNode json = JsonText.readObject(old);
    JsonText.requireVersion(old, json, schemaVersion);
    requireSameOrigin(
        Origin.completed(new JsonObject(old, json)).part("origin").as(Origin.class), origin, mixed);
    JsonNode wanted = JsonText.tree(plan);
    wanted.fieldNames().forEachRemaining(key -> requireEqual(json.path("plan"), wanted, key));
  }

  private void requireSameOrigin(Origin old, Origin here, boolean mixed) {
    if (!old.commit().equals(here.commit())) {
      throw other("commit");
    }
    if (!old.code().equals(here.code())) {
      throw other(
          old.parts() == null
              ? "code"
              : "code: " + String.join(", ", old.parts().differences(here.parts())));
    }
    List<String> differences = old.machine().differences(here.machine());
    if (!mixed && !differences.isEmpty()) {
      throw other("machine: " + String.join(", ", differences));
    }
  }

  private void requireEqual(JsonNode old, JsonNode wanted, String key) {
    if (!wanted.get(key).equals(old.get(key))) {
      throw other(key);
    }
  }

  private LabException other(String what) {
    return new LabException(
        "%s holds another %s, which differs in %s: give another --out"
            .formatted(path, file.replaceFirst("\\.json$", ""), what));
  }

  Path path() {
    return path;
  }

  /** What an earlier sitting left. */
  <T> Optional<T> read(Class<T> type) {
    Path old = path.resolve(file);
    return Files.exists(old) ? Optional.of(JsonText.read(old, type)) : Optional.empty();
  }

  void write(String name, String text) {
    try {
      AtomicFile.write(path.resolve(name), text);
    } catch (IOException e) {
      throw FileException.cannot("write", path.resolve(name), e);
    }
  }

  @Override
  public void close() {
    lock.close();
  }
}
