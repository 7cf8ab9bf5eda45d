package stride.lab.sweep;

import java.nio.file.Path;
import java.util.List;
import stride.files.OrNull;
import stride.lab.process.Origin;
import stride.results.Machine;

/**
 * A search and what became of it so far: its sweep.json.
 *
 * @param schemaVersion of this form
 * @param plan what it is asked
 * @param origin of the results
 * @param machine of the last sitting
 * @param seconds of wall time, of all sittings
 * @param decisions how many configurations went on, in the order of the decisions
 * @param result null until it is finished
 */
public record SweepFile(
    int schemaVersion,
    SweepPlan plan,
    Origin origin,
    Machine machine,
    double seconds,
    List<Integer> decisions,
    @OrNull SweepResult result) {
  /** The present form. */
  public static final int SCHEMA_VERSION = 1;

  /** The file's name. */
  static final String NAME = "sweep.json";

  private static final String BEST = "best.json";

  /** Where the best options are, as a file that trainings take. */
  static Path best(Path out) {
    return out.resolve(BEST);
  }

  private String title() {
    return ("%s: %s search, %d configurations, %d trainings over seeds %d to %d, budget of %s,"
            + " %.0f min")
        .formatted(
            plan.task(),
            plan.search(),
            result.rows().size(),
            result.trainings(),
            plan.seeds().getFirst(),
            plan.seeds().getLast(),
            plan.budget().words(),
            seconds / 60);
  }

  /**
   * In words.
   *
   * @param out the search's folder
   * @return a table and sentences
   */
  FoundPage page(Path out) {
    return new FoundPage(
        title(), origin, result.table(), result.failures(), result.advice(best(out)));
  }

  /**
   * For a terminal.
   *
   * @param out the search's folder
   * @return a table and sentences, lines with a closing line break
   */
  public String text(Path out) {
    return page(out).text();
  }
}
