package stride.lab.verify;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stride.files.OrNull;
import stride.lab.LabException;
import stride.lab.process.Origin;
import stride.lab.trials.TrialResult;
import stride.stats.Interval;

/**
 * Two configurations over the same seeds: how much faster is the candidate, and did it keep the
 * returns?
 *
 * @param schemaVersion of this form
 * @param task Gymnasium's name
 * @param verdict by the evaluation
 * @param speedRatio how many times as fast the candidate trains: the geometric mean over pairs of
 *     seeds of env steps per second, each the median over the last half of a training; null where
 *     it is not known
 * @param speedRatioCi95 its interval, Student's of the logarithms; null for fewer than two pairs
 * @param speedPairs how many pairs of seeds that is of: those trained in turn, without a break
 * @param differences options in which the arms differ, and {@code revision} if their code does
 * @param seeds in order
 * @param evaluation judges by episodes of the final policies
 * @param training judges by the last 100 episodes of training; null if a training that did not fail
 *     saw no episode end
 * @param aaComparison the reference judged against itself, so that one sees what no difference
 *     looks like; null for fewer than four seeds, or if none of them has a return
 * @param failures seeds that ended early, and why
 * @param warnings what makes the figures doubtful
 * @param referenceKey names the folder of the reference's trainings
 * @param candidateKey names that of the candidate's
 * @param envSteps of all trainings together
 * @param referenceCommit full hash of what trained the reference
 * @param origin of the candidate's results and of the comparison
 * @param date of the latest training, year-month-day in UTC
 * @param secondsOfASeed wall time of a pair's processes, the mean; not in files
 */
public record Verification(
    int schemaVersion,
    String task,
    Verdict verdict,
    Double speedRatio,
    Interval speedRatioCi95,
    int speedPairs,
    Map<String, Difference> differences,
    List<Long> seeds,
    ReturnsComparison evaluation,
    ReturnsComparison training,
    SplitHalf aaComparison,
    List<String> failures,
    List<String> warnings,
    String referenceKey,
    String candidateKey,
    long envSteps,
    String referenceCommit,
    Origin origin,
    String date,
    @JsonIgnore double secondsOfASeed) {
  /** The present form. */
  public static final int SCHEMA_VERSION = 1;

  /** What differs where the arms' code does. */
  static final String REVISION = "revision";

  /**
   * An option in which the arms differ.
   *
   * @param reference its value
   * @param candidate likewise
   */
  public record Difference(@OrNull JsonNode reference, @OrNull JsonNode candidate) {}

  /**
   * The reference's seeds in two halves, judged by the same rules.
   *
   * @param what is compared with what
   * @param comparison by the evaluation
   */
  public record SplitHalf(String what, @JsonProperty("judgement") ReturnsComparison comparison) {
    private static final int LEAST_SEEDS = 4;

    static SplitHalf of(double[] returns, double marginShare, double worst) {
      if (returns.length < LEAST_SEEDS || DoubleStream.of(returns).allMatch(Double::isNaN)) {
        return null;
      }
      return new SplitHalf(
          "A/A: the reference's 1st, 3rd, 5th ... seed against its 2nd, 4th, 6th ...",
          ReturnsComparison.of(half(returns, 0), half(returns, 1), marginShare, false, worst));
    }

    private static double[] half(double[] returns, int first) {
      return IntStream.range(0, returns.length)
          .filter(k -> k % 2 == first)
          .mapToDouble(k -> returns[k])
          .toArray();
    }
  }

  /**
   * Judges.
   *
   * @param referenceConfig flat, as a run's config.json has it
   * @param candidateConfig likewise
   * @param reference one result a seed
   * @param candidate the same seeds in the same order
   * @param marginShare of the reference's mean
   * @param origin of the comparison: the code of the results, and whether its commit has it now
   * @return the verdict and all it comes from
   * @throws LabException if no seed has a return
   */
  public static Verification of(
      ObjectNode referenceConfig,
      ObjectNode candidateConfig,
      List<TrialResult> reference,
      List<TrialResult> candidate,
      double marginShare,
      Origin origin) {
    var pairs = new PairedTrials(reference, candidate);
    ReturnsComparison evaluation = pairs.byEvaluation(marginShare);
    Speed speed = Speed.of(reference, candidate);
    TrialResult first = reference.getFirst();
    return new Verification(
        SCHEMA_VERSION,
        first.task(),
        evaluation.verdict(),
        speed.ratio(),
        speed.ci95(),
        speed.pairs(),
        differences(referenceConfig, candidateConfig, first.origin(), origin),
        reference.stream().map(TrialResult::seed).toList(),
        evaluation,
        pairs.byTraining(marginShare),
        SplitHalf.of(
            PairedTrials.returns(reference, TrialResult::evaluated), marginShare, pairs.worst()),
        pairs.failures().toList(),
        pairs.warnings(speed, origin),
        first.key(),
        candidate.getFirst().key(),
        pairs.all().mapToLong(TrialResult::envSteps).sum(),
        first.origin().commit(),
        origin,
        pairs.all().map(TrialResult::day).max(Comparator.naturalOrder()).orElseThrow(),
        Stream.of(reference, candidate)
            .mapToDouble(
                arm -> arm.stream().mapToDouble(TrialResult::wallSeconds).average().orElseThrow())
            .sum());
  }

  private static Map<String, Difference> differences(
      ObjectNode reference, ObjectNode candidate, Origin before, Origin now) {
    Map<String, Difference> differences = new TreeMap<>();
    if (!before.revision().equals(now.revision()) || !before.code().equals(now.code())) {
      differences.put(
          REVISION,
          new Difference(TextNode.valueOf(before.revision()), TextNode.valueOf(now.revision())));
    }
    reference
        .properties()
        .forEach(
            option -> {
              JsonNode other = candidate.get(option.getKey());
              if (!option.getValue().equals(other)) {
                differences.put(option.getKey(), new Difference(option.getValue(), other));
              }
            });
    return differences;
  }

  /** The verdict in words: one sentence without a line break. */
  public String sentence() {
    return failures.isEmpty()
        ? evaluation.sentence()
        : "%s; %d of %d trainings FAILED, and count with what they had reached"
            .formatted(evaluation.sentence(), failures.size(), 2 * seeds.size());
  }
}
