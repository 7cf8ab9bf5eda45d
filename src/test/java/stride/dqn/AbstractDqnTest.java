package stride.dqn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.FloatSlab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.Golden;
import stride.nn.ParameterTensor;
import stride.nn.QLayout;

/** Targets, losses, gradients and steps against PyTorch's numbers, for both backends. */
abstract class AbstractDqnTest {
  // float32 against float64: values are sums of some 120 products of a few tenths
  private static final double TOLERANCE = 5e-6;

  // gradients add up 32 rows on top
  private static final double GRADIENT_TOLERANCE = 5e-6;

  // a relu's input near 0 may have either sign; Adam's first steps are as long whatever the
  // gradient
  private static final double STEP_TOLERANCE = 2e-5;

  // large enough that rounding of the loss, 1e-7 of some units, is small beside its change
  private static final float DIFFERENCE = 4e-3f;

  private static final List<Integer> CLEANRL = List.of(120, 84);

  private final Backend backend;

  AbstractDqnTest(Backend backend) {
    this.backend = backend;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void targetsErrorsAndGradientsAreThoseOfPytorch(boolean doubleQ) {
    final JsonNode golden = Golden.learning("dqn");
    final JsonNode want = golden.get(doubleQ ? "double" : "plain");
    final QLayout layout = QFixture.layout(4, CLEANRL, 2, false);
    try (var fixture = new QFixture(backend, layout, TdLoss.HUBER, doubleQ, 32)) {
      fixture.putParameters(fixture.copy.parameters(), golden.get("params"));
      fixture.putParameters(fixture.target.parameters(), golden.get("target_params"));
      fixture.putRows(golden, golden.get("gamma").asDouble());
      assertThat(fixture.differentiate()).isCloseTo(want.get("loss").asDouble(), within(TOLERANCE));
      assertClose("targets", fixture.loss.targets(), want.get("targets"));
      assertClose("errors", fixture.errors, want.get("td_errors"));
      assertGradients(fixture, want.get("grads"));
    }
  }

  @Test
  void duelingNetworksAreThoseOfPytorch() {
    final JsonNode golden = Golden.values("dueling");
    final QLayout layout = QFixture.layout(4, List.of(64, 64), 3, true);
    try (var fixture = new QFixture(backend, layout, TdLoss.MSE, false, 16)) {
      fixture.putParameters(fixture.copy.parameters(), golden.get("params"));
      fixture.putParameters(fixture.target.parameters(), golden.get("target_params"));
      fixture.putRows(golden, golden.get("gamma").asDouble());
      assertThat(fixture.differentiate())
          .isCloseTo(golden.get("loss").asDouble(), within(TOLERANCE));
      assertClose("targets", fixture.loss.targets(), golden.get("targets"));
      final FloatSlab values = fixture.loss.values();
      final double[] want = Golden.doubles(golden.get("q"));
      for (int r = 0; r < 16; r++) {
        for (int k = 0; k < 3; k++) {
          assertThat((double) values.get(r * values.shape().dim(1) + k))
              .isCloseTo(want[3 * r + k], within(TOLERANCE));
        }
      }
      assertGradients(fixture, golden.get("grads"));
    }
  }

  @ParameterizedTest
  @CsvSource({"plain_hard, false", "double_hard, true", "double_soft_weighted, true"})
  void fiveStepsAreThoseOfPytorch(String name, boolean doubleQ) {
    final JsonNode golden = Golden.values("dqn_steps").get(name);
    final QLayout layout = QFixture.layout(4, CLEANRL, 2, false);
    final TdLoss kind = name.contains("weighted") ? TdLoss.HUBER : TdLoss.MSE;
    final int hardEvery = golden.get("hard_every").asInt();
    try (var fixture = new QFixture(backend, layout, kind, doubleQ, 24)) {
      fixture.putParameters(fixture.copy.parameters(), golden.get("params"));
      fixture.putParameters(fixture.target.parameters(), golden.get("target_params"));
      int number = 0;
      for (JsonNode step : golden.get("steps")) {
        number++;
        fixture.putRows(step, golden.get("gamma").asDouble());
        assertThat(fixture.differentiate())
            .as("loss of step %d", number)
            .isCloseTo(step.get("loss").asDouble(), within(STEP_TOLERANCE));
        assertThat(fixture.step(number, golden.get("lr").asDouble()))
            .isCloseTo(step.get("grad_norm").asDouble(), within(10 * STEP_TOLERANCE));
        if (hardEvery == 0) {
          fixture.target.follow(fixture.copy.parameters(), golden.get("tau").asDouble());
        } else if (number % hardEvery == 0) {
          fixture.target.follow(fixture.copy.parameters(), 1);
        }
      }
      assertParameters(fixture, fixture.copy.parameters(), golden.get("params_after_5"));
      assertParameters(fixture, fixture.target.parameters(), golden.get("target_params_after_5"));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "MSE, false, false",
    "MSE, true, true",
    "HUBER, false, true",
    "HUBER, true, false",
  })
  void gradientsAreThoseOfTheLoss(TdLoss kind, boolean doubleQ, boolean dueling) {
    // tanh has no kinks, which a difference could straddle
    final var layout = new QLayout(5, List.of(9, 18), 3, dueling, Activation.TANH);
    try (var fixture = new QFixture(backend, layout, kind, doubleQ, 50).fill(8)) {
      fixture.differentiate(); // the targets stay as they are from here on
      final float[] gradients = fixture.gradients().toArray();
      for (ParameterTensor tensor : layout.tensors()) {
        long end = tensor.offset() + Math.min(3, tensor.shape().dim(0));
        for (long i = tensor.offset(); i < end; i++) {
          double difference = difference(fixture, i);
          // third derivatives are of the order of the gradient, and Huber's second one jumps
          double tolerance = 4e-4 + 2e-3 * Math.abs(difference);
          assertThat((double) gradients[(int) i])
              .as("%s at %d", tensor.name(), i)
              .isCloseTo(difference, within(tolerance));
        }
      }
    }
  }

  private static double difference(QFixture fixture, long at) {
    final FloatSlab parameters = fixture.copy.parameters();
    final float value = parameters.get(at);
    parameters.set(at, value + DIFFERENCE);
    final double above = fixture.again();
    parameters.set(at, value - DIFFERENCE);
    final double below = fixture.again();
    parameters.set(at, value);
    return (above - below) / (2.0 * DIFFERENCE);
  }

  private static void assertGradients(QFixture fixture, JsonNode tensors) {
    for (ParameterTensor tensor : fixture.network.layout().tensors()) {
      assertThat(tensor.get(fixture.gradients()))
          .as(tensor.name())
          .containsExactly(
              Golden.floats(tensors.get(QFixture.name(tensor))),
              within((float) GRADIENT_TOLERANCE));
    }
  }

  private static void assertParameters(QFixture fixture, FloatSlab parameters, JsonNode tensors) {
    for (ParameterTensor tensor : fixture.network.layout().tensors()) {
      assertThat(tensor.get(parameters))
          .as(tensor.name())
          .containsExactly(
              Golden.floats(tensors.get(QFixture.name(tensor))), within((float) STEP_TOLERANCE));
    }
  }

  private static void assertClose(String what, FloatSlab got, JsonNode want) {
    assertThat(got.toArray())
        .as(what)
        .containsExactly(Golden.floats(want), within((float) TOLERANCE));
  }
}
