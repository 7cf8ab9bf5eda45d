package stride.lab.report;

import java.util.List;
import java.util.Map;
import stride.results.Figures;
import stride.results.JmhResult;
import stride.results.Warnings;

/**
 * One benchmark as JMH measured it.
 *
 * @param suite class of the benchmark
 * @param name method and parameters
 * @param mode JMH's short name of what the score is
 * @param count iterations of all forks
 * @param doubtful whether the error is a large part of the score
 * @param primary JMH's score
 * @param counted what the benchmark counted in the same time, such as env steps; null for nothing
 */
record Score(
    String suite,
    String name,
    String mode,
    int count,
    boolean doubtful,
    Value primary,
    Value counted) {
  /**
   * A mean and half of JMH's interval around it.
   *
   * @param mean over iterations of all forks
   * @param error half-width of the 99.9 % interval, NaN for a single iteration
   * @param unit of both
   */
  record Value(double mean, double error, String unit) {
    double low() {
      return Double.isNaN(error) ? mean : mean - error;
    }

    double high() {
      return Double.isNaN(error) ? mean : mean + error;
    }

    /** In thousands, millions and so on, for what is counted a second. */
    String shortText() {
      int power = mean < 1000 ? 0 : Math.min(4, (int) (Math.log10(mean) / 3));
      double one = Math.pow(1000, power);
      return new Value(mean / one, error / one, unit)
          .text(List.of("", "k", "M", "G", "T").get(power));
    }

    String text() {
      return text("");
    }

    private String text(String suffix) {
      String score = Figures.significant(mean, 4) + suffix;
      return Double.isNaN(error) ? score : score + " ± " + Figures.significant(error, 2) + suffix;
    }
  }

  static Score of(JmhResult result) {
    return new Score(
        result.suite(),
        result.name(),
        result.mode(),
        result.count(),
        Warnings.isWide(result),
        new Value(result.score(), result.error(), result.unit()),
        counted(result));
  }

  private static Value counted(JmhResult result) {
    for (Map.Entry<String, String> counter : JmhResult.COUNTERS.entrySet()) {
      JmhResult.Secondary its = result.secondary().get(counter.getKey());
      if (its != null) {
        return new Value(its.score(), its.error(), counter.getValue());
      }
    }
    return null;
  }

  /** In a table of its folder alone. */
  String markedName() {
    return Warnings.marked(name, doubtful);
  }

  /** Scores of the same units can stand in one table. */
  String units() {
    return primary.unit() + (counted == null ? "" : ", " + counted.unit());
  }

  /** What a reader wants to see: work done per second where the benchmark says how much it did. */
  Value shown() {
    return counted == null ? primary : counted;
  }
}
