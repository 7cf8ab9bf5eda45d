package stride.lab.sweep;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;
import stride.lab.LabException;
import stride.lab.trials.TrialResult;
import stride.lab.verify.Returns;

/**
 * Configurations that were trained on the same rung.
 *
 * @param index 0 for the first
 * @param entries in the order of their training
 */
record Rung(int index, List<Entry> entries) {
  /**
   * What became of a configuration.
   *
   * @param configuration which
   * @param results one a seed
   */
  record Entry(Configuration configuration, List<TrialResult> results) {
    double[] returns() {
      return results.stream().mapToDouble(TrialResult::evaluated).toArray();
    }
  }

  /**
   * An entry with the returns that count.
   *
   * @param entry of the rung
   * @param returns one a seed; those of seeds that failed without one are the worst of the rung
   */
  record Scored(Entry entry, List<Double> returns) {
    double mean() {
      return StatUtils.mean(values());
    }

    double[] values() {
      return returns.stream().mapToDouble(value -> value).toArray();
    }
  }

  Rung with(List<Entry> more) {
    return new Rung(index, Stream.concat(entries.stream(), more.stream()).toList());
  }

  /** The best first; of equal ones the base, and what was drawn earlier. */
  List<Scored> ranked() {
    double[][] returns = entries.stream().map(Entry::returns).toArray(double[][]::new);
    double lowest = Returns.lowestSeen(entries.stream().flatMap(its -> its.results().stream()));
    double worst = Returns.worst(lowest, returns);
    if (Double.isNaN(worst)) {
      throw new LabException("no seed of any configuration has a return" + firstFailure());
    }
    List<Scored> scored = new ArrayList<>();
    for (int k = 0; k < returns.length; k++) {
      scored.add(new Scored(entries.get(k), boxed(Returns.counted(returns[k], worst))));
    }
    scored.sort(
        Comparator.comparingDouble(Scored::mean)
            .reversed()
            .thenComparingInt(its -> its.entry().configuration().number()));
    return scored;
  }

  static List<Double> boxed(double[] values) {
    return DoubleStream.of(values).boxed().toList();
  }

  private String firstFailure() {
    return entries.stream()
        .flatMap(its -> its.results().stream())
        .filter(result -> result.failed() != null)
        .findFirst()
        .map(result -> ": seed " + result.seed() + ": " + result.failed())
        .orElse(": no episode came to an end");
  }

  /** The best, and the base, however it did. */
  List<Configuration> promoted(int most) {
    List<Configuration> ranking =
        ranked().stream().map(its -> its.entry().configuration()).toList();
    List<Configuration> promoted = new ArrayList<>(ranking.subList(0, most));
    ranking.stream().filter(its -> its.isBase() && !promoted.contains(its)).forEach(promoted::add);
    return promoted;
  }
}
