package stride.lab.pages;

import java.util.List;
import stride.lab.pages.Svg.Anchor;
import stride.results.Figures;

/**
 * Horizontal bars of env steps per second, with the limit as a dashed line.
 *
 * @param title over the bars
 * @param limit in env steps per second; bars are drawn as fractions of it
 * @param bars from top to bottom
 */
public record BarChart(String title, double limit, List<Bar> bars) {
  static final double WIDTH = 440;

  private static final double TOP = 58; // title, and the name of the limit's line
  private static final double ROW = 26;
  private static final double THICKNESS = 18;
  private static final double LEFT = 216; // labels end before it
  private static final double LONGEST = 130;

  /**
   * A bar.
   *
   * @param label on its left
   * @param rate in env steps per second
   * @param own whether it is Stride's
   */
  record Bar(String label, double rate, boolean own) {}

  double height() {
    return TOP + ROW * bars.size();
  }

  /** Draws the chart with its upper left corner at a place of the picture. */
  void draw(Svg svg, double x, double y) {
    svg.text("title", Anchor.START, x, y + 16, title);
    double end = x + LEFT + LONGEST;
    svg.text("note", Anchor.MIDDLE, end, y + 40, "limit " + Figures.thousands(limit));
    double row = y + TOP;
    for (Bar bar : bars) {
      double base = row + THICKNESS - 5;
      svg.text("text", Anchor.END, x + LEFT - 8, base, bar.label);
      double length = LONGEST * Math.min(1, bar.rate / limit);
      svg.rectangle(bar.own ? "own" : "other", x + LEFT, row, length, THICKNESS);
      svg.text("text", Anchor.START, end + 8, base, value(bar.rate));
      row += ROW;
    }
    svg.line("mark", end, y + TOP - 12, end, row);
  }

  private String value(double rate) {
    return "%s, %.0f %%".formatted(Figures.thousands(rate), 100 * rate / limit);
  }
}
