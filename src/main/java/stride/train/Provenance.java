package stride.train;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import stride.files.OrNull;

/**
 * What a run is trained with, which is its provenance.json. Checkpoints carry the digests of
 * configuration and code, which decide; the file says what they stand for.
 *
 * @param schemaVersion of this form
 * @param configuration as config.json had it
 * @param code what computes
 * @param forced where the run went on with another configuration or code than it had before
 * @param initial what its first parameters are of; null if they were random
 */
record Provenance(
    int schemaVersion,
    ObjectNode configuration,
    Code code,
    List<Forced> forced,
    @OrNull @JsonInclude(JsonInclude.Include.NON_NULL) InitialParameters initial) {
  private static final int SCHEMA_VERSION = 1;
  private static final String FILE = "provenance.json";
  private static final String INITIAL = "initial";

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
    return new Provenance(SCHEMA_VERSION, configuration, code, List.of(), null);
  }

  /** The same of a run with such first parameters. */
  Provenance with(InitialParameters its) {
    return new Provenance(schemaVersion, configuration, code, forced, its);
  }

  /** What a run's file says; empty if it has none, or a damaged one: it only explains. */
  static Optional<Provenance> read(Path run) {
    Path file = run.resolve(FILE);
    try {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      ObjectNode json = JsonText.readObject(file);
      json.putIfAbsent(INITIAL, json.nullNode());
      return Optional.of(JsonText.toRecord(file, json, Provenance.class));
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
  Provenance after(Optional<Provenance> earlier, Forced last) {
    List<Forced> all = new ArrayList<>(earlier.map(Provenance::forced).orElse(List.of()));
    all.add(last);
    InitialParameters its = earlier.map(Provenance::initial).orElse(null);
    return new Provenance(schemaVersion, configuration, code, all, its);
  }
}
