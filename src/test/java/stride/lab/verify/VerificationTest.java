package stride.lab.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.lab.process.Origin;
import stride.lab.trials.TrialResult;
import stride.results.MachineKind;

/** What is made of the results of trials, here of trials that nobody ran. */
class VerificationTest {
  private static final Origin HERE =
      new Origin("0123456789", false, "abcdef0", null, MachineKind.of("some-chip-2c"));

  private static TrialResult seed(
      int seed, String key, Double rate, Double evaluated, String failed, int turns) {
    return seed(seed, key, rate, evaluated, failed, turns, HERE);
  }

  private static TrialResult seed(
      int seed,
      String key,
      Double rate,
      Double evaluated,
      String failed,
      int turns,
      Origin origin) {
    return new TrialResult(
        TrialResult.SCHEMA_VERSION,
        key,
        origin,
        "CartPole-v1",
        seed,
        2,
        1,
        0,
        failed,
        1000,
        "2026-01-31T00:0%d:00Z".formatted(turns),
        rate,
        evaluated,
        20.0,
        failed != null ? null : new TrialResult.Played(100, false, 1_000_000, evaluated, 10.0),
        key + seed,
        2,
        3);
  }

  private static List<TrialResult> arm(String key, double rate, double... returns) {
    return IntStream.range(0, returns.length)
        .mapToObj(k -> seed(k + 1, key, rate * (1 + k), returns[k], null, 1))
        .toList();
  }

  private static Verification verify(List<TrialResult> reference, List<TrialResult> candidate) {
    ObjectNode old = JsonNodeFactory.instance.objectNode().put("gamma", 0.9).put("backend", "cpu");
    return Verification.of(old, old.deepCopy().put("gamma", 0.8), reference, candidate, 0.1, HERE);
  }

  @Test
  void speedIsTheGeometricMeanOverPairs() {
    // twice and eight times as fast: 4 on the geometric mean, and t of 1 degree is 12.706
    List<TrialResult> reference =
        List.of(seed(1, "a", 10.0, 5.0, null, 1), seed(2, "a", 10.0, 5.0, null, 1));
    List<TrialResult> candidate =
        List.of(seed(1, "b", 20.0, 5.0, null, 1), seed(2, "b", 80.0, 5.0, null, 1));
    Verification verification = verify(reference, candidate);
    assertThat(verification.speedRatio()).isCloseTo(4, within(1e-12));
    double half = 12.7062 * Math.log(4) / 2;
    assertThat(verification.speedRatioCi95().high() / (4 * Math.exp(half)))
        .isCloseTo(1, within(1e-3));
    assertThat(verification.speedPairs()).isEqualTo(2);
    assertThat(new VerificationPage(verification).text())
        .contains("trains 4.000 times as fast, 95 % interval ");
  }

  @Test
  void onlySpeedsOfTrainingsInTurnAreCompared() {
    List<TrialResult> reference =
        List.of(
            seed(1, "a", 10.0, 5.0, null, 1),
            seed(2, "a", 10.0, 5.0, null, 2),
            seed(3, "a", null, 5.0, null, 2));
    List<TrialResult> candidate =
        List.of(
            seed(1, "b", 20.0, 5.0, null, 2),
            seed(2, "b", 30.0, 5.0, null, 2),
            seed(3, "b", 40.0, 5.0, null, 2));
    Verification verification = verify(reference, candidate);
    assertThat(verification.speedRatio()).isCloseTo(3, within(1e-12));
    assertThat(verification.warnings())
        .containsExactly(
            "the speed is of 1 of 3 pairs of seeds: of those trained in turn as asked for now,"
                + " without a break or failure");
    assertThat(
            new VerificationPage(verify(reference.subList(0, 1), candidate.subList(0, 1))).text())
        .contains("speed: not known");
  }

  @Test
  void theReferencesHalvesAreJudgedToo() {
    Verification verification =
        verify(arm("a", 10, 480, 300, 500, 310, 490), arm("b", 10, 400, 410, 420, 400, 410));
    ReturnsComparison half = verification.aaComparison().comparison();
    assertThat(half.reference().mean()).isCloseTo(490, within(1e-9));
    assertThat(half.candidate().mean()).isCloseTo(305, within(1e-9));
    assertThat(verify(arm("a", 10, 1, 2, 3), arm("b", 10, 1, 2, 3)).aaComparison()).isNull();
    assertThat(new VerificationPage(verification).text())
        .contains("A/A: the reference's 1st, 3rd, 5th");
  }

