package stride.results;

import java.util.List;
import java.util.Map;

/**
 * How fast a benchmark was, as JMH measured it.
 *
 * @param primary JMH's score
 * @param counted what the benchmark counted in the same time, such as env steps; null for nothing
 */
public record Score(Value primary, Value counted) {
  /**
   * A mean and half of JMH's interval around it.
   *
   * @param mean over iterations of all forks
   * @param error half-width of the 99.9 % interval, NaN for a single iteration
   * @param unit of both
   */
  public record Value(double mean, double error, String unit) {
    public double low() {
      return Double.isNaN(error) ? mean : mean - error;
    }

    public double high() {
      return Double.isNaN(error) ? mean : mean + error;
    }

    /** In thousands, millions and so on, for what is counted a second. */
    String shortText() {
      int power = mean < 1000 ? 0 : Math.min(4, (int) (Math.log10(mean) / 3));
      double one = Math.pow(1000, power);
      String suffix = List.of("", "k", "M", "G", "T").get(power);
      String score = Figures.significant(mean / one, 4) + suffix;
      return Double.isNaN(error)
          ? score
          : score + " ± " + Figures.significant(error / one, 2) + suffix;
    }
  }

  public static Score of(JmhResult result) {
    return new Score(
        new Value(result.score(), result.error(), result.unit()),
        JmhResult.COUNTERS.entrySet().stream()
            .filter(counter -> result.secondary().containsKey(counter.getKey()))
            .map(counter -> counted(result, counter))
            .findFirst()
            .orElse(null));
  }

  private static Value counted(JmhResult result, Map.Entry<String, String> counter) {
    JmhResult.Secondary its = result.secondary().get(counter.getKey());
    return new Value(its.score(), its.error(), counter.getValue());
  }

  /** Scores of the same units can stand in one table. */
  public String units() {
    return primary.unit() + (counted == null ? "" : ", " + counted.unit());
  }

  /** What a reader wants to see: work done per second where the benchmark says how much it did. */
  public Value shown() {
    return counted == null ? primary : counted;
  }
}
