package stride.lab;

import java.util.Map;

/**
 * One benchmark in two folders.
 *
 * @param benchmark class and method
 * @param params by which it was run
 * @param ratio speed of B over that of A, corrected by the anchors: above 1 is faster
 * @param low end of the ratio's 95 % interval; null with fewer than two forks in either folder
 * @param high end of it
 * @param p how probable a ratio this far from 1 is where nothing differs, adjusted for the number
 *     of benchmarks; null without a verdict
 * @param verdict faster, slower, no difference shown, or why there is none
 * @param forks of the folder with fewer
 * @param forksA of A
 * @param forksB of B
 * @param opsPerSecondA as measured, geometric mean over forks
 * @param opsPerSecondB as measured
 * @param machineRatio by which the anchors say that the machine was faster for B; 1 if they say
 *     nothing
 */
public record ComparisonRow(
    String benchmark,
    Map<String, String> params,
    double ratio,
    Double low,
    Double high,
    Double p,
    String verdict,
    int forks,
    int forksA,
    int forksB,
    double opsPerSecondA,
    double opsPerSecondB,
    double machineRatio) {

  /** Verdict on a ratio significantly above 1. */
  public static final String FASTER = "faster";

  /** Verdict on a ratio significantly below 1. */
  public static final String SLOWER = "slower";

  /** Verdict on all other ratios of enough forks. */
  public static final String NO_DIFFERENCE = "no difference shown";

  /**
   * Whether B is slower, by more than is tolerated.
   *
   * @param tolerance 0.05 for 5 %
   * @return if so
   */
  boolean isRegression(double tolerance) {
    return verdict.equals(SLOWER) && ratio < 1 - tolerance;
  }
}
