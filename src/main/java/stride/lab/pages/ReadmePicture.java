package stride.lab.pages;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import stride.lab.LabException;
import stride.lab.pages.BarChart.Bar;
import stride.lab.pages.Svg.Anchor;
import stride.results.ProfileRow;
import stride.results.TrainingRow;

/**
 * The README's picture, docs/throughput.svg: rollouts and PPO beside other programs, as bars
 * against the limit.
 */
public final class ReadmePicture extends GeneratedFile {
  private static final double MARGIN = 20;
  private static final double GAP = 24;
  private static final double FOOT = 30;

  private final Path root;

  /**
   * The picture of a project.
   *
   * @param root folder of docs and bench-results
   */
  public ReadmePicture(Path root) {
    super(root.resolve("docs/throughput.svg"));
    this.root = root;
  }

  @Override
  protected String content() {
    Baseline baseline = Baseline.read(root);
    List<BarChart> left = rollouts(baseline.rates());
    List<BarChart> right = trainings(baseline.peers().trainRows());
    double height = 2 * MARGIN + Math.max(height(left), height(right)) + FOOT;
    var svg =
        new Svg(
            3 * MARGIN + 2 * BarChart.WIDTH,
            height,
            "Env steps per second of Stride and other programs, against bare mj_step in C");
    draw(svg, left, MARGIN);
    draw(svg, right, 2 * MARGIN + BarChart.WIDTH);
    svg.text(
        "note",
        Anchor.START,
        MARGIN,
        height - MARGIN,
        "Env steps/s, and percent of the limit: bare mj_step in C. %s, %d cores, commit %.7s."
            .formatted(
                baseline.machine().cpu(), baseline.machine().cores(), baseline.machine().commit()));
    return svg.finished();
  }

  private static double height(List<BarChart> charts) {
    return charts.stream().mapToDouble(chart -> chart.height() + GAP).sum();
  }

  private static void draw(Svg svg, List<BarChart> charts, double x) {
    double y = MARGIN;
    for (BarChart chart : charts) {
      chart.draw(svg, x, y);
      y += chart.height() + GAP;
    }
  }

  /** One chart for each row of the profiles that other programs were measured beside. */
  private static List<BarChart> rollouts(List<Baseline.Rate> rates) {
    List<BarChart> charts = new ArrayList<>();
    for (Baseline.Rate rate : rates) {
      ProfileRow row = rate.row();
      Double envpool = rate.others().get("envpool");
      Double gymnasium = rate.others().get("gymnasium");
      if (row.physicsStepsPerSecond() != null && envpool != null && gymnasium != null) {
        charts.add(
            new BarChart(
                "Rollouts: %s, %d environments, %d threads"
                    .formatted(rate.task(), row.envs(), row.threads()),
                row.physicsStepsPerSecond(),
                List.of(
                    new Bar("Stride, policy included", row.rolloutStepsPerSecond(), true),
                    new Bar("EnvPool, no policy", envpool, false),
                    new Bar("Gymnasium, no policy", gymnasium, false))));
      }
    }
    return charts;
  }

  /** One chart for each task and size. */
  private static List<BarChart> trainings(List<TrainingRow> rows) {
    List<BarChart> charts = new ArrayList<>();
    for (TrainingRow limit :
        rows.stream().filter(row -> Program.of(row) == Program.LIMIT).toList()) {
      List<Bar> bars =
          rows.stream()
              .filter(row -> Program.of(row) != Program.LIMIT && row.isBeside(limit))
              .sorted(Comparator.comparingDouble(row -> -row.envStepsPerSecond()))
              .map(
                  row ->
                      new Bar(
                          row.label(), row.envStepsPerSecond(), Program.of(row) == Program.STRIDE))
              .toList();
      charts.add(
          new BarChart(
              "PPO: %s, %s".formatted(limit.task(), limit.size()),
              limit.envStepsPerSecond(),
              bars));
    }
    if (charts.isEmpty()) {
      throw new LabException("peers.json has no trainings with a limit");
    }
    return charts;
  }
}
