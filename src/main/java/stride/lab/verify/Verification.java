package stride.lab.verify;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import stride.files.OrNull;
import stride.lab.LabException;
import stride.lab.process.Origin;
import stride.lab.trials.TrialDoubts;
import stride.lab.trials.TrialResult;
import stride.results.Table;
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
    Judgement evaluation,
    Judgement training,
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
   * @param judgement by the evaluation
   */
  public record SplitHalf(String what, Judgement judgement) {
    private static final int LEAST_SEEDS = 4;

    static SplitHalf of(double[] returns, double marginShare, double worst) {
      if (returns.length < LEAST_SEEDS || DoubleStream.of(returns).allMatch(Double::isNaN)) {
        return null;
      }
      return new SplitHalf(
          "A/A: the reference's 1st, 3rd, 5th ... seed against its 2nd, 4th, 6th ...",
          Judgement.of(half(returns, 0), half(returns, 1), marginShare, false, worst));
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
    Judgement evaluation = byEvaluation(reference, candidate, marginShare);
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
        byTraining(reference, candidate, marginShare),
        SplitHalf.of(
            returns(reference, TrialResult::evaluated), marginShare, worst(reference, candidate)),
        failures(reference, candidate).toList(),
        warnings(reference, candidate, speed, origin),
        first.key(),
        candidate.getFirst().key(),
        Stream.of(reference, candidate)
            .flatMap(List::stream)
            .mapToLong(TrialResult::envSteps)
            .sum(),
        first.origin().commit(),
        origin,
        Stream.of(reference, candidate)
            .flatMap(List::stream)
            .map(TrialResult::day)
            .max(Comparator.naturalOrder())
            .orElseThrow(),
        Stream.of(reference, candidate)
            .mapToDouble(
                arm -> arm.stream().mapToDouble(TrialResult::wallSeconds).average().orElseThrow())
            .sum());
  }

  private static Judgement byEvaluation(
      List<TrialResult> reference, List<TrialResult> candidate, double marginShare) {
    try {
      return judge(reference, candidate, TrialResult::evaluated, marginShare);
    } catch (IllegalArgumentException e) {
      String why = failures(reference, candidate).findFirst().orElse("no episode came to an end");
      throw new LabException(e.getMessage() + ": " + why, e);
    }
  }

  /**
   * Null where there is nothing to judge by. A seed that failed counts as the worst return known;
   * one that only trained too briefly for an episode to end must not.
   */
  private static Judgement byTraining(
      List<TrialResult> reference, List<TrialResult> candidate, double marginShare) {
    boolean complete =
        Stream.concat(reference.stream(), candidate.stream())
            .allMatch(result -> result.failed() != null || result.returnMeanLast100() != null);
    boolean known =
        Stream.concat(reference.stream(), candidate.stream())
            .anyMatch(result -> result.returnMeanLast100() != null);
    return complete && known
        ? judge(reference, candidate, TrialResult::trained, marginShare)
        : null;
  }

  private static Judgement judge(
      List<TrialResult> reference,
      List<TrialResult> candidate,
      ToDoubleFunction<TrialResult> by,
      double marginShare) {
    boolean identical =
        IntStream.range(0, reference.size())
            .allMatch(seed -> reference.get(seed).endsAs(candidate.get(seed)));
    return Judgement.of(
        returns(reference, by),
        returns(candidate, by),
        marginShare,
        identical,
        worst(reference, candidate));
  }

  private static double[] returns(List<TrialResult> arm, ToDoubleFunction<TrialResult> by) {
    return arm.stream().mapToDouble(by).toArray();
  }

  /** About what a policy reaches that has learnt nothing. */
  private static double worst(List<TrialResult> reference, List<TrialResult> candidate) {
    return Returns.lowestSeen(Stream.concat(reference.stream(), candidate.stream()));
  }

  private static Stream<String> failures(List<TrialResult> reference, List<TrialResult> candidate) {
    return Stream.concat(
        TrialResult.failures("reference", reference), TrialResult.failures("candidate", candidate));
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

  private static List<String> warnings(
      List<TrialResult> reference, List<TrialResult> candidate, Speed speed, Origin origin) {
    List<String> warnings = new ArrayList<>();
    if (reference.getFirst().key().equals(candidate.getFirst().key())) {
      warnings.add("both arms are the same configuration: each seed is compared with itself");
    }
    Origin before = reference.getFirst().origin();
    if (!before.commit().equals(origin.commit()) && before.code().equals(origin.code())) {
      warnings.add("both revisions are the same code: nothing that runs differs");
    }
    warnings.addAll(TrialDoubts.of(Stream.concat(reference.stream(), candidate.stream()).toList()));
    origin.doubt().filter(doubt -> !warnings.contains(doubt)).ifPresent(warnings::add);
    if (speed.pairs() < reference.size()) {
      warnings.add(
          ("the speed is of %d of %d pairs of seeds: of those trained in turn as asked for now,"
                  + " without a break or failure")
              .formatted(speed.pairs(), reference.size()));
    }
    return warnings;
  }

  // ---- text ----

  /**
   * The verdict in words.
   *
   * @return one sentence without a line break
   */
  public String sentence() {
    return failures.isEmpty()
        ? evaluation.sentence()
        : "%s; %d of %d trainings FAILED, and count with what they had reached"
            .formatted(evaluation.sentence(), failures.size(), 2 * seeds.size());
  }

  /**
   * For a terminal.
   *
   * @return tables and sentences, lines with a closing line break
   */
  public String text() {
    var text = new StringBuilder();
    text.append("%s, %d seeds of each%n".formatted(task, seeds.size()));
    differences.forEach(
        (option, its) ->
            text.append(
                "  %s: reference %s, candidate %s%n"
                    .formatted(option, its.reference(), its.candidate())));
    text.append('\n').append(table().toText()).append('\n');
    text.append(robustTable().toText()).append('\n');
    failures.forEach(failure -> text.append("failed: ").append(failure).append('\n'));
    if (aaComparison != null) {
      text.append(
          "%s; half the seeds show less, and one in ten differs by chance%n"
              .formatted(aaComparison.what()));
    }
    text.append(speedSentence()).append('\n').append(sentence()).append('\n');
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
    add(table, "evaluation", evaluation);
    if (training == null) {
      table.add("last 100 of training", "-", "-", "-", "-", "-", "-", "-");
    } else {
      add(table, "last 100 of training", training);
    }
    if (aaComparison != null) {
      add(table, "evaluation, A/A", aaComparison.judgement());
    }
    return table;
  }

  private static void add(Table table, String name, Judgement its) {
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
    addRobust(table, "evaluation", evaluation);
    if (training == null) {
      table.add("training", "-", "-", "-");
    } else {
      addRobust(table, "training", training);
    }
    return table;
  }

  private static void addRobust(Table table, String name, Judgement its) {
    table.add(
        name,
        "%.4g (%s)".formatted(its.reference().iqm(), text(its.reference().iqmCi95())),
        "%.4g (%s)".formatted(its.candidate().iqm(), text(its.candidate().iqmCi95())),
        "%.2f (%s)"
            .formatted(its.probabilityOfImprovement(), text(its.probabilityOfImprovementCi95())));
  }

  private static String withDeviation(Arm arm) {
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
    if (speedRatio == null) {
      return "speed: not known";
    }
    return "speed: the candidate trains %.3f times as fast%s"
        .formatted(
            speedRatio,
            speedRatioCi95 == null
                ? ""
                : ", 95 %% interval %.3f to %.3f over %d pairs of seeds"
                    .formatted(speedRatioCi95.low(), speedRatioCi95.high(), speedPairs));
  }
}