  @Test
  void aSeedWithoutAReturnCountsAsAPolicyThatHasLearntNothing() {
    List<TrialResult> candidate =
        List.of(
            seed(1, "b", null, null, "stopped", 1),
            seed(2, "b", null, null, "stopped", 1),
            seed(3, "b", null, null, "stopped", 1));
    Verification verification = verify(arm("a", 10, 500, 500, 500), candidate);
    assertThat(verification.verdict()).isEqualTo(Verdict.WORSE);
    assertThat(verification.evaluation().candidate().mean()).isEqualTo(20);
    assertThat(verification.evaluation().candidate().failed()).isEqualTo(3);
    assertThat(verification.failures()).contains("candidate, seed 2: stopped");
    assertThat(new VerificationPage(verification).text())
        .contains("failed: candidate, seed 2: stopped");
    assertThat(verification.sentence())
        .startsWith("worse: ")
        .endsWith("; 3 of 6 trainings FAILED, and count with what they had reached");
  }

  /** A training too short for an episode to end, whose final policy was played all the same. */
  private static TrialResult withoutTrainingReturn(int seed, String key, double evaluated) {
    return new TrialResult(
        TrialResult.SCHEMA_VERSION,
        key,
        HERE,
        "HalfCheetah-v5",
        seed,
        2,
        1,
        0,
        null,
        640,
        "2026-01-31T00:01:00Z",
        10.0,
        null,
        null,
        new TrialResult.Played(100, false, 1_000_000, evaluated, 10.0),
        key + seed,
        2,
        3);
  }

  private static List<TrialResult> armWithoutTrainingReturns(String key, double... returns) {
    return IntStream.range(0, returns.length)
        .mapToObj(k -> withoutTrainingReturn(k + 1, key, returns[k]))
        .toList();
  }

  @Test
  void trainingsInWhichNoEpisodeEndedAreJudgedByTheirEvaluation() {
    Verification verification =
        verify(
            armWithoutTrainingReturns("a", 500, 510, 520, 530),
            armWithoutTrainingReturns("b", 501, 509, 521, 529));
    assertThat(verification.verdict()).isEqualTo(Verdict.KEPT);
    assertThat(verification.evaluation().reference().mean()).isCloseTo(515, within(1e-9));
    assertThat(verification.aaComparison()).isNotNull();
    assertThat(verification.training()).isNull();
    assertThat(JsonText.tree(verification).get("training").isNull()).isTrue();
    assertThat(new VerificationPage(verification).text().lines())
        .anySatisfy(line -> assertThat(line).matches("last 100 of training( +-){7} *"))
        .anySatisfy(line -> assertThat(line).matches("training( +-){3} *"));
  }

  /** The worst return known would be made up for a seed that has not failed. */
  @Test
  void oneSeedWithoutATrainingReturnLeavesNoJudgementByTraining() {
    List<TrialResult> candidate =
        List.of(seed(1, "b", 10.0, 500.0, null, 1), withoutTrainingReturn(2, "b", 500));
    Verification verification = verify(arm("a", 10, 500, 500), candidate);
    assertThat(verification.training()).isNull();
    assertThat(verification.evaluation().candidate().mean()).isEqualTo(500);
  }

  @Test
  void aReferenceOfNoReturnIsNotHeldToItself() {
    List<TrialResult> reference =
        IntStream.rangeClosed(1, 4)
            .mapToObj(k -> withoutReturn(seed(k, "a", null, null, "stopped", 1)))
            .toList();
    Verification verification =
        verify(reference, armWithoutTrainingReturns("b", 500, 510, 520, 530));
    assertThat(verification.evaluation().reference().mean()).isEqualTo(500);
    assertThat(verification.evaluation().reference().failed()).isEqualTo(4);
    assertThat(verification.aaComparison()).isNull();
  }

