package stride.lab.report;

import java.util.ArrayList;
import java.util.List;

/**
 * What report.js is to draw: it becomes JSON in the page.
 *
 * @param kind which picture
 * @param label what a screen reader says
 * @param x the horizontal axis
 * @param y the vertical one; of pictures with categories, only its title counts
 * @param categories names of rows, from above; empty for curves
 * @param series what is drawn, the first lowest
 */
record Plot(Kind kind, String label, Axis x, Axis y, List<String> categories, List<Series> series) {
  /** Pictures. */
  enum Kind {
    /** Points joined by lines, perhaps with a band. */
    CURVES,
    /** Horizontal bars, one after the other. */
    STACK,
    /** Horizontal bars, one below the other, perhaps with an interval. */
    BARS
  }

  /** Scales. */
  enum Scale {
    LINEAR,
    LOG,
    /** Percentiles p as 1 / (1 - p), logarithmic: each nine is as far as the one before. */
    NINES
  }

  /** How a curve looks. */
  enum Style {
    /** A line without marks. */
    LINE,
    /** A line with a mark at each point. */
    MEASURED,
    /** A dashed line with marks: what others are held to. */
    LIMIT,
    /** A dashed line without marks: a place, not a measurement. */
    MARK,
    /** Marks of another form, on a line where there are several: what others measured. */
    PEER
  }

  /**
   * An axis.
   *
   * @param title quantity and unit
   * @param scale how values become places
   * @param ticks values to be labelled; empty: as it fits
   */
  record Axis(String title, Scale scale, List<Double> ticks) {
    static Axis linear(String title) {
      return new Axis(title, Scale.LINEAR, List.of());
    }
  }

  /** Colours by what they stand for; report.css has them for light and dark. */
  static final int NEUTRAL = 0;

  /** What a rollout of Stride has beside others. */
  static final int STRIDE_COLOR = 1;

  static final int FIRST_COLOR = 1;
  static final int COLORS = 9;

  /** The colour of the k-th of things that have none of their own. */
  static int color(int k) {
    return FIRST_COLOR + k % COLORS;
  }

  /**
   * One colour's worth of data.
   *
   * @param name in the legend
   * @param color number of a colour
   * @param colors of each category, in its stead; empty for none
   * @param style of a curve
   * @param points x and y of a curve, in ascending x; empty otherwise
   * @param values one a category; empty for curves
   * @param low lower ends of the band or of the intervals, that of a lone point is a line with
   *     ends; empty for none
   * @param high upper ends
   */
  record Series(
      String name,
      int color,
      List<Integer> colors,
      Style style,
      List<double[]> points,
      List<Double> values,
      List<Double> low,
      List<Double> high) {
    static Series curve(String name, int color, Style style, List<double[]> points) {
      return band(name, color, style, points, List.of(), List.of());
    }

    static Series band(
        String name,
        int color,
        Style style,
        List<double[]> points,
        List<Double> low,
        List<Double> high) {
      return new Series(name, color, List.of(), style, points, List.of(), low, high);
    }

    static Series bars(String name, int color, List<Double> values) {
      return intervals(name, color, values, List.of(), List.of());
    }

    static Series bars(String name, List<Integer> colors, List<Double> values) {
      return new Series(name, NEUTRAL, colors, Style.LINE, List.of(), values, List.of(), List.of());
    }

    static Series intervals(
        String name, int color, List<Double> values, List<Double> low, List<Double> high) {
      return new Series(name, color, List.of(), Style.LINE, List.of(), values, low, high);
    }
  }

  static Plot curves(String label, Axis x, Axis y, List<Series> series) {
    return new Plot(Kind.CURVES, label, x, y, List.of(), List.copyOf(series));
  }

  static Plot rows(Kind kind, String label, Axis x, List<String> categories, List<Series> series) {
    return new Plot(
        kind, label, x, Axis.linear(""), List.copyOf(categories), new ArrayList<>(series));
  }
}
