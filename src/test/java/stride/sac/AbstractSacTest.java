package stride.sac;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.env.ActionSpace;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Backend;
import stride.nn.Golden;
import stride.nn.ParameterTensor;
import stride.nn.SquashedHead;

/** Actions, targets, losses, gradients and steps against PyTorch's numbers, for both backends. */
abstract class AbstractSacTest {
  // float32 against float64: values and log-probabilities of some units, sums of some 30 products
  private static final double TOLERANCE = 5e-6;

  // Adam's first steps are as long whatever the gradient, and a relu's input near 0 may have either
  // sign
  private static final double STEP_TOLERANCE = 2e-5;

  private static final float CANARY = 12345;

  private final Backend backend;
  private final SacKernels kernels;

  AbstractSacTest(Backend backend) {
    this.backend = backend;
    this.kernels = SacBackends.kernels(backend);
  }

  @Test
  void targetsLossesAndGradientsAreThoseOfPytorch() {
    final JsonNode golden = Golden.learning("sac");
    final float alpha = (float) golden.get("alpha").asDouble();
    try (var fixture = new SacFixture(backend, ActionSpace.Box.symmetric(3, 1))) {
      fixture.putParameters(golden.get("params"));
      for (int c = 0; c < 2; c++) {
        String name = "target_" + SacFixture.CRITICS.get(c);
        fixture.putCritic(fixture.targetParameters, c, golden.get("params").get(name));
      }
      fixture.aim(golden, golden.get("gamma").asDouble(), alpha);
      final JsonNode critic = golden.get("critic");
      assertClose("targets", fixture.targets, critic.get("targets"));
      assertThat(fixture.differentiateCritics(golden))
          .isCloseTo(critic.get("loss").asDouble(), within(TOLERANCE));
      assertCritics(fixture, fixture.gradients, critic, TOLERANCE);

      fixture.draw(golden.get("obs"), golden.get("noise_obs"));
      final JsonNode actor = golden.get("actor");
      assertClose("log-probs", fixture.drawn.logProbs(), actor.get("logp"));
      assertActions(fixture, actor.get("actions"));
      assertThat(fixture.differentiateActor(alpha))
          .isCloseTo(actor.get("loss").asDouble(), within(TOLERANCE));
      assertActor(fixture, fixture.gradients, actor, TOLERANCE);

      final JsonNode temperature = golden.get("temperature");
      final double excess = fixture.excess(golden.get("target_entropy").asDouble());
      assertThat(-alpha * excess)
          .isCloseTo(temperature.get("loss").asDouble(), within(TOLERANCE))
          .isCloseTo(temperature.get("grad_log_alpha").asDouble(), within(TOLERANCE));
    }
  }

