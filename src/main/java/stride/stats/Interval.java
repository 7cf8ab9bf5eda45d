package stride.stats;

/**
 * Where a true value probably lies.
 *
 * @param low lower end
 * @param high upper end
 */
public record Interval(double low, double high) {
  /**
   * Around a mean.
   *
   * @param mean the middle
   * @param confidence for example 0.9
   * @return by Student's distribution
   */
  public static Interval of(UncertainMean mean, double confidence) {
    double half = mean.margin(confidence);
    return new Interval(mean.mean() - half, mean.mean() + half);
  }
}
