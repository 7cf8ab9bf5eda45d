package stride.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import stride.lab.process.Build;
import stride.lab.sweep.Budget;
import stride.lab.sweep.Space;
import stride.lab.sweep.Sweep;
import stride.lab.sweep.SweepFile;
import stride.lab.sweep.SweepPlan;
import stride.lab.trials.TrialSettings;
import stride.options.Require;
import stride.results.Machine;

/** Which options learn best. */
@Command(
    name = "sweep",
    description = {
      "Searches for better options: draws configurations from a space, trains each over the same"
          + " seeds beside the base, which is what the train options after TASK say, and ranks them"
          + " by the mean return of their final policies, played in a fresh process.",
      "The space is JSON: {\"schema_version\": 1, \"options\": {\"learning_rate\": {\"log\": [1e-4,"
          + " 3e-3]}, \"gae_lambda\": {\"range\": [0.9, 0.98]}, \"num_steps\": {\"choice\": [128,"
          + " 256]}}}. Numbers of whole-numbered options are whole.",
      "Random search trains all at full length. Halving trains all for a ninth of it, the best"
          + " third for a third, and the best ninth for all of it, and the base with each of them.",
      "Leaves sweep.json, sweep.md and best.json, which stride train --config takes. The same"
          + " command goes on with an interrupted search; finished trainings are never repeated."
    },
    footer = {
      "",
      "Example: stride sweep Hopper-v5 --space space.json --search halving --budget-runs 60",
      "         stride sweep CartPole-v1 --space space.json --seeds 1..5 --budget-minutes 20"
          + " --total-timesteps 200000"
    })
final class SweepCommand extends StudyCommand {
  private static final int USUAL_SEEDS = 3;
  private static final double DEFAULT_RUNS = 60;
  private static final double MOST_BUDGET = 1e6;
  private static final String BUDGET = "> 0, at most 1e6";

  @Option(
      names = "--space",
      paramLabel = "FILE",
      required = true,
      description = "JSON file of the options to search over and their values (required)")
  Path space;

  @Option(
      names = "--search",
      paramLabel = "NAME",
      defaultValue = "random",
      description = "random or halving (default: ${DEFAULT-VALUE})")
  String search;

  @Option(
      names = "--eta",
      paramLabel = "N",
      description =
          "with --search halving: each rung trains N times as long as the one before, and a"
              + " fraction 1/N of its configurations: in [2, 10] (default: 3)")
  Integer eta;

  @Option(
      names = "--budget-runs",
      paramLabel = "N",
      description =
          "total env steps, in units of trainings of the full length: "
              + BUDGET
              + " (default: 60, unless --budget-minutes is given)")
  Double budgetRuns;

  @Option(
      names = "--budget-minutes",
      paramLabel = "M",
      description =
          "wall time of all sittings together; what has begun by then is finished: min, "
              + BUDGET
              + " (default: no limit)")
  Double budgetMinutes;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "seed of the draws from the space: any 64-bit integer (default: ${DEFAULT-VALUE})")
  long seed;

  @Override
  public Integer call() {
    TrialSettings settings = trials.settings();
    List<Long> given = seeds(USUAL_SEEDS, 1);
    Budget budget = budget();
    Integer chosenEta = eta();
    var rules = new TrainRules(options, task);
    ObjectNode base = rules.resolve(Map.of());
    Space read = Space.read(space, rules);
    var plan = new SweepPlan(task, base, read.json(), search, chosenEta, budget, given, seed);
    Machine machine = ThisMachine.of(common.err());
    Build build = build(machine);
    Path folder = folder("sweeps");
    SweepFile found;
    try (var interrupt = new Interrupt()) {
      found =
          new Sweep(
                  plan, read, rules, settings, build, machine, common.err(), interrupt.requested())
              .run(folder);
    }
    printWarnings(found.result().warnings());
    common.print(found, folder, found.text(folder));
    return 0;
  }

  private Budget budget() {
    if (budgetRuns != null && budgetMinutes != null) {
      throw new IllegalArgumentException("--budget-runs and --budget-minutes: give one of them");
    }
    if (budgetMinutes != null) {
      requireBudget("--budget-minutes", budgetMinutes);
      return new Budget(null, budgetMinutes);
    }
    double runs = budgetRuns != null ? budgetRuns : DEFAULT_RUNS;
    requireBudget("--budget-runs", runs);
    return new Budget(runs, null);
  }

  private static void requireBudget(String option, double budget) {
    Require.require(option, budget, budget > 0 && budget <= MOST_BUDGET, BUDGET);
  }

  private Integer eta() {
    Require.require(
        "--search", search, SweepPlan.SEARCHES.contains(search), "one of " + SweepPlan.SEARCHES);
    boolean halving = search.equals(SweepPlan.HALVING);
    if (!halving && eta != null) {
      throw new IllegalArgumentException("--eta=" + eta + " is for --search halving");
    }
    int chosen = eta != null ? eta : SweepPlan.USUAL_ETA;
    Require.between("--eta", chosen, 2, 10);
    return halving ? (Integer) chosen : null;
  }
}
