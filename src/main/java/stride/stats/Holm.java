package stride.stats;

import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Keeps many tests at once honest, after Holm, "A simple sequentially rejective multiple test
 * procedure", Scandinavian Journal of Statistics 6 (1979), 65-70.
 *
 * <p>The level holds for all tests together: where nothing differs, at most that share of
 * comparisons of two folders say that anything does. A comparison is a gate that fails a build, so
 * one false alarm is one too many, and the anchors that all pairs share make their tests depend on
 * each other, which Holm allows and Benjamini and Hochberg's control of the share of false alarms
 * does not in general.
 */
public final class Holm {
  private Holm() {}

  /**
   * Probabilities that may be compared with the level of all tests together.
   *
   * @param probabilities one a test
   * @return adjusted, in the same order
   */
  public static double[] adjusted(double[] probabilities) {
    int count = probabilities.length;
    double[] adjusted = new double[count];
    double least = 0; // what is less probable is never judged more mildly
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted(Comparator.comparingDouble(k -> probabilities[k]))
            .mapToInt(Integer::intValue)
            .toArray();
    for (int rank = 0; rank < count; rank++) {
      least = Math.max(least, Math.min(1, (count - rank) * probabilities[order[rank]]));
      adjusted[order[rank]] = least;
    }
    return adjusted;
  }
}
