package stride.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Writes the measured part of the README from the committed results folder that {@code
 * bench-results/baseline} names, so that no figure is written by hand.
 */
public final class ReadmeTables {
  private static final String BEGIN = "<!-- measured: written by `make readme` -->\n";
  private static final String END = "<!-- /measured -->\n";

  private final Path root;

  /**
   * The README of a project.
   *
   * @param root folder of README.md and bench-results
   */
  public ReadmeTables(Path root) {
    this.root = root;
  }

  /**
   * Whether the README says what the results say.
   *
   * @return true if writing it again would change nothing
   */
  public boolean isCurrent() {
    return read(readme()).equals(updated());
  }

  /** Writes the measured part anew. */
  public void update() {
    try {
      Files.writeString(readme(), updated());
    } catch (IOException e) {
      throw new LabException("cannot write " + readme(), e);
    }
  }

  private Path readme() {
    return root.resolve("README.md");
  }

  private String updated() {
    String text = read(readme());
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new LabException(
          "README.md has no part between " + BEGIN.strip() + " and " + END.strip());
    }
    return text.substring(0, begin + BEGIN.length())
        + "\n"
        + measured()
        + "\n"
        + text.substring(end);
  }

  private String measured() {
    Path results = root.resolve("bench-results");
    String name = read(results.resolve("baseline")).strip();
    Path folder = results.resolve(name);
    Part machine = Part.of(folder.resolve("machine.json"));
    var text = new StringBuilder(rates(folder).toMarkdown());
    text.append(
        "\nMeasured on %s, %d cores, %s, commit %.7s: [bench-results/%s](bench-results/%s/summary.md).\n"
            .formatted(
                machine.text("cpu"),
                machine.integer("cores"),
                machine.text("jdk"),
                machine.text("commit"),
                name,
                name));
    return text.toString();
  }

  private static Table rates(Path folder) {
    Map<String, Map<String, Double>> peers = peers(folder.resolve("peers.json"));
    var table =
        new Table(
            "task, environments x threads",
            "limit (bare `mj_step`)",
            "Stride, policy included",
            "share of the limit",
            "EnvPool, env-only",
            "Gymnasium, env-only");
    for (Part profile : profiles(folder)) {
      String task = profile.text("task");
      for (Part row : profile.rows()) {
        int envs = row.integer("envs");
        int threads = row.integer("threads");
        if (threads > envs) {
          continue; // the same as one thread for each environment
        }
        boolean compared = envs == 64 && threads > 1;
        Map<String, Double> others = compared ? peers.getOrDefault(task, Map.of()) : Map.of();
        table.add(
            "%s, %d x %d".formatted(task, envs, threads),
            thousands(row.number("physics_steps_per_second")),
            thousands(row.number("rollout_steps_per_second")),
            percent(row.number("rollout_share")),
            thousands(others.get("envpool")),
            thousands(others.get("gymnasium")));
      }
    }
    return table;
  }

  private static List<Part> profiles(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("profile-.*\\.json"))
          .sorted()
          .map(Part::of)
          .toList();
    } catch (IOException e) {
      throw new LabException("cannot read " + folder, e);
    }
  }

  /** The best figure of each peer by task: peers run in several modes. */
  private static Map<String, Map<String, Double>> peers(Path file) {
    Map<String, Map<String, Double>> best = new TreeMap<>();
    if (Files.exists(file)) {
      for (Part row : Part.of(file).rows()) {
        String peer = row.text("peer").replaceAll("-.*", "");
        best.computeIfAbsent(row.text("task"), _ -> new TreeMap<>())
            .merge(peer, row.number("env_steps_per_second"), Math::max);
      }
    }
    return best;
  }

  // the file is the same whoever writes it: no decimal commas

  private static String thousands(Double rate) {
    return rate == null ? "" : String.format(Locale.ROOT, "%.1fk", rate / 1000);
  }

  private static String percent(Double share) {
    return share == null ? "" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  /** An object of a results file, whose fields must be there. */
  private record Part(Path file, JsonNode node) {
    static Part of(Path file) {
      return new Part(file, Json.read(file, JsonNode.class));
    }

    String text(String key) {
      return field(key).asText();
    }

    int integer(String key) {
      return field(key).asInt();
    }

    /** Null where nothing was measured. */
    Double number(String key) {
      JsonNode value = field(key);
      return value.isNull() ? null : value.asDouble();
    }

    List<Part> rows() {
      return field("rows").valueStream().map(row -> new Part(file, row)).toList();
    }

    private JsonNode field(String key) {
      JsonNode value = node.get(key);
      if (value == null) {
        throw new LabException(file + " has no \"" + key + "\"");
      }
      return value;
    }
  }

  private static String read(Path path) {
    try {
      return Files.readString(path);
    } catch (IOException e) {
      throw new LabException("cannot read " + path, e);
    }
  }
}
