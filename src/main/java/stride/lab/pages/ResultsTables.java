package stride.lab.pages;

import static stride.lab.pages.Numbers.megabytes;
import static stride.lab.pages.Numbers.percent;
import static stride.lab.pages.Numbers.thousands;

import java.nio.file.Path;
import java.util.List;
import stride.results.Table;

/** The tables of docs/results.md, all that the baseline's folder has beyond its suites. */
public final class ResultsTables extends MeasuredPage {
  private static final String NOTHING = "Not measured.\n";

  private final Path root;

  /**
   * The page of a project.
   *
   * @param root folder of docs and bench-results
   */
  public ResultsTables(Path root) {
    super(root.resolve("docs/results.md"));
    this.root = root;
  }

  @Override
  protected String updated(String text) {
    Baseline baseline = Baseline.read(root);
    String page = withMeasured(text, "source", "Measured on " + baseline.source("../") + ".\n");
    page = withMeasured(page, "rates", rates(baseline.rates()).toMarkdown());
    page = withMeasured(page, "end to end", trainings(baseline.trainings()));
    return withMeasured(page, "returns", returns(baseline));
  }

  private static Table rates(List<RateRow> rows) {
    var table =
        new Table(
            "task, environments x threads",
            "limit (bare `mj_step`)",
            "rollout",
            "rollout's share",
            "training",
            "training's share",
            "EnvPool, env-only",
            "Gymnasium, env-only");
    for (RateRow row : rows) {
      table.add(
          "%s, %d x %d".formatted(row.task(), row.envs(), row.threads()),
          thousands(row.limit()),
          thousands(row.rollout()),
          percent(row.rolloutShare()),
          thousands(row.train()),
          percent(row.trainShare()),
          thousands(row.envpool()),
          thousands(row.gymnasium()));
    }
    return table;
  }

  private static String trainings(List<TrainingRow> rows) {
    if (rows.isEmpty()) {
      return NOTHING;
    }
    var table =
        new Table(
            "task, environments x steps: program",
            "env steps/s",
            "share of the limit",
            "Stride / it",
            "update, samples/s",
            "Stride's update / its",
            "peak memory",
            "first iteration");
    for (TrainingRow row : rows) {
      table.add(
          "%s, %s: %s".formatted(row.task(), row.size(), row.label()),
          thousands(row.rate()),
          percent(row.share()),
          format("%.2f", row.ratio()),
          thousands(row.updateRate()),
          format("%.2f", row.updateRatio()),
          megabytes(row.memoryBytes()),
          format("%.1f s", row.firstSeconds()));
    }
    return table.toMarkdown();
  }

  private static String returns(Baseline baseline) {
    if (baseline.returns().isEmpty()) {
      return NOTHING;
    }
    var table = new ReturnsTable();
    baseline.returns().forEach(table::add);
    String newer =
        baseline
            .newerSource("../")
            .map("\nRows of another commit than the rest were measured anew on %s.\n"::formatted)
            .orElse("");
    return table.toMarkdown() + newer;
  }
}
