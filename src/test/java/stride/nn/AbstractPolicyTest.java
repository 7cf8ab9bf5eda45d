package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Purpose;

/**
 * Policies through {@link PolicyInference}: golden numbers, distributions, independence of rows.
 */
abstract class AbstractPolicyTest {
  private static final int ROWS = 40;

  private final Kernels kernels;
  private Arena arena;

  AbstractPolicyTest(Backend backend) {
    this.kernels = Backends.kernels(backend);
  }

  @BeforeEach
  void open() {
    arena = Arena.ofShared();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ppo_continuous", "ppo_discrete"})
  void agreesWithPyTorch(String name) {
    JsonNode golden = Golden.learning(name);
    JsonNode observations = golden.get("obs");
    boolean discrete = !golden.get("action").get(0).isArray();
    PolicyLayout layout = goldenLayout(golden, discrete);
    FloatSlab parameters = FloatSlab.allocate(arena, layout.size());
    Golden.putParameters(parameters, layout, golden.get("params"));
    int rows = observations.size();
    FloatSlab x = FloatSlab.allocate(arena, rows, layout.inputStride());
    Golden.putRows(x, layout.inputStride(), observations);
    FloatSlab values = FloatSlab.allocate(arena, rows);
    FloatSlab logProbs = FloatSlab.allocate(arena, rows);
    try (Workspace workspace = new Workspace(layout, rows);
        PolicyInference inference = new PolicyInference(layout, kernels, 1, 7)) {
      inference.values(parameters, x, 0, rows, values, 0);
      new Mlp(layout.actor(), kernels).forward(parameters, x, 0, rows, workspace.actor());
      logProbs(layout, parameters, workspace, golden.get("action"), logProbs, rows);
    }
    GoldenLosses.check(golden, logProbs.toArray(), values.toArray());
  }

  private static PolicyLayout goldenLayout(JsonNode golden, boolean discrete) {
    JsonNode tensors = golden.get("params");
    int hidden = tensors.get("actor.0.bias").size();
    return new PolicyLayout(
        PolicySpec.of(
            discrete ? PolicySpec.Distribution.CATEGORICAL : PolicySpec.Distribution.GAUSSIAN,
            golden.get("obs").get(0).size(),
            tensors.get("actor.4.bias").size(),
            List.of(hidden, hidden),
            Activation.TANH));
  }

  private void logProbs(
      PolicyLayout layout,
      FloatSlab parameters,
      Workspace workspace,
      JsonNode given,
      FloatSlab logProbs,
      int rows) {
    switch (layout.head()) {
      case ActionHead.Gaussian head -> {
        FloatSlab actions = FloatSlab.allocate(arena, rows, head.actions());
        Golden.putRows(actions, head.actions(), given);
        kernels.logProbGaussian(head, parameters, workspace, actions, 0, logProbs, 0, rows);
      }
      case ActionHead.Categorical head -> {
        IntSlab actions = IntSlab.allocate(arena, rows);
        for (int r = 0; r < rows; r++) {
          actions.set(r, given.get(r).asInt());
        }
        kernels.logProbCategorical(head, workspace, actions, 0, logProbs, 0, rows);
      }
    }
  }

  /** A policy with log-stds and biases that are not 0. */
  private FloatSlab parameters(PolicyLayout layout) {
    FloatSlab parameters = FloatSlab.allocate(arena, layout.size());
    int number = 0;
    for (ParameterTensor tensor : layout.tensors()) {
      int size = (int) tensor.shape().elements();
      tensor.put(parameters, TestData.normals(arena, 100 + number++, 0.3, size).toArray());
    }
    return parameters;
  }

  private static PolicyLayout layout(PolicySpec.Distribution distribution, int actions) {
    return new PolicyLayout(
        PolicySpec.of(distribution, 11, actions, List.of(64, 17), Activation.TANH));
  }

  @ParameterizedTest
  @CsvSource({
    "GAUSSIAN, 1",
    "GAUSSIAN, 3",
    "GAUSSIAN, 17",
    "STATE_GAUSSIAN, 1",
    "STATE_GAUSSIAN, 6",
    "STATE_GAUSSIAN, 17"
  })
  void gaussianSamplesFollowMeanAndStd(PolicySpec.Distribution distribution, int actions) {
    PolicyLayout layout = layout(distribution, actions);
    FloatSlab parameters = parameters(layout);
    FloatSlab x = TestData.normals(arena, 20, 1, ROWS, layout.inputStride());
    FloatSlab drawn = FloatSlab.allocate(arena, ROWS, actions);
    FloatSlab means = FloatSlab.allocate(arena, ROWS, actions);
    FloatSlab logProbs = FloatSlab.allocate(arena, ROWS);
    ActionHead.Gaussian head = (ActionHead.Gaussian) layout.head();
    int steps = 400;
    double sum = 0;
    double squares = 0;
    try (Workspace workspace = new Workspace(layout, ROWS);
        PolicyInference inference = new PolicyInference(layout, kernels, 5)) {
      FloatSlab outputs = workspace.actor().last();
      new Mlp(layout.actor(), kernels).forward(parameters, x, 0, ROWS, workspace.actor());
      inference.mode(parameters, x, 0, ROWS, means, 0);
      for (int step = 0; step < steps; step++) {
        inference.sample(parameters, x, 0, ROWS, Purpose.ACTION, 0, step, drawn, logProbs, 0);
        for (int r = 0; r < ROWS; r++) {
          double logProb = 0;
          for (int k = 0; k < actions; k++) {
            double mean = outputs.get((long) r * head.outputStride() + k);
            assertThat((double) means.get((long) r * actions + k)).isEqualTo(mean);
            double logStd =
                head.stateDependent()
                    ? outputs.get((long) r * head.outputStride() + actions + k)
                    : parameters.get(head.logStd() + k);
            double noise = (drawn.get((long) r * actions + k) - mean) / Math.exp(logStd);
            logProb += -noise * noise / 2 - logStd - Math.log(2 * Math.PI) / 2;
            sum += noise;
            squares += noise * noise;
          }
          // the noise is recovered from a float action: its error of 2^-24 of |mean| + |noise| is
          // multiplied by the noise, and up to 17 such terms are added
          assertThat((double) logProbs.get(r)).isCloseTo(logProb, offset(1e-5 + 1e-6 * actions));
        }
      }
    }
    // four standard deviations of each estimate; the seed is fixed
    double n = (double) steps * ROWS * actions;
    assertThat(Math.abs(sum / n)).isLessThan(4 / Math.sqrt(n));
    assertThat(Math.abs(squares / n - 1)).isLessThan(4 * Math.sqrt(2 / n));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 18})
  void categoricalSamplesFollowTheProbabilities(int actions) {
    PolicyLayout layout = layout(PolicySpec.Distribution.CATEGORICAL, actions);
    FloatSlab parameters = parameters(layout);
    FloatSlab row = TestData.normals(arena, 21, 1, layout.inputStride());
    FloatSlab x = FloatSlab.allocate(arena, ROWS, layout.inputStride());
    for (int r = 0; r < ROWS; r++) {
      x.set((long) r * layout.inputStride(), row.toArray());
    }
    double[] p = new double[actions];
    int[] counts = new int[actions];
    int steps = 500;
    IntSlab drawn = IntSlab.allocate(arena, ROWS);
    IntSlab best = IntSlab.allocate(arena, ROWS);
    FloatSlab logProbs = FloatSlab.allocate(arena, ROWS);
    try (Workspace workspace = new Workspace(layout, ROWS);
        PolicyInference inference = new PolicyInference(layout, kernels, 6)) {
      FloatSlab logits = workspace.actor().last();
      new Mlp(layout.actor(), kernels).forward(parameters, x, 0, ROWS, workspace.actor());
      double sum = 0;
      for (int k = 0; k < actions; k++) {
        p[k] = Math.exp(logits.get(k));
        sum += p[k];
      }
      for (int k = 0; k < actions; k++) {
        p[k] /= sum;
      }
      inference.mode(parameters, x, 0, ROWS, best, 0);
      for (int step = 0; step < steps; step++) {
        inference.sample(parameters, x, 0, ROWS, Purpose.ACTION, 0, step, drawn, logProbs, 0);
        for (int r = 0; r < ROWS; r++) {
          counts[drawn.get(r)]++;
          // some float roundings of numbers below 8
          assertThat((double) logProbs.get(r)).isCloseTo(Math.log(p[drawn.get(r)]), offset(2e-6));
          assertThat(p[best.get(r)]).isGreaterThanOrEqualTo(p[drawn.get(r)]);
        }
      }
    }
    double n = (double) steps * ROWS;
    for (int k = 0; k < actions; k++) {
      // four standard deviations of a frequency; the seed is fixed
      assertThat(counts[k] / n).isCloseTo(p[k], offset(4 * Math.sqrt(p[k] * (1 - p[k]) / n)));
    }
  }

