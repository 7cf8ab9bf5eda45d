package stride.lab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Rates of programs in a picture over environment counts: one look a program, wherever it is drawn.
 */
final class PeerCurves {
  private static final int[] COLORS = {3, 6, 5, 7, 8};

  private PeerCurves() {}

  /** What the programs are called, in the order of the file. */
  static List<String> names(List<PeerRate> rates) {
    return rates.stream().map(PeerRate::name).distinct().toList();
  }

  /** One for each program. */
  static List<Plot.Series> of(List<PeerRate> rates) {
    List<Plot.Series> series = new ArrayList<>();
    int others = 0;
    for (String name : names(rates)) {
      List<double[]> points = points(rates, name);
      series.add(
          switch (name) {
            case PeerRate.LIMIT -> Plot.Series.curve(name, Plot.NEUTRAL, Plot.Style.LIMIT, points);
            case PeerRate.STRIDE ->
                Plot.Series.curve(name, Plot.STRIDE_COLOR, Plot.Style.MEASURED, points);
            default ->
                Plot.Series.curve(name, COLORS[others++ % COLORS.length], Plot.Style.PEER, points);
          });
    }
    return series;
  }

  private static List<double[]> points(List<PeerRate> rates, String name) {
    return rates.stream()
        .filter(rate -> rate.name().equals(name))
        .sorted(Comparator.comparingInt(PeerRate::envs))
        .map(rate -> new double[] {rate.envs(), rate.stepsPerSecond()})
        .toList();
  }

  /** Env steps per second of a program with so many environments; null where not measured. */
  static Double rate(List<PeerRate> rates, String name, int envs) {
    return rates.stream()
        .filter(rate -> rate.name().equals(name) && rate.envs() == envs)
        .findFirst()
        .map(PeerRate::stepsPerSecond)
        .orElse(null);
  }
}
