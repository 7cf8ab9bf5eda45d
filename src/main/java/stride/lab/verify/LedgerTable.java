package stride.lab.verify;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stride.lab.pages.MeasuredPage;
import stride.results.Revision;
import stride.results.Table;
import stride.stats.Interval;

/** The measured part of docs/ledger.md, made from bench-results/ledger.json. */
public final class LedgerTable extends MeasuredPage {
  private final Path file;

  /**
   * The page of a project.
   *
   * @param root folder of docs and bench-results
   */
  public LedgerTable(Path root) {
    super(root.resolve("docs/ledger.md"));
    this.file = root.resolve("bench-results/ledger.json");
  }

  @Override
  protected String updated(String text) {
    return withMeasured(
        text, "ledger", Files.exists(file) ? measured() : "Nothing has been measured yet.\n");
  }

  private String measured() {
    var table =
        new Table(
            "speed-up, task",
            "times as fast, 95 % interval",
            "returns",
            "mean return",
            "difference, 90 % interval",
            "margin",
            "seeds",
            "env steps",
            "commit",
            "machine");
    var commands = new StringBuilder();
    for (LedgerRow row : newest(new Ledger(file).rows())) {
      table.add(
          row.name().replace("|", "\\|") + ", " + row.task(),
          speed(row),
          verdict(row),
          format("%.4g", row.referenceMean())
              + " → "
              + format("%.4g", row.referenceMean() + row.difference()),
          difference(row),
          format("± %.4g", row.margin()),
          Integer.toString(row.seeds().size()),
          format("%,.0f", (double) row.envSteps()),
          new Revision(row.origin().commit(), row.origin().dirty()).abbreviated(),
          row.origin().machine().words());
      commands.append(
          "- %s, %s, %s: `%s`%n".formatted(row.name(), row.task(), row.date(), row.command()));
    }
    return table.toMarkdown() + "\nTo measure a row again, at its commit:\n\n" + commands;
  }

  /** Of each speed-up on each machine, the row that was put last. */
  private static List<LedgerRow> newest(List<LedgerRow> rows) {
    List<LedgerRow> newest = new ArrayList<>();
    for (LedgerRow row : rows) {
      newest.removeIf(old -> old.isAbout(row.name(), row.task(), row.origin().machine()));
      newest.add(row);
    }
    return newest;
  }

  private static String speed(LedgerRow row) {
    if (row.speedRatio() == null) {
      return "not known";
    }
    return format("%.3f", row.speedRatio()) + between(row.speedRatioCi95(), "%.3f");
  }

  private static String verdict(LedgerRow row) {
    String word = row.verdict().word().replace('_', ' ');
    return row.failures().isEmpty()
        ? word
        : "%s (%d failed)".formatted(word, row.failures().size());
  }

  private static String difference(LedgerRow row) {
    return row.verdict() == Verdict.IDENTICAL
        ? "none: the same bits"
        : format("%.4g", row.difference()) + between(row.ci90(), "%.4g");
  }

  private static String between(Interval interval, String digits) {
    return interval == null
        ? ""
        : " (" + format(digits, interval.low()) + " to " + format(digits, interval.high()) + ")";
  }
}
