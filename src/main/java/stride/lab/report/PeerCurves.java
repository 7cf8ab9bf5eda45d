package stride.lab.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import stride.results.PeerRow;

/**
 * Rates of programs in a picture over environment counts: one look a program, wherever it is drawn.
 */
final class PeerCurves {
  private static final int[] COLORS = {3, 6, 5, 7, 8};

  private PeerCurves() {}

  /** What the programs are called, in the order of the file. */
  static List<String> names(List<PeerRow> rates) {
    return rates.stream().map(PeerRow::peer).distinct().toList();
  }

  /** One for each program. */
  static List<Plot.Series> of(List<PeerRow> rates) {
    List<Plot.Series> series = new ArrayList<>();
    int others = 0;
    for (String name : names(rates)) {
      List<double[]> points = points(rates, name);
      series.add(
          switch (name) {
            case PeerRow.LIMIT -> Plot.Series.curve(name, Plot.NEUTRAL, Plot.Style.LIMIT, points);
            case PeerRow.STRIDE ->
                Plot.Series.curve(name, Plot.STRIDE_COLOR, Plot.Style.MEASURED, points);
            default ->
                Plot.Series.curve(name, COLORS[others++ % COLORS.length], Plot.Style.PEER, points);
          });
    }
    return series;
  }

  private static List<double[]> points(List<PeerRow> rates, String name) {
    return rates.stream()
        .filter(rate -> rate.peer().equals(name))
        .sorted(Comparator.comparingInt(PeerRow::envs))
        .map(rate -> new double[] {rate.envs(), rate.envStepsPerSecond()})
        .toList();
  }
}
