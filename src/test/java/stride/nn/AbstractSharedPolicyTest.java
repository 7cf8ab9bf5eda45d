package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.nn.PolicySpec.Distribution;
import stride.random.Purpose;

/** Policies whose actor and critic read one trunk, through {@link PolicyInference}. */
abstract class AbstractSharedPolicyTest {
  private static final int ROWS = 40;
  private static final int ACTIONS = 5;

  private final Kernels kernels;
  private Arena arena;

  AbstractSharedPolicyTest(Backend backend) {
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

  private static PolicyLayout layout(Distribution distribution) {
    PolicySpec apart = PolicySpec.of(distribution, 11, ACTIONS, List.of(64, 17), Activation.TANH);
    return new PolicyLayout(apart.withSharedBackbone());
  }

  private FloatSlab parameters(PolicyLayout layout) {
    FloatSlab parameters = FloatSlab.allocate(arena, layout.size());
    int number = 0;
    for (ParameterTensor tensor : layout.tensors()) {
      int size = (int) tensor.shape().elements();
      tensor.put(parameters, TestData.normals(arena, 100 + number++, 0.3, size).toArray());
    }
    return parameters;
  }

  /** What a policy says of rows. */
  private final class Answers {
    final FloatSlab actions = FloatSlab.allocate(arena, ROWS, ACTIONS);
    final IntSlab choices = IntSlab.allocate(arena, ROWS);
    final FloatSlab logProbs = FloatSlab.allocate(arena, ROWS);
    final FloatSlab values = FloatSlab.allocate(arena, ROWS);
    final FloatSlab means = FloatSlab.allocate(arena, ROWS, ACTIONS);
    final IntSlab best = IntSlab.allocate(arena, ROWS);

    /** Values with the actions if {@code together}, else afterwards. */
    Answers(PolicyLayout layout, FloatSlab p, FloatSlab x, int chunk, boolean together) {
      FloatSlab with = together ? values : null;
      try (var inference = new PolicyInference(layout, kernels, 8, chunk)) {
        if (layout.head() instanceof ActionHead.Categorical) {
          inference.mode(p, x, 0, ROWS, best, 0);
          inference.sample(p, x, 0, ROWS, Purpose.ACTION, 1000, 77, choices, logProbs, with, 0);
        } else {
          inference.mode(p, x, 0, ROWS, means, 0);
          inference.sample(p, x, 0, ROWS, Purpose.ACTION, 1000, 77, actions, logProbs, with, 0);
        }
        if (!together) {
          inference.values(p, x, 0, ROWS, values, 0);
        }
      }
    }

    void assertSame(Answers other) {
      assertThat(actions.sameBits(other.actions)).isTrue();
      assertThat(choices.sameBits(other.choices)).isTrue();
      assertThat(logProbs.sameBits(other.logProbs)).isTrue();
      assertThat(values.sameBits(other.values)).isTrue();
      assertThat(means.sameBits(other.means)).isTrue();
      assertThat(best.sameBits(other.best)).isTrue();
      assertThat(values.get(0)).isNotZero();
      assertThat(logProbs.get(0)).isNotZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Distribution.class)
  void answersAreThoseOfTwoNetworksWithTheSameLayers(Distribution distribution) {
    PolicyLayout shared = layout(distribution);
    FloatSlab parameters = parameters(shared);
    PolicyLayout unshared = Unshared.layout(shared);
    FloatSlab copies = FloatSlab.allocate(arena, unshared.size());
    Unshared.copy(shared, parameters, unshared, copies);
    FloatSlab x = TestData.normals(arena, 20, 1, ROWS, shared.inputStride());
    new Answers(shared, parameters, x, 64, false)
        .assertSame(new Answers(unshared, copies, x, 64, false));
  }

  @Test
  void rejectsTooFewValuesBeforeWriting() {
    PolicyLayout layout = layout(Distribution.GAUSSIAN);
    FloatSlab p = FloatSlab.allocate(arena, layout.size());
    FloatSlab x = FloatSlab.allocate(arena, ROWS, layout.inputStride());
    FloatSlab actions = FloatSlab.allocate(arena, ROWS, ACTIONS);
    FloatSlab logProbs = FloatSlab.allocate(arena, ROWS);
    FloatSlab few = FloatSlab.allocate(arena, ROWS - 1);
    try (var inference = new PolicyInference(layout, kernels, 8, 7)) {
      assertThatThrownBy(
              () ->
                  inference.sample(p, x, 0, ROWS, Purpose.ACTION, 0, 0, actions, logProbs, few, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThat(actions.toArray()).containsOnly(0);
    assertThat(logProbs.toArray()).containsOnly(0);
  }

  @ParameterizedTest
  @EnumSource(Distribution.class)
  void valuesCanComeWithTheActions(Distribution distribution) {
    PolicyLayout shared = layout(distribution);
    for (PolicyLayout layout : List.of(shared, Unshared.layout(shared))) {
      FloatSlab parameters = parameters(layout);
      FloatSlab x = TestData.normals(arena, 21, 1, ROWS, layout.inputStride());
      Answers apart = new Answers(layout, parameters, x, 64, false);
      new Answers(layout, parameters, x, 64, true).assertSame(apart);
      new Answers(layout, parameters, x, 7, true).assertSame(apart); // in six chunks
    }
  }
}
