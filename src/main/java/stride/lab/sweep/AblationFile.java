package stride.lab.sweep;

import stride.lab.process.Origin;
import stride.results.Machine;

/**
 * An ablation and what became of it: its ablation.json.
 *
 * @param schemaVersion of this form
 * @param plan what it is asked
 * @param origin of the results
 * @param machine that finished it
 * @param result what each change is worth
 */
public record AblationFile(
    int schemaVersion, AblationPlan plan, Origin origin, Machine machine, AblationResult result) {
  /** The present form. */
  public static final int SCHEMA_VERSION = 1;

  /** The file's name. */
  static final String NAME = "ablation.json";

  private String title() {
    return "%s: the base and %d changes of it, each alone, over seeds %d to %d"
        .formatted(
            plan.task(), plan.changes().size(), plan.seeds().getFirst(), plan.seeds().getLast());
  }

  private String note() {
    return ("Verdicts are by Holm's correction: where no change does anything, all %d are called not"
            + " shown in 19 of 20 ablations.%n")
        .formatted(plan.changes().size());
  }

  /** In words. */
  FoundPage page() {
    return new FoundPage(title(), origin, result.table(), result.failures(), note());
  }

  /** For a terminal: a table and sentences, lines with a closing line break. */
  public String text() {
    return page().text();
  }
}
