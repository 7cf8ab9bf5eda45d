package stride.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Writes the measured part of the README from the committed results folder that {@code
 * bench-results/baseline} names, so that no figure is written by hand.
 */
public final class ReadmeTables extends MeasuredPage {
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
  protected String updated(String text) {
    return withMeasured(text, measured());
  }

  private String measured() {
    Path parent = root.resolve("bench-results");
    Results results = Results.read(Results.locate(parent, Results.BASELINE));
    Machine machine = results.machine();
    var text = new StringBuilder(rates(results).toMarkdown());
    text.append(training(results));
    text.append(returns(results.returns()));
    text.append(
        "\nMeasured on %s, commit %.7s: [bench-results/%s](bench-results/%s/summary.md).\n"
            .formatted(machine.inWords(), machine.commit(), results.name(), results.name()));
    return text.toString();
  }

  /** Empty where no returns were measured. */
  private static String returns(List<Part> rows) {
    if (rows.isEmpty()) {
      return "";
    }
    var table = new ReturnsTable();
    for (Part row : rows) {
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

  private static Table rates(Results results) {
    Map<String, Map<String, Double>> peers = peers(results);
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
    for (Part profile : results.profiles()) {
      String task = profile.text("task");
      for (Part row : profile.list("rows")) {
        int envs = row.count("envs");
        int threads = row.count("threads");
        if (threads > envs) {
          continue; // the same as one thread for each environment
        }
        String size = "%s, %d x %d".formatted(task, envs, threads);
        Map<String, Double> others = peers.getOrDefault(size, Map.of());
        table.add(
            size,
            thousands(row.numberOrNull("physics_steps_per_second")),
            thousands(row.number("rollout_steps_per_second")),
            percent(row.numberOrNull("rollout_share")),
            thousands(row.number("train_steps_per_second")),
            percent(row.numberOrNull("train_share")),
            thousands(others.get("envpool")),
            thousands(others.get("gymnasium")));
      }
    }
    return table;
  }

  /** A second table, of PPO end to end beside others; nothing where that was not measured. */
  private static String training(Results results) {
    List<Part> rows = results.peers().map(peers -> peers.listIfAny("train_rows")).orElse(List.of());
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
          format("%.2f", row.numberOrNull("stride_ratio")),
          thousands(row.numberOrNull("update_samples_per_second")),
          format("%.2f", row.numberOrNull("update_ratio")),
          megabytes(row.numberOrNull("memory_bytes")),
          format("%.1f s", row.numberOrNull("first_iteration_seconds")));
    }
    return "\n"
        + table.toMarkdown()
        + "\nEach program ran in turn with Stride, with the same hyper-parameters. Rates are medians over the"
        + " last half\nof the iterations; *Stride / it* is how many times as fast Stride is; *first iteration*"
        + " counts from the start\nof the process.\n";
  }

  private static String size(Part row) {
    return "%s, %d x %d".formatted(row.text("task"), row.count("envs"), row.count("steps"));
  }

  /**
   * The best figure of each peer, by task, environments and threads as the rows are named: peers
   * run in several modes. Threads without an environment do not count.
   */
  private static Map<String, Map<String, Double>> peers(Results results) {
    Map<String, Map<String, Double>> best = new TreeMap<>();
    results.peers().ifPresent(peers -> addPeers(peers, peers.part("settings"), best));
    return best;
  }

  private static void addPeers(Part peers, Part settings, Map<String, Map<String, Double>> best) {
    for (Part row : peers.list("rows")) {
      int envs = (row.has("envs") ? row : settings).count("envs");
      int threads = Math.min(envs, settings.count("threads"));
      String size = "%s, %d x %d".formatted(row.text("task"), envs, threads);
      String peer = row.text("peer").replaceAll("-.*", "");
      best.computeIfAbsent(size, _ -> new TreeMap<>())
          .merge(peer, row.number("env_steps_per_second"), Math::max);
    }
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
}
