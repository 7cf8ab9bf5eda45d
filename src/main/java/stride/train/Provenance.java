package stride.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import stride.files.AtomicFile;
import stride.files.Digest;
import stride.files.FileException;
import stride.files.JsonText;

/**
 * What a run is trained with, which is its provenance.json. Checkpoints carry the digests of
 * configuration and code, which decide; the file says what they stand for.
 *
 * @param schemaVersion of this form
 * @param configuration as config.json had it
 * @param code what computes
 * @param forced where the run went on with another configuration or code than it had before
 */
record Provenance(int schemaVersion, ObjectNode configuration, Code code, List<Forced> forced) {
  private static final int SCHEMA_VERSION = 1;
  private static final String FILE = "provenance.json";

  // they only fill in options that a file lacks
  private static final List<String> NO_OPTIONS = List.of("schema_version", "preset");

  /**
   * A change in the midst of a run.
   *
   * @param iteration how many were done
   * @param before what differed
   */
  record Forced(long iteration, String before) {}

  /** One that was not forced upon its run. */
  static Provenance of(ObjectNode configuration, Code code) {
    return new Provenance(SCHEMA_VERSION, configuration, code, List.of());
  }

  /** What a run's file says; empty if it has none, or a damaged one: it only explains. */
  static Optional<Provenance> read(Path run) {
    Path file = run.resolve(FILE);
    try {
      return Files.exists(file)
          ? Optional.of(JsonText.read(file, Provenance.class))
          : Optional.empty();
    } catch (FileException e) {
      return Optional.empty();
    }
  }

  void write(Path run) {
    Path file = run.resolve(FILE);
    try {
      AtomicFile.write(file, JsonText.file(this));
    } catch (IOException e) {
      throw FileException.cannot("write", file, e);
    }
  }

  String configurationDigest() {
    var options = new TreeMap<String, Object>();
    configuration.properties().forEach(option -> options.put(option.getKey(), option.getValue()));
    NO_OPTIONS.forEach(options::remove);
    return Digest.ofText(JsonText.line(options));
  }

  /** Options that another configuration has otherwise, as they are in this one. */
  String options(Provenance other) {
    Set<String> names = new LinkedHashSet<>();
    configuration.fieldNames().forEachRemaining(names::add);
    other.configuration.fieldNames().forEachRemaining(names::add);
    List<String> options = new ArrayList<>();
    for (String name : names) {
      JsonNode value = configuration.get(name);
      if (!NO_OPTIONS.contains(name)
          && (value == null || !value.equals(other.configuration.get(name)))) {
        options.add(value == null ? "no " + name : name + "=" + value);
      }
    }
    return String.join(", ", options);
  }

  /** The same for a run that goes on with this although it was of something else. */
  Provenance after(List<Forced> earlier, Forced last) {
    List<Forced> all = new ArrayList<>(earlier);
    all.add(last);
    return new Provenance(schemaVersion, configuration, code, all);
  }
}
