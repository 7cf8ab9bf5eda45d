package stride.lab.verify;

import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stride.lab.LabException;
import stride.lab.process.Origin;
import stride.lab.trials.TrialResult;
import stride.lab.trials.TrialWarnings;

/**
 * The trials of two configurations, seed by seed.
 *
 * @param reference one result a seed
 * @param candidate the same seeds in the same order
 */
record PairedTrials(List<TrialResult> reference, List<TrialResult> candidate) {
  Stream<TrialResult> all() {
    return Stream.concat(reference.stream(), candidate.stream());
  }

  /**
   * By episodes of the final policies.
   *
   * @throws LabException if no seed has a return
   */
  ReturnsComparison byEvaluation(double marginShare) {
    try {
      return compare(TrialResult::evaluated, marginShare);
    } catch (IllegalArgumentException e) {
      String why = failures().findFirst().orElse("no episode came to an end");
      throw new LabException(e.getMessage() + ": " + why, e);
    }
  }

  /**
   * By the last 100 episodes of training. Null where there is nothing to judge by. A seed that
   * failed counts as the worst return known; one that only trained too briefly for an episode to
   * end must not.
   */
  ReturnsComparison byTraining(double marginShare) {
    boolean complete =
        all().allMatch(result -> result.failed() != null || result.returnMeanLast100() != null);
    boolean known = all().anyMatch(result -> result.returnMeanLast100() != null);
    return complete && known ? compare(TrialResult::trained, marginShare) : null;
  }

  private ReturnsComparison compare(ToDoubleFunction<TrialResult> by, double marginShare) {
    boolean identical =
        IntStream.range(0, reference.size())
            .allMatch(seed -> reference.get(seed).endsAs(candidate.get(seed)));
    return ReturnsComparison.of(
        returns(reference, by), returns(candidate, by), marginShare, identical, worst());
  }

  static double[] returns(List<TrialResult> arm, ToDoubleFunction<TrialResult> by) {
    return arm.stream().mapToDouble(by).toArray();
  }

  /** About what a policy reaches that has learnt nothing. */
  double worst() {
    return Returns.lowestSeen(all());
  }

  /** Those that ended early, and why. */
  Stream<String> failures() {
    return Stream.concat(
        TrialResult.failures("reference", reference), TrialResult.failures("candidate", candidate));
  }

  /** What makes the figures doubtful. */
  List<String> warnings(Speed speed, Origin origin) {
    List<String> warnings = new ArrayList<>();
    if (reference.getFirst().key().equals(candidate.getFirst().key())) {
      warnings.add("both arms are the same configuration: each seed is compared with itself");
    }
    Origin before = reference.getFirst().origin();
    if (!before.commit().equals(origin.commit()) && before.code().equals(origin.code())) {
      warnings.add("both revisions are the same code: nothing that runs differs");
    }
    warnings.addAll(TrialWarnings.of(all().toList()));
    origin.doubt().filter(doubt -> !warnings.contains(doubt)).ifPresent(warnings::add);
    if (speed.pairs() < reference.size()) {
      warnings.add(
          ("the speed is of %d of %d pairs of seeds: of those trained in turn as asked for now,"
                  + " without a break or failure")
              .formatted(speed.pairs(), reference.size()));
    }
    return warnings;
  }
}
