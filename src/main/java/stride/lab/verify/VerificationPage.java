package stride.lab.verify;

import stride.results.Table;
import stride.stats.Interval;

/**
 * A verification for a terminal.
 *
 * @param found what it came to
 */
public record VerificationPage(Verification found) {
  /** The whole page: tables and sentences, lines with a closing line break. */
  public String text() {
    var text = new StringBuilder();
    text.append("%s, %d seeds of each%n".formatted(found.task(), found.seeds().size()));
    found
        .differences()
        .forEach(
            (option, its) ->
                text.append(
                    "  %s: reference %s, candidate %s%n"
                        .formatted(option, its.reference(), its.candidate())));
    text.append('\n').append(table().toText()).append('\n');
    text.append(robustTable().toText()).append('\n');
    found.failures().forEach(failure -> text.append("failed: ").append(failure).append('\n'));
    if (found.aaComparison() != null) {
      text.append(
          "%s; half the seeds show less, and one in ten differs by chance%n"
              .formatted(found.aaComparison().what()));
    }
    text.append(speedSentence()).append('\n').append(found.sentence()).append('\n');
    return text.toString();
  }

  private Table table() {
    var table =
        new Table(
            "mean return by",
            "reference",
            "candidate",
            "difference",
            "90 % interval",
            "equivalence p",
            "non-inferiority p",
            "verdict");
    add(table, "evaluation", found.evaluation());
    if (found.training() == null) {
      table.add("last 100 of training", "-", "-", "-", "-", "-", "-", "-");
    } else {
      add(table, "last 100 of training", found.training());
    }
    if (found.aaComparison() != null) {
      add(table, "evaluation, A/A", found.aaComparison().comparison());
    }
    return table;
  }

  private static void add(Table table, String name, ReturnsComparison its) {
    table.add(
        name,
        withDeviation(its.reference()),
        withDeviation(its.candidate()),
        "%.4g".formatted(its.difference()),
        text(its.ci90()),
        probability(its.tostP()),
        probability(its.nonInferiorityP()),
        its.verdict().word().replace('_', ' '));
  }

  private Table robustTable() {
    var table =
        new Table(
            "95 % intervals by bootstrap",
            "IQM of reference", "IQM of candidate", "probability of improvement");
    addRobust(table, "evaluation", found.evaluation());
    if (found.training() == null) {
      table.add("training", "-", "-", "-");
    } else {
      addRobust(table, "training", found.training());
    }
    return table;
  }

  private static void addRobust(Table table, String name, ReturnsComparison its) {
    table.add(
        name,
        "%.4g (%s)".formatted(its.reference().iqm(), text(its.reference().iqmCi95())),
        "%.4g (%s)".formatted(its.candidate().iqm(), text(its.candidate().iqmCi95())),
        "%.2f (%s)"
            .formatted(its.probabilityOfImprovement(), text(its.probabilityOfImprovementCi95())));
  }

  private static String withDeviation(ReturnsSummary arm) {
    return arm.standardDeviation() == null
        ? "%.4g".formatted(arm.mean())
        : "%.4g (sd %.3g)".formatted(arm.mean(), arm.standardDeviation());
  }

  private static String text(Interval interval) {
    return interval == null ? "-" : "%.4g to %.4g".formatted(interval.low(), interval.high());
  }

  private static String probability(Double p) {
    return p == null ? "-" : p < 0.001 ? "<0.001" : "%.3f".formatted(p);
  }

  private String speedSentence() {
    if (found.speedRatio() == null) {
      return "speed: not known";
    }
    return "speed: the candidate trains %.3f times as fast%s"
        .formatted(
            found.speedRatio(),
            found.speedRatioCi95() == null
                ? ""
                : ", 95 %% interval %.3f to %.3f over %d pairs of seeds"
                    .formatted(
                        found.speedRatioCi95().low(),
                        found.speedRatioCi95().high(),
                        found.speedPairs()));
  }
}
