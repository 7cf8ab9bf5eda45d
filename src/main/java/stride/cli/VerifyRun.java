package stride.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import stride.lab.trials.Origin;
import stride.lab.trials.Trial;
import stride.lab.trials.TrialResult;
import stride.lab.trials.TrialRunner;
import stride.lab.verify.Judgement;
import stride.lab.verify.Power;
import stride.lab.verify.Verdict;
import stride.lab.verify.Verification;

/** Trains both arms, seed by seed in turn, and judges; finds the number of seeds if asked to. */
final class VerifyRun {
  private static final int PILOT = 5;

  private final TrialRunner runner;
  private final Origin origin;
  private final ObjectNode reference;
  private final ObjectNode candidate;
  private final double margin;
  private final int jobs;
  private final PrintWriter progress;

  VerifyRun(
      TrialRunner runner,
      Origin origin,
      RunSpec reference,
      RunSpec candidate,
      double margin,
      int jobs,
      PrintWriter progress) {
    this.runner = runner;
    this.origin = origin;
    this.reference = reference.toJsonWithoutSeed();
    this.candidate = candidate.toJsonWithoutSeed();
    this.margin = margin;
    this.jobs = jobs;
    this.progress = progress;
  }

  Verification run(Seeds seeds, int maxSeeds) {
    if (!seeds.auto()) {
      return judge(seeds);
    }
    int pilot = Math.min(PILOT, maxSeeds);
    progress.printf("pilot: %d seeds of each%n", pilot);
    progress.flush();
    Verification first = judge(new Seeds(1, pilot));
    if (first.verdict() == Verdict.IDENTICAL) {
      return first;
    }
    int count = Math.clamp(needed(first.evaluation(), maxSeeds), pilot, maxSeeds);
    announce(first, count);
    return count == pilot ? first : judge(new Seeds(1, count));
  }

  private static int needed(Judgement pilot, int maxSeeds) {
    return pilot.seedsNeeded() == null ? maxSeeds : pilot.seedsNeeded();
  }

  /** The number, the time and the power, before the long part. */
  private void announce(Verification pilot, int count) {
    Judgement judgement = pilot.evaluation();
    progress.printf(
        "the pilot's spread needs %s seeds of each for a margin of %.3g %%; with %d, equal returns"
            + " are found to be kept in %.0f %% of comparisons; about %.0f min more%n",
        judgement.seedsNeeded() == null ? "countless" : judgement.seedsNeeded(),
        100 * margin,
        count,
        100
            * Power.of(
                count,
                square(judgement.reference().standardDeviation()),
                square(judgement.candidate().standardDeviation()),
                judgement.margin()),
        pilot.secondsOfASeed() * (count - judgement.reference().seeds()) / jobs / 60);
    progress.flush();
  }

  private static double square(double value) {
    return value * value;
  }

  private Verification judge(Seeds seeds) {
    List<Trial> trials = new ArrayList<>();
    for (long seed : seeds.list()) {
      trials.add(new Trial("reference", reference, seed));
      trials.add(new Trial("candidate", candidate, seed));
    }
    List<TrialResult> results = runner.run(trials);
    return Verification.of(
        reference, candidate, every(results, 0), every(results, 1), margin, origin);
  }

  private static List<TrialResult> every(List<TrialResult> results, int first) {
    return IntStream.range(0, results.size() / 2)
        .mapToObj(pair -> results.get(2 * pair + first))
        .toList();
  }
}
