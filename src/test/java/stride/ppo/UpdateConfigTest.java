package stride.ppo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.nn.Precision;

/** Require out of range are refused by name. */
final class UpdateConfigTest {
  @ParameterizedTest
  @CsvSource({
    "learning_rate, -1",
    "learning_rate, NaN",
    "adam_eps, 0",
    "num_minibatches, 0",
    "update_epochs, 0",
    "clip_coef, 0",
    "ent_coef, Infinity",
    "vf_coef, -1",
    "max_grad_norm, 0",
    "target_kl, 0"
  })
  void refusesWhatIsOutOfRange(String option, double value) {
    assertThatThrownBy(() -> with(option, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(option + "=")
        .hasMessageContaining("required: ");
  }

  private static UpdateConfig with(String option, double value) {
    return new UpdateConfig(
        option.equals("learning_rate") ? value : 3e-4,
        option.equals("adam_eps") ? value : 1e-5,
        option.equals("num_minibatches") ? (int) value : 4,
        option.equals("update_epochs") ? (int) value : 4,
        AdvantageNormalization.MINIBATCH,
        option.equals("clip_coef") ? value : 0.2,
        true,
        option.equals("ent_coef") ? value : 0,
        option.equals("vf_coef") ? value : 0.5,
        option.equals("max_grad_norm") ? value : 0.5,
        option.equals("target_kl") ? value : null,
        Precision.FP32);
  }

  @Test
  void refusesMinibatchesThatDoNotDivideTheRows() {
    assertThatThrownBy(() -> UpdateConfig.DEFAULTS.withMinibatches(32, 1).checkRows(100))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("num_minibatches=32, required: a divisor of num_envs * num_steps=100");
  }

  @Test
  void refusesMinibatchesThatAreTooSmallToNormalise() {
    assertThatThrownBy(() -> UpdateConfig.DEFAULTS.withMinibatches(8, 1).checkRows(8))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("norm_adv=minibatch");
  }

  @Test
  void refusesDiscountsOutOfRange() {
    assertThatThrownBy(() -> new GaeConfig(1.1, 0.95, true)).hasMessageContaining("gamma=1.1");
    assertThatThrownBy(() -> new GaeConfig(0.9, -1, true)).hasMessageContaining("gae_lambda=-1");
  }

  @Test
  void refusesUnknownNormalisation() {
    assertThatThrownBy(() -> AdvantageNormalization.of("both"))
        .hasMessage("norm_adv=both, required: one of [none, minibatch, batch]");
  }
}
