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
 * each seed, with a preset and after as many env steps as the file says.
 */
public final class ReferenceReturns {
  /** Where there are none. */
  public static final ReferenceReturns NONE = new ReferenceReturns(Map.of());

  // options which change the speed alone
  private static final List<String> OF_SPEED = List.of("stepping", "backend", "policy_device");

  private final Map<String, Map<String, Measured>> byTask; // of each algorithm

  private ReferenceReturns(Map<String, Map<String, Measured>> byTask) {
    this.byTask = byTask;
  }

  @SuppressWarnings("ArrayRecordComponent") // made here, read here, never compared
  private record Measured(String preset, long envSteps, double[] returns) {}

  /**
   * Reads them.
   *
   * @param file of algorithms, each with its tasks and their returns, beside remarks
   * @return what is in it; none where there is no file, as in a bundle
   * @throws FileException if it is no JSON, or a task has no returns
   */
  public static ReferenceReturns read(Path file) {
    if (!Files.exists(file)) {
      return NONE;
    }
    Map<String, Map<String, Measured>> byTask = new TreeMap<>();
    parts(new JsonObject(file, JsonText.readObject(file)))
        .forEach(
            (algorithm, tasks) -> {
              Map<String, Measured> its = new TreeMap<>();
              parts(tasks).forEach((task, part) -> its.put(task, measured(part)));
              byTask.put(algorithm, its);
            });
    return new ReferenceReturns(byTask);
  }

  private static Map<String, JsonObject> parts(JsonObject whole) {
    Map<String, JsonObject> parts = new TreeMap<>();
    whole
        .node()
        .properties()
        .forEach(
            entry -> {
              if (entry.getValue().isObject()) {
                parts.put(entry.getKey(), whole.part(entry.getKey()));
              }
            });
    return parts;
  }

  private static Measured measured(JsonObject task) {
    double[] returns = task.numbers("returns");
    if (returns.length == 0) {
      throw new FileException(task.file(), "returns are empty");
    }
    return new Measured(task.text("preset"), task.integer("env_steps"), returns);
  }

  /** What a curve is to be held to; empty unless it is of the very same setting. */
  Optional<Mark> beside(LearningCurve curve) {
    if (curve.begun().isEmpty()) {
      return Optional.empty();
    }
    ObjectNode configuration = curve.runs().getFirst().configuration();
    String algorithm = configuration.path("algo").asText();
    Measured measured = byTask.getOrDefault(algorithm, Map.of()).get(curve.task());
    if (measured == null || !isOfTheSetting(configuration, algorithm, curve.task(), measured)) {
      return Optional.empty();
    }
    return Optional.of(
        new Mark(
            measured.preset(),
            measured.envSteps(),
            measured.returns().length,
            UncertainMean.of(measured.returns())));
  }

  /** By the options that a run's file has: one of an earlier Stride lacks some. */
  private static boolean isOfTheSetting(
      ObjectNode configuration, String algorithm, String task, Measured measured) {
    ObjectNode setting = Presets.json(Algorithms.of(algorithm), measured.preset(), Tasks.of(task));
    setting.remove(OF_SPEED);
    return configuration.path("preset").asText().equals(measured.preset())
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
   * @param preset of the options
   * @param steps env steps at which the returns were taken
   * @param seeds how many
   * @param returns their mean
   */
  record Mark(String preset, long steps, int seeds, UncertainMean returns) {
    String name() {
      return "PyTorch, " + preset + " (" + Figures.plural(seeds, "seed") + ")";
    }

    String sentence() {
      return ("Marked is the same algorithm in PyTorch at the same setting: %s over %s at %s env"
              + " steps, the mean with its 95 %% interval.")
          .formatted(Figures.mean(returns, 1), Figures.plural(seeds, "seed"), envSteps());
    }

    String envSteps() {
      return Figures.whole((double) steps);
    }

    /** Over env steps. */
    Plot.Series point(int color) {
      double[] point = {steps, returns.mean()};
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
