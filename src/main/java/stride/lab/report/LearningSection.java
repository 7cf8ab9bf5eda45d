package stride.lab.report;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;
import stride.lab.report.ReferenceReturns.Mark;
import stride.lab.report.RunData.Point;
import stride.results.Figures;
import stride.results.Table;
import stride.stats.UncertainMean;

/** Returns of the runs given, over env steps and over seconds. */
final class LearningSection {
  private static final int POINTS = 200; // of a curve in the picture
  private static final int ROWS = 10; // of a curve in its table

  private LearningSection() {}

  static void write(Page page, List<RunData> runs, ReferenceReturns references) {
    List<LearningCurve> curves = LearningCurve.of(runs);
    page.open("learning", "Learning curves");
    page.paragraph(
        "Mean return of the last 100 training episodes. Several seeds of one configuration are"
            + " drawn as their mean with its 95 % interval, from where all have a return to where"
            + " the first of them ends; one that failed counts on with its last return.");
    page.table("Runs by configuration", summary(curves));
    curves.forEach(curve -> remarks(page, curve));
    page.openGrid();
    Set<String> tasks = new LinkedHashSet<>();
    curves.forEach(curve -> tasks.add(curve.task()));
    for (String task : tasks) {
      List<LearningCurve> its =
          curves.stream()
              .filter(curve -> curve.task().equals(task) && !curve.begun().isEmpty())
              .toList();
      if (!its.isEmpty()) {
        Optional<Mark> mark =
            its.stream().flatMap(curve -> references.beside(curve).stream()).findFirst();
        figure(page, task, "env steps", its, Point::envSteps, 0, mark);
        figure(page, task, "seconds", its, Point::seconds, 1, mark);
      }
    }
    page.closeGrid();
    page.close();
  }

  /** Runs of which the curve does not show all. */
  private static void remarks(Page page, LearningCurve curve) {
    curve
        .failed()
        .forEach(
            run -> page.paragraph("Failed: %s: %s.".formatted(label(curve, run), run.failed())));
    curve
        .unfinished()
        .forEach(
            run ->
                page.paragraph(
                    "Unfinished: %s, stopped or still at work after %s."
                        .formatted(label(curve, run), progress(run))));
    curve
        .repeats()
        .forEach(
            run ->
                page.paragraph(
                    "Left out: %s, which is %s again.".formatted(run.name(), label(curve, run))));
  }

  private static String label(LearningCurve curve, RunData run) {
    return "%s, %s, seed %d".formatted(curve.task(), curve.name(), run.seed());
  }

  private static String progress(RunData run) {
    String done = Figures.whole((double) run.record().envSteps());
    Long all = run.record().totalTimesteps();
    return all == null
        ? done + " env steps"
        : "%s of %s env steps".formatted(done, Figures.whole((double) all));
  }

  private static Table summary(List<LearningCurve> curves) {
    var table =
        new Table(
            "task, configuration", "seeds", "env steps", "return at the end", "seconds a run");
    for (LearningCurve curve : curves) {
      double[] last =
          curve.begun().stream().mapToDouble(run -> run.points().getLast().meanReturn()).toArray();
      double[] seconds = curve.runs().stream().mapToDouble(run -> run.record().seconds()).toArray();
      double[] steps = curve.runs().stream().mapToDouble(run -> run.record().envSteps()).toArray();
      table.add(
          curve.task() + ", " + curve.name(),
          curve.runs().size()
              + count(curve.failed(), "failed")
              + count(curve.unfinished(), "unfinished"),
          Figures.whole(new DescriptiveStatistics(steps).getMean()),
          last.length == 0 ? "-" : Figures.mean(UncertainMean.of(last), 1),
          Figures.fixed(new DescriptiveStatistics(seconds).getMean(), 1));
    }
    return table;
  }

  private static String count(List<RunData> runs, String what) {
    return runs.isEmpty() ? "" : " (%d %s)".formatted(runs.size(), what);
  }

  private static void figure(
      Page page,
      String task,
      String unit,
      List<LearningCurve> curves,
      ToDoubleFunction<Point> x,
      int digits,
      Optional<Mark> mark) {
    List<Plot.Series> series = new ArrayList<>();
    var table = new Table(unit, "configuration", "return");
    for (LearningCurve curve : curves) {
      series.add(series(curve, x, series.size()));
      double[] places = places(curve, x, ROWS);
      List<double[]> returns = curve.returnsAt(places, x);
      for (int k = 0; k < places.length; k++) {
        table.add(
            digits == 0 ? Figures.whole(places[k]) : Figures.fixed(places[k], digits),
            curve.name(),
            Figures.mean(UncertainMean.of(returns.get(k)), 1));
      }
    }
    boolean isOfSteps = digits == 0;
    double end = curves.stream().mapToDouble(curve -> curve.end(x)).max().orElse(0);
    mark.ifPresent(
        reached -> {
          int color = Plot.color(series.size());
          series.add(isOfSteps ? reached.point(color) : reached.level(end, color));
          table.add(
              isOfSteps ? reached.envSteps() : "-",
              reached.name(),
              Figures.mean(reached.returns(), 1));
        });
    Plot plot =
        Plot.curves(
            "Return over %s, %s. The table has the numbers.".formatted(unit, task),
            Plot.Axis.linear(unit),
            Plot.Axis.linear("mean return of 100 episodes"),
            series);
    page.figure(task + ": return over " + unit, plot, mark.map(Mark::sentence).orElse(""), table);
  }

  private static Plot.Series series(LearningCurve curve, ToDoubleFunction<Point> x, int k) {
    double[] places = places(curve, x, POINTS);
    List<UncertainMean> intervals =
        curve.returnsAt(places, x).stream().map(UncertainMean::of).toList();
    List<double[]> points =
        IntStream.range(0, places.length)
            .mapToObj(i -> new double[] {places[i], intervals.get(i).mean()})
            .toList();
    boolean band = curve.begun().size() > 1;
    int seeds = curve.begun().size();
    return Plot.Series.band(
        curve.name() + " (" + Figures.plural(seeds, "seed") + ")",
        Plot.color(k),
        Plot.Style.LINE,
        points,
        band ? intervals.stream().map(mean -> mean.interval().low()).toList() : List.of(),
        band ? intervals.stream().map(mean -> mean.interval().high()).toList() : List.of());
  }

  /** Evenly spaced, both ends included. */
  private static double[] places(LearningCurve curve, ToDoubleFunction<Point> x, int count) {
    double start = curve.start(x);
    double end = curve.end(x);
    if (end <= start) {
      return new double[] {start};
    }
    return IntStream.range(0, count)
        .mapToDouble(k -> k == count - 1 ? end : start + (end - start) * k / (count - 1))
        .toArray();
  }
}
