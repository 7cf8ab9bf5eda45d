package stride.lab.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Stream;
import stride.files.OrNull;
import stride.files.ValuesOrNull;
import stride.lab.process.CommandText;
import stride.lab.trials.TrialResult;
import stride.results.Table;

/**
 * What a search found.
 *
 * @param trainings how many there were
 * @param rows all configurations, the best first
 * @param best number of the configuration that is first
 * @param options that differ from the base's in it
 * @param verify command that compares it with the base on seeds that chose nothing; null if the
 *     base is best
 * @param failures trainings that ended early, and why
 * @param warnings what makes the figures doubtful
 */
public record SweepResult(
    int trainings,
    List<SweepRow> rows,
    int best,
    @ValuesOrNull SortedMap<String, JsonNode> options,
    @OrNull String verify,
    List<String> failures,
    List<String> warnings) {
  private static final int FRESH_SEEDS = 20;

  static SweepResult of(SweepPlan plan, List<Rung> ladder, Path baseFile, List<String> warnings) {
    List<SweepRow> rows = new ArrayList<>();
    Set<Integer> ranked = new HashSet<>();
    for (Rung rung : ladder.reversed()) {
      for (Rung.Scored scored : rung.ranked()) {
        if (ranked.add(scored.entry().configuration().number())) {
          rows.add(SweepRow.of(plan, rung, ranked.size(), scored));
        }
      }
    }
    SweepRow best = rows.getFirst();
    return new SweepResult(
        ladder.stream().mapToInt(rung -> rung.entries().size()).sum() * plan.seeds().size(),
        rows,
        best.configuration(),
        best.options(),
        best.isBase() ? null : verify(plan, best, baseFile),
        ladder.stream().flatMap(rung -> failures(plan, rung)).toList(),
        warnings);
  }

  private static String verify(SweepPlan plan, SweepRow best, Path baseFile) {
    long first = plan.seeds().getLast() + 1;
    return CommandText.of(
        List.of(
            "verify",
            plan.task(),
            "--config",
            baseFile.toString(),
            "--candidate",
            Configuration.words(best.options()),
            "--seeds",
            "%d..%d".formatted(first, first + FRESH_SEEDS - 1)));
  }

  private static Stream<String> failures(SweepPlan plan, Rung rung) {
    long envSteps = plan.rungs().envSteps(rung.index());
    return rung.entries().stream()
        .flatMap(
            entry ->
                TrialResult.failures(
                    "%s, %d env steps".formatted(entry.configuration().name(), envSteps),
                    entry.results()));
  }

  /** One row a configuration. */
  Table table() {
    var table = new Table("options", "rank", "env steps", "return, mean ± 95 %", "env steps/s");
    for (SweepRow row : rows) {
      table.add(
          row.isBase() ? "base" : Configuration.words(row.options()),
          Integer.toString(row.rank()),
          "%,d".formatted(row.totalTimesteps()),
          row.returnText() + (row.failed() > 0 ? " (%d failed)".formatted(row.failed()) : ""),
          row.envStepsPerSecondSteady() == null
              ? "-"
              : "%,.0f".formatted(row.envStepsPerSecondSteady()));
    }
    return table;
  }

  /** What to make of it. */
  String advice(Path bestFile) {
    if (verify == null) {
      return "Nothing beat the base: %s is the base.%n".formatted(bestFile);
    }
    return """
        %s holds the best: stride train --config %s
        It was chosen because it did best on these seeds, so that its return flatters it. On seeds
        that chose nothing:
          %s
        """
        .formatted(bestFile, CommandText.quoted(bestFile.toString()), verify);
  }
}
