package stride.lab.report;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import stride.algo.Algorithms;
import stride.algo.Presets;
import stride.env.Tasks;
import stride.files.FileException;
import stride.files.JsonObject;
import stride.files.JsonText;
import stride.results.Figures;
import stride.stats.UncertainMean;

/**
 * What the same algorithm reaches in PyTorch: the mean return of the last 100 training episodes of
 * each seed, at a million env steps of CleanRL's setting.
 */
public final class ReferenceReturns {
  /** Env steps at which the returns were taken. */
  private static final double ENV_STEPS = 1e6;

  /** Where there are none. */
  public static final ReferenceReturns NONE = new ReferenceReturns(Map.of());

  private static final String PRESET = "cleanrl";

  // options which change the speed alone
  private static final List<String> OF_SPEED = List.of("stepping", "backend", "policy_device");

  private final Map<String, double[]> byTask;

  private ReferenceReturns(Map<String, double[]> byTask) {
    this.byTask = byTask;
  }

  /**
   * Reads them.
   *
   * @param file of a task's name and its returns, beside remarks
   * @return what is in it; none where there is no file, as in a bundle
   * @throws FileException if it is no JSON, or a task has no returns
   */
  public static ReferenceReturns read(Path file) {
    if (!Files.exists(file)) {
      return NONE;
    }
    var all = new JsonObject(file, JsonText.readObject(file));
    Map<String, double[]> byTask = new TreeMap<>();
    all.node()
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isObject()) {
                byTask.put(entry.getKey(), returns(all.part(entry.getKey())));
              }
            });
    return new ReferenceReturns(byTask);
  }

  private static double[] returns(JsonObject task) {
    double[] returns = task.numbers("returns");
    if (returns.length == 0) {
      throw new FileException(task.file(), "returns are empty");
    }
    return returns;
  }

  /** What a curve is to be held to; empty unless it is of the very same setting. */
  Optional<Mark> beside(LearningCurve curve) {
    double[] returns = byTask.get(curve.task());
    if (returns == null || curve.begun().isEmpty() || !isOfTheSetting(curve)) {
      return Optional.empty();
    }
    return Optional.of(new Mark(returns.length, UncertainMean.of(returns)));
  }

  /** By the options that a run's file has: one of an earlier Stride lacks some. */
  private static boolean isOfTheSetting(LearningCurve curve) {
    ObjectNode configuration = curve.runs().getFirst().configuration();
    ObjectNode setting =
        Presets.json(
            Algorithms.of(configuration.path("algo").asText()), PRESET, Tasks.of(curve.task()));
    setting.remove(OF_SPEED);
    return configuration.path("preset").asText().equals(PRESET)
        && setting.properties().stream()
            .filter(option -> configuration.has(option.getKey()))
            .allMatch(
                option ->
                    configuration
                        .get(option.getKey())
                        .toString()
                        .equals(option.getValue().toString()));
  }

  /**
   * A point of a picture.
   *
   * @param seeds how many
   * @param returns their mean
   */
  record Mark(int seeds, UncertainMean returns) {
    String name() {
      return "PyTorch, " + PRESET + " (" + Figures.plural(seeds, "seed") + ")";
    }

    String sentence() {
      return ("Marked is the same algorithm in PyTorch at the same setting: %s over %s at %s env"
              + " steps, the mean with its 95 %% interval.")
          .formatted(Figures.mean(returns, 1), Figures.plural(seeds, "seed"), envSteps());
    }

    String envSteps() {
      return Figures.whole(ENV_STEPS);
    }

    /** Over env steps. */
    Plot.Series point(int color) {
      double[] point = {ENV_STEPS, returns.mean()};
      return Plot.Series.band(
          name(),
          color,
          Plot.Style.PEER,
          List.of(point),
          List.of(returns.interval().low()),
          List.of(returns.interval().high()));
    }

    /** Over seconds, of which it has none of this machine. */
    Plot.Series level(double end, int color) {
      return Plot.Series.band(
          name(),
          color,
          Plot.Style.MARK,
          List.of(new double[] {0, returns.mean()}, new double[] {end, returns.mean()}),
          List.of(returns.interval().low(), returns.interval().low()),
          List.of(returns.interval().high(), returns.interval().high()));
    }
  }
}
