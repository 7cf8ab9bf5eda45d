package stride.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import stride.lab.process.Build;
import stride.lab.process.KnownOptions;
import stride.lab.trials.Trial;
import stride.lab.trials.TrialResult;
import stride.lab.trials.TrialRunner;
import stride.lab.verify.ReturnsComparison;
import stride.lab.verify.Verdict;
import stride.lab.verify.Verification;
import stride.stats.Equivalence;

/** Trains both arms, seed by seed in turn, and judges; finds the number of seeds if asked to. */
final class VerifyRun {
  private static final int PILOT = 5;

  private final TrialRunner runner;
  private final Arm reference;
  private final Arm candidate;
  private final double margin;
  private final int jobs;
  private final PrintWriter progress;

  /**
   * What is trained.
   *
   * @param config flat, as a run's config.json has it
   * @param build gives what trains it, when it is needed
   */
  record Arm(ObjectNode config, Supplier<Build> build) {}

  VerifyRun(
      TrialRunner runner,
      Arm reference,
      Arm candidate,
      double margin,
      int jobs,
      PrintWriter progress) {
    this.runner = runner;
    this.reference = reference;
    this.candidate = candidate;
    this.margin = margin;
    this.jobs = jobs;
    this.progress = progress;
  }

  Verification run(Seeds seeds, int maxSeeds) {
    Arm before = known(reference.build().get()); // what cannot be built is found out first
    if (!seeds.auto()) {
      return judge(seeds, before);
    }
    int pilot = Math.min(PILOT, maxSeeds);
    progress.printf("pilot: %d seeds of each%n", pilot);
    progress.flush();
    Verification first = judge(new Seeds(1, pilot), before);
    if (first.verdict() == Verdict.IDENTICAL) {
      return first;
    }
    int count = Math.clamp(needed(first.evaluation(), maxSeeds), pilot, maxSeeds);
    announce(first, count);
    return count == pilot ? first : judge(new Seeds(1, count), before);
  }

  /** The reference by a build; one of another revision may lack options. */
  private Arm known(Build build) {
    ObjectNode config =
        build.equals(candidate.build().get())
            ? reference.config()
            : KnownOptions.of(build, reference.config(), progress);
    return new Arm(config, () -> build);
  }

  private static int needed(ReturnsComparison pilot, int maxSeeds) {
    return pilot.seedsNeeded() == null ? maxSeeds : pilot.seedsNeeded();
  }

  /** The number, the time and the power, before the long part. */
  private void announce(Verification pilot, int count) {
    ReturnsComparison comparison = pilot.evaluation();
    progress.printf(
        "the pilot's spread needs %s seeds of each for a margin of %.3g %%; with %d, equal returns"
            + " are found to be kept in %.0f %% of comparisons; about %.0f min more%n",
        comparison.seedsNeeded() == null ? "more than any number of" : comparison.seedsNeeded(),
        100 * margin,
        count,
        100
            * Equivalence.power(
                count,
                square(comparison.reference().standardDeviation()),
                square(comparison.candidate().standardDeviation()),
                comparison.margin()),
        pilot.secondsOfASeed() * (count - comparison.reference().seeds()) / jobs / 60);
    progress.flush();
  }

  private static double square(double value) {
    return value * value;
  }

  private Verification judge(Seeds seeds, Arm before) {
    Build judge = candidate.build().get();
    List<Trial> trials = new ArrayList<>();
    for (long seed : seeds.list()) {
      trials.add(new Trial("reference", before.config(), seed, before.build().get(), judge));
      trials.add(new Trial("candidate", candidate.config(), seed, judge, judge));
    }
    List<TrialResult> results = runner.run(trials);
    return Verification.of(
        before.config(),
        candidate.config(),
        every(results, 0),
        every(results, 1),
        margin,
        judge.origin());
  }

  private static List<TrialResult> every(List<TrialResult> results, int first) {
    return IntStream.range(0, results.size() / 2)
        .mapToObj(pair -> results.get(2 * pair + first))
        .toList();
  }
}