  /** Stopped before an episode had ended. */
  private static TrialResult withoutReturn(TrialResult its) {
    return new TrialResult(
        its.schemaVersion(),
        its.key(),
        its.origin(),
        its.task(),
        its.seed(),
        its.jobs(),
        its.threads(),
        its.warmUpSeconds(),
        its.failed(),
        its.envSteps(),
        its.turns(),
        null,
        null,
        null,
        null,
        its.parametersSha256(),
        its.seconds(),
        its.wallSeconds());
  }

  /** One that learns as well and diverges at the end is kept, and says so. */
  @Test
  void failuresStandBesideTheVerdict() {
    List<TrialResult> candidate =
        List.of(
            seed(1, "b", null, 500.0, "stopped", 1),
            seed(2, "b", null, 500.0, "stopped", 1),
            seed(3, "b", 10.0, 500.0, null, 1));
    Verification verification = verify(arm("a", 10, 500, 500, 500), candidate);
    assertThat(verification.verdict()).isEqualTo(Verdict.KEPT);
    assertThat(verification.sentence()).contains("kept: ").contains("2 of 6 trainings FAILED");
    assertThat(verification.speedPairs()).isOne();
  }

  @Test
  void resultsOfSeveralMachinesAndOfNoCommitAreDoubtful() {
    var elsewhere = new Origin("0123456789", true, "abcdef0", null, MachineKind.of("other-8c"));
    List<TrialResult> candidate = List.of(seed(1, "b", 10.0, 5.0, null, 1, elsewhere));
    assertThat(verify(List.of(seed(1, "a", 10.0, 5.0, null, 1)), candidate).warnings())
        .containsExactly(
            "of no commit: tracked files differ from it",
            "of several machines: do not compare their speeds");
  }

  @Test
  void codeThatDiffersIsNamed() {
    var before = new Origin("abcdef0123", false, "abdef00", null, MachineKind.of("some-chip-2c"));
    Verification verification =
        verify(List.of(seed(1, "a", 10.0, 5.0, null, 1, before)), arm("b", 10, 5));
    assertThat(verification.differences()).containsOnlyKeys("gamma", "revision");
    assertThat(new VerificationPage(verification).text())
        .contains("  revision: reference \"abcdef0\", candidate \"0123456\"\n");
    assertThat(LedgerRow.name(verification, List.of("gamma")))
        .isEqualTo("revision abcdef0 -> 0123456, gamma 0.9 -> 0.8");
    assertThat(verification.referenceCommit()).isEqualTo("abcdef0123");
    var same = new Origin("abcdef0123", false, "abcdef0", null, MachineKind.of("some-chip-2c"));
    assertThat(verify(List.of(seed(1, "a", 10.0, 5.0, null, 1, same)), arm("b", 10, 5)).warnings())
        .containsExactly("both revisions are the same code: nothing that runs differs");
    assertThat(verification.date()).isEqualTo("2026-01-31");
    assertThat(verification.evaluation().reference().iqmCi95()).as("of one seed").isNull();
    assertThat(verification.evaluation().probabilityOfImprovementCi95()).isNull();
  }

  @Test
  void identicalIsOfEverySeed() {
    List<TrialResult> reference = arm("a", 10, 400, 500);
    assertThat(verify(reference, reference).verdict()).isEqualTo(Verdict.IDENTICAL);
    List<TrialResult> oneOther = List.of(reference.get(0), seed(2, "b", 20.0, 500.0, null, 1));
    assertThat(verify(reference, oneOther).verdict()).isNotEqualTo(Verdict.IDENTICAL);
  }

  @Test
  void namesTheOptionsThatDiffer() {
    Verification verification = verify(arm("a", 10, 1, 2), arm("b", 10, 1, 2));
    assertThat(verification.differences()).containsOnlyKeys("gamma");
    assertThat(new VerificationPage(verification).text())
        .contains("  gamma: reference 0.9, candidate 0.8\n");
  }

  @Test
  void nothingToJudgeIsAFailureThatSaysWhy() {
    var broken =
        new TrialResult(
            1,
            "a",
            HERE,
            "CartPole-v1",
            1,
            2,
            1,
            0,
            "no device",
            0,
            "2026-01-31T12:00:00Z",
            null,
            null,
            null,
            null,
            "a1",
            0,
            0);
    assertThatExceptionOfType(LabException.class)
        .isThrownBy(() -> verify(List.of(broken), List.of(broken)))
        .withMessage("no seed of either arm has a return: reference, seed 1: no device");
  }
}
