package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.learn.Backends;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.ParameterTensor;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;
import stride.nn.PolicySpec.Distribution;

/**
 * Where every row is as probable as when it was drawn, gradients are those of {@code - advantage
 * log p}, the entropy bonus and the error of the values: by finite differences.
 */
@Tag("vector")
class UnitRatioGradientTest {
  private static final int ROWS = 23;
  private static final int ACTIONS = 3;
  // large enough that rounding of the loss, 1e-7 of some units, is small beside its change
  private static final float STEP = 4e-3f;

  @ParameterizedTest
  @CsvSource({
    "REFERENCE, GAUSSIAN, 0, false",
    "REFERENCE, STATE_GAUSSIAN, 0.1, false",
    "REFERENCE, CATEGORICAL, 0.1, false",
    "CPU, GAUSSIAN, 0.1, false",
    "CPU, STATE_GAUSSIAN, 0, false",
    "CPU, CATEGORICAL, 0.1, false",
    "REFERENCE, GAUSSIAN, 0.1, true",
    "REFERENCE, CATEGORICAL, 0, true",
    "CPU, GAUSSIAN, 0, true",
    "CPU, STATE_GAUSSIAN, 0.1, true",
    "CPU, CATEGORICAL, 0.1, true"
  })
  void gradientsAreThoseOfThePlainLoss(
      Backend backend, Distribution distribution, double entCoef, boolean shared) {
    var apart = PolicySpec.of(distribution, 5, ACTIONS, List.of(9, 18), Activation.TANH);
    var policy = new PolicyLayout(shared ? apart.withSharedBackbone() : apart);
    var config = UpdateConfig.oneStep(1e-3, 1e-5, AdvantageNormalization.NONE, entCoef, 0.7, null);
    try (Arena arena = Arena.ofConfined();
        var loss =
            new ChunkLoss(
                policy, config, Backends.kernels(backend), PpoBackends.kernels(backend), ROWS)) {
      var gradients = FloatSlab.allocate(arena, policy.size());
      var scratch = FloatSlab.allocate(arena, policy.size());
      var sums = DoubleSlab.allocate(arena, LossSums.LENGTH);
      FloatSlab parameters = random(arena, policy);
      fill(policy, loss.chunk());
      differentiate(loss, shared, parameters, gradients);
      for (ParameterTensor tensor : policy.tensors()) {
        for (long i = tensor.offset(); i < tensor.offset() + 3; i++) {
          float value = parameters.get(i);
          parameters.set(i, value + STEP);
          double above = loss(loss, shared, config, parameters, scratch, sums);
          parameters.set(i, value - STEP);
          double below = loss(loss, shared, config, parameters, scratch, sums);
          parameters.set(i, value);
          double difference = (above - below) / (2.0 * STEP);
          // third derivatives are of the order of the gradient: STEP^2 = 2e-5 of some units, and
          // rounding 2e-7 / STEP
          assertThat(Math.abs(gradients.get(i) - difference))
              .as(
                  "%s + %d: %s, %s",
                  tensor.name(), i - tensor.offset(), gradients.get(i), difference)
              .isLessThan(4e-4 + 2e-3 * Math.abs(difference));
        }
      }
    }
  }

  private static FloatSlab random(Arena arena, PolicyLayout policy) {
    var parameters = FloatSlab.allocate(arena, policy.size());
    var random = new Random(7);
    for (ParameterTensor tensor : policy.tensors()) {
      float[] values = new float[(int) tensor.shape().elements()];
      for (int i = 0; i < values.length; i++) {
        values[i] = 0.4f * (float) random.nextGaussian();
      }
      tensor.put(parameters, values);
    }
    return parameters;
  }

  private static void fill(PolicyLayout policy, ChunkSlabs chunk) {
    var random = new Random(8);
    for (int r = 0; r < ROWS; r++) {
      for (int d = 0; d < 5; d++) {
        chunk
            .observations()
            .set((long) r * policy.inputStride() + d, (float) random.nextGaussian());
      }
      if (policy.spec().distribution() == Distribution.CATEGORICAL) {
        chunk.choices().set(r, random.nextInt(ACTIONS));
      } else {
        for (int k = 0; k < ACTIONS; k++) {
          chunk.actions().set((long) k * chunk.columnLength() + r, (float) random.nextGaussian());
        }
      }
      chunk.advantages().set(r, (float) random.nextGaussian());
      chunk.returns().set(r, (float) random.nextGaussian());
    }
  }

  private static void differentiate(
      ChunkLoss loss, boolean shared, FloatSlab parameters, FloatSlab gradients) {
    loss.transpose(parameters);
    if (shared) {
      ChunkSlabs chunk = loss.chunk();
      chunk.oldLogProbs().clear();
      loss.differentiate(parameters, ROWS, 1f / ROWS, gradients);
      chunk.oldLogProbs().copyFrom(chunk.logRatios());
      loss.differentiate(parameters, ROWS, 1f / ROWS, gradients);
    } else {
      loss.differentiateAfresh(parameters, ROWS, 1f / ROWS, gradients);
      loss.differentiateValues(parameters, ROWS, 1f / ROWS, gradients);
    }
  }

  private static double loss(
      ChunkLoss loss,
      boolean shared,
      UpdateConfig config,
      FloatSlab parameters,
      FloatSlab scratch,
      DoubleSlab into) {
    differentiate(loss, shared, parameters, scratch);
    loss.writeSumsAfresh(ROWS, into, 0);
    LossSums sums = new LossSums();
    sums.read(into, 0, 1, ROWS);
    return sums.policyLoss()
        - config.entCoef() * sums.entropy()
        + config.vfCoef() * sums.valueLoss();
  }

  /** Hidden layers in common cannot learn from one loss after the other. */
  @Test
  void whatLearnsApartRefusesASharedBackbone() {
    var shared =
        new PolicyLayout(
            PolicySpec.of(Distribution.CATEGORICAL, 5, ACTIONS, List.of(9), Activation.TANH)
                .withSharedBackbone());
    var config = UpdateConfig.oneStep(1e-3, 1e-5, AdvantageNormalization.NONE, 0, 0.7, null);
    try (Arena arena = Arena.ofConfined();
        var loss =
            new ChunkLoss(
                shared,
                config,
                Backends.kernels(Backend.REFERENCE),
                PpoBackends.kernels(Backend.REFERENCE),
                ROWS)) {
      var parameters = FloatSlab.allocate(arena, shared.size());
      var gradients = FloatSlab.allocate(arena, shared.size());
      refuses(() -> loss.differentiateAfresh(parameters, ROWS, 1, gradients));
      refuses(() -> loss.differentiateValues(parameters, ROWS, 1, gradients));
      refuses(() -> loss.values(parameters, ROWS));
    }
  }

  private static void refuses(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("actor and critic share their hidden layers");
  }
}
