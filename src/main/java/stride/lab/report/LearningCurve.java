package stride.lab.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import org.apache.commons.math3.analysis.interpolation.LinearInterpolator;
import org.apache.commons.math3.analysis.polynomials.PolynomialSplineFunction;
import stride.lab.report.RunData.Point;

/**
 * The runs of one configuration, which differ by their seeds alone.
 *
 * @param task Gymnasium's name
 * @param name what tells it from the others of the page
 * @param runs in the order given, each once
 * @param repeats those that are one of them again
 */
record LearningCurve(String task, String name, List<RunData> runs, List<RunData> repeats) {
  private static final List<String> NOT_TOLD_APART_BY = List.of("schema_version", "task", "preset");

  /** All configurations, in the order of their first runs. */
  static List<LearningCurve> of(List<RunData> runs) {
    Map<ObjectNode, List<RunData>> groups = new LinkedHashMap<>();
    runs.forEach(
        run -> groups.computeIfAbsent(run.configuration(), _ -> new ArrayList<>()).add(run));
    List<LearningCurve> curves = new ArrayList<>();
    groups.forEach(
        (config, its) ->
            curves.add(
                LearningCurve.of(its.getFirst().task(), name(config, groups.keySet()), its)));
    return curves;
  }

  /**
   * Of a run that is there twice, the one that got further counts: they are one sample, not two.
   */
  private static LearningCurve of(String task, String name, List<RunData> its) {
    List<RunData> longestFirst = new ArrayList<>(its);
    longestFirst.sort(
        Comparator.comparingDouble((RunData run) -> run.record().envSteps()).reversed());
    List<RunData> repeats = new ArrayList<>();
    for (int k = 1; k < longestFirst.size(); k++) {
      RunData run = longestFirst.get(k);
      if (longestFirst.subList(0, k).stream().anyMatch(run::repeats)) {
        repeats.add(run);
      }
    }
    return new LearningCurve(
        task, name, its.stream().filter(run -> !repeats.contains(run)).toList(), repeats);
  }

  /** The preset, and the options in which another configuration of the task differs. */
  private static String name(ObjectNode config, Set<ObjectNode> all) {
    Set<String> keys = new TreeSet<>();
    for (ObjectNode other : all) {
      if (other.path("task").equals(config.path("task"))
          && other.path("preset").equals(config.path("preset"))) {
        config.fieldNames().forEachRemaining(keys::add);
        keys.removeIf(key -> NOT_TOLD_APART_BY.contains(key));
      }
    }
    var name = new StringBuilder(config.path("preset").asText("no preset"));
    for (String key : keys) {
      boolean differs =
          all.stream()
              .filter(other -> other.path("task").equals(config.path("task")))
              .filter(other -> other.path("preset").equals(config.path("preset")))
              .anyMatch(other -> !other.path(key).equals(config.path(key)));
      if (differs && config.has(key)) {
        name.append(", ").append(key).append('=').append(config.path(key).asText());
      }
    }
    return name.toString();
  }

  /** Runs in which an episode has ended: the others have no return yet. */
  List<RunData> begun() {
    return runs.stream().filter(run -> !run.points().isEmpty()).toList();
  }

  /** Runs that ended early. */
  List<RunData> failed() {
    return runs.stream().filter(run -> run.failed() != null).toList();
  }

  /** Runs that were stopped and can go on, or are at work. */
  List<RunData> unfinished() {
    return runs.stream().filter(run -> run.failed() == null && !run.isFinished()).toList();
  }

  /**
   * As far as every run got: beyond that, a mean would be one of others. A run that failed stays
   * where it ended, as it does in verdicts.
   */
  double end(ToDoubleFunction<Point> x) {
    boolean allFailed = begun().stream().allMatch(run -> run.failed() != null);
    return begun().stream()
        .filter(run -> allFailed || run.failed() == null)
        .mapToDouble(run -> x.applyAsDouble(run.points().getLast()))
        .min()
        .orElse(0);
  }

  /** From where on every run has a return. */
  double start(ToDoubleFunction<Point> x) {
    return begun().stream()
        .mapToDouble(run -> x.applyAsDouble(run.points().getFirst()))
        .max()
        .orElse(0);
  }

  /** The returns of all runs at each of some places, by straight lines between iterations. */
  List<double[]> returnsAt(double[] places, ToDoubleFunction<Point> x) {
    List<double[]> all = new ArrayList<>();
    for (double _ : places) {
      all.add(new double[begun().size()]);
    }
    for (int run = 0; run < begun().size(); run++) {
      List<Point> points = begun().get(run).points();
      PolynomialSplineFunction line = points.size() < 2 ? null : line(points, x);
      for (int k = 0; k < places.length; k++) {
        all.get(k)[run] =
            line == null || !line.isValidPoint(places[k])
                ? points.getLast().meanReturn()
                : line.value(places[k]);
      }
    }
    return all;
  }

  private static PolynomialSplineFunction line(List<Point> points, ToDoubleFunction<Point> x) {
    return new LinearInterpolator()
        .interpolate(
            points.stream().mapToDouble(x).toArray(),
            points.stream().mapToDouble(Point::meanReturn).toArray());
  }
}
