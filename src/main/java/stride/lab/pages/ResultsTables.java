package stride.lab.pages;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import stride.results.PeersResult;
import stride.results.RatesTable;
import stride.results.ReturnsTable;
import stride.results.Table;
import stride.results.TrainingsTable;

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
    page = withMeasured(page, "end to end", trainings(baseline.peers()));
    return withMeasured(page, "returns", returns(baseline));
  }

  private static Table rates(List<Baseline.Rate> rates) {
    return RatesTable.brief(
        "env steps/s: task, environments x threads",
        rates.stream()
            .map(rate -> new RatesTable.Line(rate.size(), rate.row(), alone(rate.others())))
            .toList());
  }

  private static Map<String, Double> alone(Map<String, Double> others) {
    Map<String, Double> named = new LinkedHashMap<>();
    others.forEach((program, rate) -> named.put(program + ", env-only", rate));
    return named;
  }

  private static String trainings(PeersResult peers) {
    return peers.trainRows().isEmpty()
        ? NOTHING
        : TrainingsTable.full(
                "task, environments x steps: program",
                peers,
                peers.trainRows(),
                row -> "%s, %s: %s".formatted(row.task(), row.size(), row.label()))
            .toMarkdown();
  }

  private static String returns(Baseline baseline) {
    if (baseline.returns().isEmpty()) {
      return NOTHING;
    }
    String newer =
        baseline
            .newerSource("../")
            .map("\nRows of another commit than the rest were measured anew on %s.\n"::formatted)
            .orElse("");
    return ReturnsTable.of(baseline.returns()).toMarkdown() + newer;
  }
}
