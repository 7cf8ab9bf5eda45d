package stride.lab.sweep;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.commons.math3.util.ArithmeticUtils;
import stride.files.JsonText;
import stride.lab.process.Build;
import stride.lab.trials.TrialResult;
import stride.lab.trials.TrialRunner;
import stride.lab.trials.TrialSettings;
import stride.lab.trials.TrialWarnings;
import stride.results.Machine;

/** Searches, keeps what it finds in a folder, and goes on with what an earlier sitting began. */
public final class Sweep {
  /** No search tries more. */
  static final int MOST_CONFIGURATIONS = 2000;

  private static final String BASE = "base.json";

  private final SweepPlan plan;
  private final Rungs rungs;
  private final List<Configuration> pool;
  private final TrialSettings settings;
  private final Build build;
  private final Machine machine;
  private final PrintWriter progress;
  private final AtomicBoolean stop;

  /**
   * Draws all configurations that a search could come to, and checks them.
   *
   * @param plan what is asked
   * @param space of the plan
   * @param rules that options go by
   * @param settings where and how trainings are done
   * @param build what trains
   * @param machine this one
   * @param progress takes lines
   * @param stop set by anyone to begin no other training
   * @throws IllegalArgumentException if the space allows what is impossible, or the budget is too
   *     small
   */
  public Sweep(
      SweepPlan plan,
      Space space,
      OptionRules rules,
      TrialSettings settings,
      Build build,
      Machine machine,
      PrintWriter progress,
      AtomicBoolean stop) {
    this.plan = plan;
    this.rungs = plan.rungs();
    this.settings = settings;
    this.build = build;
    this.machine = machine;
    this.progress = progress;
    this.stop = stop;
    if (space.options().containsKey(Configuration.TOTAL_TIMESTEPS)) {
      throw new IllegalArgumentException(
          "total_timesteps is what the budget counts in, and not to be searched for");
    }
    this.pool = Configuration.draw(space, rules, plan.seed(), most(plan));
    if (pool.size() == 1) {
      throw new IllegalArgumentException("the space holds nothing but the base");
    }
    requireWholeIterations(rules);
  }

  private static int most(SweepPlan plan) {
    int seeds = plan.seeds().size();
    Budget budget = plan.budget();
    if (budget.isTimed()) {
      return MOST_CONFIGURATIONS; // nobody knows how many the clock allows
    }
    int most = Search.affordable(plan.rungs(), budget, seeds, MOST_CONFIGURATIONS);
    if (most < 2) {
      throw new IllegalArgumentException(
          "a budget of %s, required: at least %.4g, for the base and another over %d seeds"
              .formatted(budget.words(), seeds * plan.rungs().cost(2), seeds));
    }
    return most;
  }

  private void requireWholeIterations(OptionRules rules) {
    for (Configuration its : pool) {
      long iteration = rules.envStepsPerIteration(its.options());
      if (iteration > rungs.envSteps(0)) {
        throw new IllegalArgumentException(
            ("total_timesteps=%d, and %s would be trained for %d, required: one iteration of it, %d,"
                    + " or more")
                .formatted(rungs.totalTimesteps(), its.name(), rungs.envSteps(0), iteration));
      }
    }
  }

  /**
   * Searches.
   *
   * @param out the search's folder; of this search, or empty, or not there yet
   * @return what is in its sweep.json now
   * @throws stride.lab.LabException if it was told to stop, or the folder is of another search, or
   *     something fails that says nothing of a training
   */
  public SweepFile run(Path out) {
    try (OutFolder folder =
        OutFolder.open(
            out,
            SweepFile.NAME,
            SweepFile.SCHEMA_VERSION,
            plan,
            build.origin(),
            settings.mixed())) {
      Optional<SweepFile> before = folder.read(SweepFile.class);
      if (before.isPresent() && before.get().result() != null) {
        return before.get();
      }
      final long start = System.nanoTime();
      var journal =
          new Journal(
              before.map(SweepFile::decisions).orElse(List.of()),
              before.map(SweepFile::seconds).orElse(0.0),
              () -> (System.nanoTime() - start) / 1e9,
              (decisions, seconds) -> write(folder, file(decisions, seconds, null)));
      List<Rung> ladder;
      try {
        ladder = search(journal);
      } finally {
        journal.save(); // with the time of what was interrupted
      }
      return finish(folder, ladder, journal);
    }
  }

  private List<Rung> search(Journal journal) {
    int seeds = plan.seeds().size();
    int atOnce = settings.jobs() / ArithmeticUtils.gcd(settings.jobs(), seeds);
    return new Search(rungs, plan.budget(), seeds, atOnce, journal, this::evaluate).run(pool);
  }

  private List<List<TrialResult>> evaluate(int rung, List<Configuration> configurations) {
    progress.printf(
        "%s%d configurations over %d seeds%n",
        plan.isHalving()
            ? "rung %d of %d, %,d env steps: "
                .formatted(rung + 1, rungs.count(), rungs.envSteps(rung))
            : "",
        configurations.size(),
        plan.seeds().size());
    progress.flush();
    return Configuration.train(
        configurations.stream().map(its -> its.at(rungs.envSteps(rung))).toList(),
        plan.seeds(),
        build,
        new TrialRunner(settings, progress, stop));
  }

  private SweepFile finish(OutFolder folder, List<Rung> ladder, Journal journal) {
    SweepResult result =
        SweepResult.of(plan, ladder, folder.path().resolve(BASE), warnings(ladder));
    SweepFile file = file(journal.decisions(), journal.seconds(), result);
    ObjectNode best = pool.get(result.best() - 1).config();
    folder.write(BASE, JsonText.file(plan.config()));
    folder.write(SweepFile.best(folder.path()).getFileName().toString(), JsonText.file(best));
    folder.write("sweep.md", file.page(folder.path()).markdown());
    write(folder, file); // last: it says that all is there
    return file;
  }

  private List<String> warnings(List<Rung> ladder) {
    return TrialWarnings.of(
        ladder.stream()
            .flatMap(rung -> rung.entries().stream())
            .flatMap(entry -> entry.results().stream())
            .toList());
  }

  private SweepFile file(List<Integer> decisions, double seconds, SweepResult result) {
    return new SweepFile(
        SweepFile.SCHEMA_VERSION, plan, build.origin(), machine, seconds, decisions, result);
  }

  private static void write(OutFolder folder, SweepFile file) {
    folder.write(SweepFile.NAME, JsonText.file(file));
  }
}