  private static void assertActions(SacFixture fixture, JsonNode actions) {
    for (int r = 0; r < SacFixture.ROWS; r++) {
      for (int k = 0; k < 3; k++) {
        assertThat((double) fixture.action(r, k))
            .as("element %d of row %d", k, r)
            .isCloseTo(actions.get(r).get(k).asDouble(), within(TOLERANCE));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"sac_steps", "sac_steps_fresh"})
  void fiveStepsAreThoseOfPytorch(String name) {
    final JsonNode golden = Golden.values(name);
    final var temperature = new Temperature(golden);
    final var bounds = SacFixture.bounds(golden.get("low"), golden.get("high"));
    try (var fixture = new SacFixture(backend, bounds)) {
      fixture.putParameters(golden.get("params"));
      fixture.follow(1);
      int number = 0;
      for (JsonNode step : golden.get("steps")) {
        number++;
        final float alpha = (float) Math.exp(temperature.logAlpha);
        fixture.aim(step, golden.get("gamma").asDouble(), alpha);
        assertThat(fixture.targets.toArray())
            .containsExactly(Golden.floats(step.get("targets")), within((float) STEP_TOLERANCE));
        assertThat(fixture.differentiateCritics(step))
            .isCloseTo(step.get("critic_loss").asDouble(), relative(step.get("critic_loss")));
        fixture.stepCritics(number, golden.get("lr_q").asDouble());
        fixture.draw(step.get("obs"), step.get("noise_obs"));
        assertThat(fixture.drawn.logProbs().toArray())
            .containsExactly(Golden.floats(step.get("log_prob")), within((float) STEP_TOLERANCE));
        assertThat(fixture.differentiateActor(alpha))
            .isCloseTo(step.get("actor_loss").asDouble(), relative(step.get("actor_loss")));
        fixture.stepActor(number, golden.get("lr_actor").asDouble());
        if (name.endsWith("fresh")) {
          fixture.draw(step.get("obs"), step.get("noise_alpha"));
        }
        final double excess = fixture.excess(golden.get("target_entropy").asDouble());
        assertThat(temperature.step(number, excess))
            .isCloseTo(step.get("alpha_loss").asDouble(), relative(step.get("alpha_loss")));
        assertThat(temperature.logAlpha)
            .isCloseTo(step.get("log_alpha_after").asDouble(), within(STEP_TOLERANCE));
        fixture.follow(golden.get("tau").asDouble());
      }
      final JsonNode after = golden.get("params_after_5");
      assertActor(fixture, fixture.parameters, after, STEP_TOLERANCE);
      assertCritics(fixture, fixture.parameters, after, STEP_TOLERANCE);
      for (int c = 0; c < 2; c++) {
        final JsonNode target = after.get("target_" + SacFixture.CRITICS.get(c));
        for (ParameterTensor tensor : fixture.critics.get(c).tensors()) {
          assertTensor(
              tensor,
              fixture.targetParameters,
              SacFixture.ofCritic(target, tensor),
              STEP_TOLERANCE);
        }
      }
    }
  }

  /** Of a loss, which may be as large as 50. */
  private static Offset<Double> relative(JsonNode loss) {
    return within(STEP_TOLERANCE * (1 + Math.abs(loss.asDouble())));
  }

  /** Log alpha, and Adam on this one number. */
  private static final class Temperature {
    private final double learningRate;
    private final double eps;
    private double mean;
    private double square;
    private double logAlpha;

    Temperature(JsonNode golden) {
      this.learningRate = golden.get("lr_alpha").asDouble();
      this.eps = golden.get("adam_eps").asDouble();
      this.logAlpha = golden.get("log_alpha").asDouble();
    }

    /** Returns the loss, which is its own gradient. */
    double step(int number, double excess) {
      final double loss = -Math.exp(logAlpha) * excess;
      mean = 0.9 * mean + 0.1 * loss;
      square = 0.999 * square + 0.001 * loss * loss;
      final double root = Math.sqrt(square / (1 - Math.pow(0.999, number)));
      logAlpha -= learningRate * mean / (1 - Math.pow(0.9, number)) / (root + eps);
      return loss;
    }
  }

  private static void assertActor(
      SacFixture fixture, FloatSlab slab, JsonNode params, double tolerance) {
    for (ParameterTensor tensor : fixture.actor.tensors()) {
      assertTensor(tensor, slab, SacFixture.ofActor(params, tensor), tolerance);
    }
  }

  private static void assertCritics(
      SacFixture fixture, FloatSlab slab, JsonNode params, double tolerance) {
    for (int c = 0; c < 2; c++) {
      final JsonNode tensors = params.get(SacFixture.CRITICS.get(c));
      for (ParameterTensor tensor : fixture.critics.get(c).tensors()) {
        assertTensor(tensor, slab, SacFixture.ofCritic(tensors, tensor), tolerance);
      }
    }
  }

  private static void assertTensor(
      ParameterTensor tensor, FloatSlab slab, float[] want, double tolerance) {
    assertThat(tensor.get(slab)).as(tensor.name()).containsExactly(want, within((float) tolerance));
  }

  private static void assertClose(String what, FloatSlab got, JsonNode want) {
    assertThat(got.toArray())
        .as(what)
        .containsExactly(Golden.floats(want), within((float) TOLERANCE));
  }

  /** One element of an action, in double precision. */
  private record Element(double mean, double raw, double noise, double scale, double bias) {
    Element {
      assertThat(scale).isPositive();
    }

    double logStd() {
      return -5 + 3.5 * (Math.tanh(raw) + 1);
    }

    double u() {
      return mean + Math.exp(logStd()) * noise;
    }

    double action() {
      return scale * Math.tanh(u()) + bias;
    }

    /** 1 - tanh^2 as 1 / cosh^2, which loses no digits. */
    double logProb() {
      final double density = scale / Math.pow(Math.cosh(u()), 2);
      return -noise * noise / 2 - logStd() - Math.log(2 * Math.PI) / 2 - Math.log(density + 1e-6);
    }

    Element withMean(double other) {
      return new Element(other, raw, noise, scale, bias);
    }

    Element withRaw(double other) {
      return new Element(mean, other, noise, scale, bias);
    }
  }

  private static final float[] LOW = {-1, -2, -0.5f};
  private static final float[] HIGH = {1, 3, 0.25f};
  private static final float[] MEANS = {0, 0.3f, -1.2f, 4, -7, 12, -30};
  private static final float[] RAWS = {0, -0.7f, 0.2f, -3, 2.5f, -9, 40};
  private static final float[] NOISES = {0, 0.5f, -1.3f, 2.1f, -0.1f, 0.9f, -2.5f};

  /** Rows with all means, raw log-stds and noises beside one another; three elements in each. */
  private static final class Rows implements AutoCloseable {
    final int count = MEANS.length * RAWS.length;
    final SquashedHead head =
        new SquashedHead(List.of(LOW[0], LOW[1], LOW[2]), List.of(HIGH[0], HIGH[1], HIGH[2]));
    final Arena arena = Arena.ofConfined();
    final FloatSlab outputs = FloatSlab.allocate(arena, count, head.outputStride());
    final FloatSlab actions = FloatSlab.allocate(arena, count, 5);
    final SlabBlock block;
    final DrawnActions drawn;

    Rows() {
      SlabPlan plan = new SlabPlan();
      DrawnActions.plan(plan, "drawn", head, count);
      block = plan.allocate(SlabAllocator.PAGES);
      drawn = DrawnActions.of(block, "drawn");
      for (int r = 0; r < count; r++) {
        for (int k = 0; k < 3; k++) {
          Element element = element(r, k);
          outputs.set((long) r * head.outputStride() + k, (float) element.mean);
          outputs.set((long) r * head.outputStride() + 3 + k, (float) element.raw);
          drawn.noise().set((long) k * drawn.columnLength() + r, (float) element.noise);
        }
      }
      actions.fill(CANARY);
    }

    Element element(int r, int k) {
      return new Element(
          MEANS[(r / RAWS.length + k) % MEANS.length],
          RAWS[(r + 2 * k) % RAWS.length],
          NOISES[(r + r / RAWS.length + k) % NOISES.length],
          ((double) HIGH[k] - LOW[k]) / 2,
          ((double) HIGH[k] + LOW[k]) / 2);
    }

    @Override
    public void close() {
      block.close();
      arena.close();
    }
  }

  @Test
  void actionsAndLogProbabilitiesAreExactAtTheBoundsAsWell() {
    try (Rows rows = new Rows()) {
      kernels.sample(rows.head, rows.outputs, rows.drawn, rows.actions, 1, 5, rows.count);
      for (int r = 0; r < rows.count; r++) {
        double logProb = 0;
        for (int k = 0; k < 3; k++) {
          final Element element = rows.element(r, k);
          // u is rounded to 24 bits, and so is exp(-2 u): of a std of 7 or a u of 30 that is 4e-6
          assertThat((double) rows.actions.get(5L * r + 1 + k))
              .as("action of %s", element)
              .isCloseTo(element.action(), within(4e-6))
              .isBetween((double) LOW[k], (double) HIGH[k]);
          logProb += element.logProb();
        }
        assertThat((double) rows.drawn.logProbs().get(r))
            .as("log-prob of row %d", r)
            .isCloseTo(logProb, within(2e-5));
        assertThat(rows.actions.get(5L * r)).isEqualTo(CANARY);
        assertThat(rows.actions.get(5L * r + 4)).isEqualTo(CANARY);
      }
    }
  }

  @Test
  void theModeHasNoNoise() {
    try (Rows rows = new Rows()) {
      kernels.mode(rows.head, rows.outputs, rows.drawn, rows.actions, 2, 5, rows.count);
      for (int r = 0; r < rows.count; r++) {
        for (int k = 0; k < 3; k++) {
          final Element element = rows.element(r, k);
          assertThat((double) rows.actions.get(5L * r + 2 + k))
              .isCloseTo(element.scale * Math.tanh(element.mean) + element.bias, within(5e-7));
        }
      }
    }
  }

  @Test
  void gradientsAreThoseOfDifferences() {
    final float alpha = 0.3f;
    final float weight = 0.125f;
    final double[] ofActions = {-0.4, 0.7, 2};
    try (Rows rows = new Rows()) {
      FloatSlab through = FloatSlab.allocate(rows.arena, rows.count, 16);
      FloatSlab gradients = FloatSlab.allocate(rows.arena, rows.count, rows.head.outputStride());
      for (int r = 0; r < rows.count; r++) {
        for (int k = 0; k < 3; k++) {
          through.set(16L * r + 11 + k, (float) ofActions[k]);
        }
      }
      kernels.sample(rows.head, rows.outputs, rows.drawn, rows.actions, 0, 5, rows.count);
      kernels.actorGradient(
          rows.head, rows.outputs, rows.drawn, alpha, weight, through, 11, gradients, rows.count);
      for (int r = 0; r < rows.count; r++) {
        for (int k = 0; k < 3; k++) {
          final int element = k;
          final ToDoubleFunction<Element> loss =
              each ->
                  (double) weight * alpha * each.logProb()
                      + (float) ofActions[element] * each.action();
          final Element here = rows.element(r, k);
          final double mean = difference(here.mean, x -> loss.applyAsDouble(here.withMean(x)));
          final double raw = difference(here.raw, x -> loss.applyAsDouble(here.withRaw(x)));
          final long row = (long) r * rows.head.outputStride();
          // relative to the log-std's, which a spread of up to 18 multiplies; differences: 1e-7
          assertThat((double) gradients.get(row + k))
              .as("d mean of %s", here)
              .isCloseTo(mean, within(2e-6 * (1 + Math.abs(mean))));
          assertThat((double) gradients.get(row + 3 + k))
              .as("d raw of %s", here)
              .isCloseTo(raw, within(1e-5 * (1 + Math.abs(raw))));
        }
        for (int k = 6; k < 16; k++) {
          assertThat(gradients.get(16L * r + k)).isZero(); // padding stays
        }
      }
    }
  }

  private static double difference(double at, DoubleUnaryOperator f) {
    final double h = 1e-5;
    return (f.applyAsDouble(at + h) - f.applyAsDouble(at - h)) / (2 * h);
  }
}