  @Test
  void categoricalChoosesByInversion() {
    ActionHead.Categorical head = new ActionHead.Categorical(3);
    PolicyLayout layout = layout(PolicySpec.Distribution.CATEGORICAL, 3);
    try (Workspace workspace = new Workspace(layout, 5)) {
      FloatSlab logits = workspace.actor().last();
      float masked = Float.NEGATIVE_INFINITY;
      logits.set(0, new float[] {0, 0, 0}); // thirds
      logits.set(16, new float[] {0, 0, 0});
      logits.set(32, new float[] {masked, 300, masked}); // only one is possible
      logits.set(48, new float[] {-300, masked, -300}); // halves
      logits.set(64, new float[] {0, Float.NaN, 0});
      int[] words = {0, -1, -1, Integer.MIN_VALUE, 0};
      for (int r = 0; r < 5; r++) {
        workspace.radiusWords().set(2L * r, words[r]);
      }
      IntSlab actions = IntSlab.allocate(arena, 5);
      FloatSlab logProbs = FloatSlab.allocate(arena, 5);
      kernels.sampleCategorical(head, workspace, actions, 0, logProbs, 0, 5);
      assertThat(actions.toArray()).startsWith(0, 2, 1, 2);
      assertThat(logProbs.get(0)).isCloseTo((float) -Math.log(3), offset(1e-6f));
      assertThat(logProbs.get(2)).isZero();
      assertThat(logProbs.get(3)).isCloseTo((float) -Math.log(2), offset(1e-6f));
      assertThat(logProbs.get(4)).isNaN();
      assertThatThrownBy(() -> kernels.modeCategorical(head, workspace, actions, 0, 5))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("row=4");
      actions.set(1, 3);
      assertThatThrownBy(
              () -> kernels.logProbCategorical(head, workspace, actions, 0, logProbs, 0, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @ParameterizedTest
  @EnumSource(PolicySpec.Distribution.class)
  void rowsDoNotDependOnChunksOrShards(PolicySpec.Distribution distribution) {
    PolicyLayout layout = layout(distribution, 5);
    FloatSlab parameters = parameters(layout);
    FloatSlab x = TestData.normals(arena, 22, 1, ROWS, layout.inputStride());
    Samples whole = new Samples(arena, layout);
    Samples parts = new Samples(arena, layout);
    whole.draw(kernels, 64, parameters, x, 0, ROWS);
    // rows 0 to 25 in chunks of 7, the rest one by one: another thread's share
    parts.draw(kernels, 7, parameters, x, 0, 25);
    parts.draw(kernels, 1, parameters, x, 25, ROWS - 25);
    assertThat(parts.floats.sameBits(whole.floats)).isTrue();
    assertThat(parts.ints.sameBits(whole.ints)).isTrue();
    assertThat(parts.logProbs.sameBits(whole.logProbs)).isTrue();
    assertThat(parts.values.sameBits(whole.values)).isTrue();
  }

  private record Samples(
      PolicyLayout layout, FloatSlab floats, IntSlab ints, FloatSlab logProbs, FloatSlab values) {
    Samples(Arena arena, PolicyLayout layout) {
      this(
          layout,
          FloatSlab.allocate(arena, ROWS, 5),
          IntSlab.allocate(arena, ROWS),
          FloatSlab.allocate(arena, ROWS),
          FloatSlab.allocate(arena, ROWS));
    }

    void draw(Kernels kernels, int chunk, FloatSlab p, FloatSlab x, int row, int rows) {
      Purpose purpose = Purpose.ACTION;
      try (PolicyInference inference = new PolicyInference(layout, kernels, 8, chunk)) {
        if (layout.head() instanceof ActionHead.Categorical) {
          inference.sample(p, x, row, rows, purpose, 1000 + row, 77, ints, logProbs, row);
        } else {
          inference.sample(p, x, row, rows, purpose, 1000 + row, 77, floats, logProbs, row);
        }
        inference.values(p, x, row, rows, values, row);
      }
    }
  }

  @Test
  void rejectsSlabsThatAreTooSmallBeforeWriting() {
    PolicyLayout layout = layout(PolicySpec.Distribution.GAUSSIAN, 3);
    FloatSlab p = FloatSlab.allocate(arena, layout.size());
    FloatSlab x = FloatSlab.allocate(arena, 10, layout.inputStride());
    FloatSlab few = FloatSlab.allocate(arena, 9, 3);
    FloatSlab actions = FloatSlab.allocate(arena, 10, 3);
    FloatSlab logProbs = FloatSlab.allocate(arena, 10);
    FloatSlab fewLogProbs = FloatSlab.allocate(arena, 9);
    few.fill(1);
    actions.fill(1);
    try (PolicyInference inference = new PolicyInference(layout, kernels, 1, 4)) {
      assertThatThrownBy(
              () -> inference.sample(p, x, 0, 10, Purpose.ACTION, 0, 0, actions, fewLogProbs, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(
              () -> inference.sample(p, x, 0, 10, Purpose.ACTION, 0, 0, few, logProbs, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(
              () -> inference.sample(p, x, 1, 10, Purpose.ACTION, 0, 0, actions, logProbs, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> inference.values(p, x, 0, 10, fewLogProbs, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> inference.values(logProbs, x, 0, 10, logProbs, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("required=" + layout.size());
      IntSlab ints = IntSlab.allocate(arena, 10);
      assertThatThrownBy(() -> inference.mode(p, x, 0, 10, ints, 0))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(few.toArray()).containsOnly(1);
    assertThat(actions.toArray()).containsOnly(1);
    assertThat(logProbs.toArray()).containsOnly(0);
  }
}
