package stride.lab;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import stride.train.JsonText;

/**
 * Writes the measured part of the README from the committed results folder that {@code
 * bench-results/baseline} names, so that no figure is written by hand.
 */
public final class ReadmeTables extends MeasuredPage {
  private static final String BEGIN = "<!-- measured: written by `make readme` -->\n";
  private static final String END = "<!-- /measured -->\n";

  // by which returns may be lower than PyTorch's; Walker2d's spread is wide
  private static final double MARGIN = 0.2;
  private static final double WIDE_MARGIN = 0.35;

  private final Path root;

  /**
   * The README of a project.
   *
   * @param root folder of README.md and bench-results
   */
  public ReadmeTables(Path root) {
    super(root.resolve("README.md"));
    this.root = root;
  }

  @Override
  String updated(String text) {
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
    text.append(training(folder.resolve("peers.json")));
    text.append(returns(folder.resolve("returns.json")));
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

  /** Empty where no returns were measured. */
  private static String returns(Path file) {
    if (!Files.exists(file)) {
      return "";
    }
    var table = new ReturnsTable();
    for (Part row : Part.of(file).rows()) {
      String task = row.text("task");
      table.add(
          "%s, %s: %s".formatted(task, row.text("preset"), row.text("judged_by")),
          row.integer("env_steps"),
          row.numbers("returns"),
          row.numbers("seconds"),
          row.numbers("reference"),
          task.startsWith("Walker2d") ? WIDE_MARGIN : MARGIN);
    }
    return "\n" + table.toMarkdown();
  }

  private static Table rates(Path folder) {
    Map<String, Map<String, Double>> peers = peers(folder.resolve("peers.json"));
    var table =
        new Table(
            "task, environments x threads",
            "limit (bare `mj_step`)",
            "Stride, policy included",
            "share of the limit",
            "training",
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
        String size = "%s, %d x %d".formatted(task, envs, threads);
        Map<String, Double> others = peers.getOrDefault(size, Map.of());
        table.add(
            size,
            thousands(row.number("physics_steps_per_second")),
            thousands(row.number("rollout_steps_per_second")),
            percent(row.number("rollout_share")),
            thousands(row.number("train_steps_per_second")),
            percent(row.number("train_share")),
            thousands(others.get("envpool")),
            thousands(others.get("gymnasium")));
      }
    }
    return table;
  }

  /** A second table, of PPO end to end beside others; nothing where that was not measured. */
  private static String training(Path file) {
    List<Part> rows = Files.exists(file) ? Part.of(file).rowsIfAny("train_rows") : List.of();
    if (rows.isEmpty()) {
      return "";
    }
    Map<String, Double> limits = new TreeMap<>();
    for (Part row : rows) {
      if (row.text("peer").equals("limit")) {
        limits.put(size(row), row.number("env_steps_per_second"));
      }
    }
    var table =
        new Table(
            "PPO end to end, environments x steps",
            "env steps/s",
            "share of the limit",
            "Stride / it",
            "update, samples/s",
            "Stride / it",
            "peak memory",
            "first iteration");
    for (Part row : rows) {
      double rate = row.number("env_steps_per_second");
      Double limit = limits.get(size(row));
      table.add(
          "%s: %s".formatted(size(row), row.text("label")),
          thousands(rate),
          percent(limit == null ? null : rate / limit),
          format("%.2f", row.number("stride_ratio")),
          thousands(row.number("update_samples_per_second")),
          format("%.2f", row.number("update_ratio")),
          megabytes(row.number("memory_bytes")),
          format("%.1f s", row.number("first_iteration_seconds")));
    }
    return "\n"
        + table.toMarkdown()
        + "\nEach program ran in turn with Stride, with the same hyper-parameters. Rates are medians over the"
        + " last half\nof the iterations; *Stride / it* is how many times as fast Stride is; *first iteration*"
        + " counts from the start\nof the process.\n";
  }

  private static String size(Part row) {
    return "%s, %d x %d".formatted(row.text("task"), row.integer("envs"), row.integer("steps"));
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

  /**
   * The best figure of each peer, by task, environments and threads as the rows are named: peers
   * run in several modes. Threads without an environment do not count.
   */
  private static Map<String, Map<String, Double>> peers(Path file) {
    Map<String, Map<String, Double>> best = new TreeMap<>();
    if (Files.exists(file)) {
      Part all = Part.of(file);
      Part settings = new Part(file, all.field("settings"));
      for (Part row : all.rows()) {
        int envs = (row.node().has("envs") ? row : settings).integer("envs");
        int threads = Math.min(envs, settings.integer("threads"));
        String size = "%s, %d x %d".formatted(row.text("task"), envs, threads);
        String peer = row.text("peer").replaceAll("-.*", "");
        best.computeIfAbsent(size, _ -> new TreeMap<>())
            .merge(peer, row.number("env_steps_per_second"), Math::max);
      }
    }
    return best;
  }

  private static String thousands(Double rate) {
    return format("%.1fk", rate == null ? null : rate / 1000);
  }

  private static String percent(Double share) {
    return format("%.1f %%", share == null ? null : 100 * share);
  }

  private static String megabytes(Double bytes) {
    return format("%.0f MB", bytes == null ? null : bytes / 1e6);
  }

  /** An object of a results file, whose fields must be there. */
  private record Part(Path file, JsonNode node) {
    static Part of(Path file) {
      return new Part(file, JsonText.read(file, JsonNode.class));
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

    double[] numbers(String key) {
      return field(key).valueStream().mapToDouble(JsonNode::asDouble).toArray();
    }

    List<Part> rows() {
      return field("rows").valueStream().map(row -> new Part(file, row)).toList();
    }

    /** None where the field is missing. */
    List<Part> rowsIfAny(String key) {
      return node.path(key).valueStream().map(row -> new Part(file, row)).toList();
    }

    private JsonNode field(String key) {
      JsonNode value = node.get(key);
      if (value == null) {
        throw new LabException(file + " has no \"" + key + "\"");
      }
      return value;
    }
  }
}
