package stride.lab.bench;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import stride.results.AnchorKind;
import stride.results.Figures;
import stride.results.JmhResult;

/**
 * One benchmark in two folders.
 *
 * @param benchmark class and method
 * @param params by which it was run
 * @param rawRatio speed of B over that of A as measured: above 1 is faster
 * @param ratio the same, corrected by the anchors: divided by {@code machineRatio}
 * @param low end of the 95 % interval, which covers those of both ratios; null with fewer than two
 *     forks in either folder
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
 * @param anchor the kind that says so
 */
public record ComparisonRow(
    String benchmark,
    Map<String, String> params,
    double rawRatio,
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
    double machineRatio,
    @JsonIgnore AnchorKind anchor) {

  /** Verdict on a ratio significantly above 1. */
  public static final String FASTER = "faster";

  /** Verdict on a ratio significantly below 1. */
  public static final String SLOWER = "slower";

  /** Verdict on all other ratios of enough forks. */
  public static final String NO_DIFFERENCE = "no difference shown";

  /** Heads of {@link #cells}. */
  public static final List<String> HEADS =
      List.of(
          "benchmark",
          "A ops/s",
          "B ops/s",
          "B/A raw",
          "B/A corrected",
          "95 % of both",
          "p (Holm)",
          "verdict");

  /** The suite that it belongs to: name of the benchmark's class. */
  public String suite() {
    return JmhResult.suite(benchmark);
  }

  /** Name and parameters within the suite, on one line. */
  public String name() {
    return JmhResult.name(benchmark, params);
  }

  /** Cells of a table, one for each of the {@link #HEADS}. */
  public List<String> cells() {
    return List.of(
        JmhResult.key(benchmark, params),
        Figures.significant(opsPerSecondA, 4),
        Figures.significant(opsPerSecondB, 4),
        text("%.3f", rawRatio),
        text("%.3f", ratio),
        low == null ? "-" : text("%.3f to ", low) + text("%.3f", high),
        p == null ? "-" : p < 0.001 ? "<0.001" : text("%.3f", p),
        verdict);
  }

  private static String text(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

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
