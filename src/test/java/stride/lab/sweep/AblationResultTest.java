package stride.lab.sweep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.inference.TTest;
import org.junit.jupiter.api.Test;
import stride.lab.trials.TrialResult;
import stride.lab.verify.Verdict;
import stride.ppo.Ppo;

/** What is made of the results of trainings, here of some that nobody did. */
class AblationResultTest {
  private static final double[] BASE = {400, 420, 410, 430, 440};

  private static AblationResult ablate(double[]... arms) {
    List<List<TrialResult>> results = new ArrayList<>();
    for (double[] arm : arms) {
      results.add(Fakes.results(arm));
    }
    return AblationResult.of(Fakes.pool(arms.length), results);
  }

  @Test
  void differencesAreWelchs() {
    double[] worse = {300, 320, 250, 330, 310};
    AblationRow row = ablate(BASE, worse).rows().getFirst();
    assertThat(row.difference()).isCloseTo(302 - 420, within(1e-9));
    assertThat(row.p()).isCloseTo(new TTest().tTest(BASE, worse), within(1e-9));
    assertThat(row.pHolm()).isEqualTo(row.p());
    assertThat(row.differenceCi95().low()).isLessThan(-118);
    assertThat(row.differenceCi95().high()).isBetween(-118.0, 0.0);
    assertThat(row.probabilityOfImprovement()).isZero();
    assertThat(row.verdict()).isEqualTo(Verdict.WORSE);
  }

  @Test
  void verdictsAreHolms() {
    double[] slightlyBetter = {425, 445, 435, 455, 465}; // p = 0.037 alone
    assertThat(ablate(BASE, slightlyBetter).rows().getFirst().verdict()).isEqualTo(Verdict.BETTER);
    AblationResult both = ablate(BASE, slightlyBetter, new double[] {401, 421, 411, 431, 441});
    assertThat(both.rows().getFirst().pHolm())
        .isCloseTo(2 * both.rows().getFirst().p(), within(1e-12));
    assertThat(both.rows())
        .extracting(AblationRow::verdict)
        .containsExactly(Verdict.NOT_SHOWN, Verdict.NOT_SHOWN);
  }

  @Test
  void whatChangesNoBitIsToldSo() {
    AblationRow row = ablate(BASE, BASE.clone()).rows().getFirst();
    assertThat(row.verdict()).isEqualTo(Verdict.IDENTICAL);
    assertThat(row.difference()).isZero();
  }

  @Test
  void seedsThatFailedCountAsTheWorstAndAreNamed() {
    AblationResult result = ablate(BASE, new double[] {400, Double.NaN, 410, 430, 440});
    AblationRow row = result.rows().getFirst();
    assertThat(row.failed()).isOne();
    assertThat(row.returns()).containsExactly(400.0, 20.0, 410.0, 430.0, 440.0);
    assertThat(result.failures()).hasSize(1).first().asString().endsWith(", seed 2: it diverged");
    assertThat(result.base().failed()).isZero();
    assertThat(result.table().toText()).contains(" (1 failed)").contains("\nbase ");
  }

  @Test
  void whereNothingVariesThereIsStillAnInterval() {
    AblationRow row = ablate(new double[] {500, 500}, new double[] {500, 500}).rows().getFirst();
    assertThat(row.differenceCi95().low()).isZero();
    assertThat(row.p()).isOne();
  }

  @Test
  void theUsualChangesUndoWhatTheBaseDoes() {
    List<Map<String, JsonNode>> usual = new Ppo().usualChanges(Fakes.RULES.resolve(Map.of()));
    AblationPlan plan = AblationPlan.of("CartPole-v1", usual, List.of(1L, 2L), Fakes.RULES);
    assertThat(plan.configurations(Fakes.RULES))
        .extracting(Configuration::name)
        .containsExactly(
            "base",
            "clip_vloss=false",
            "anneal_lr=false",
            "orthogonal_init=false",
            "bootstrap_truncation=false",
            "norm_obs=true",
            "norm_reward=true",
            "norm_adv=minibatch",
            "gamma=0.999",
            "max_grad_norm=1.0E9");
  }

  @Test
  void refusesAChangeThatChangesNothing() {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(
            () ->
                AblationPlan.of(
                    "CartPole-v1",
                    List.of(Map.of("gamma", Fakes.json("0.99"))),
                    List.of(1L, 2L),
                    Fakes.RULES))
        .withMessage("gamma=0.99 is the base, or a change that was given before");
  }
}
