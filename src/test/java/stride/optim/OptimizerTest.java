package stride.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.nn.Kernels;

final class OptimizerTest {
  @ParameterizedTest
  @EnumSource(OptimizerKind.class)
  void everyKindHasAWordAndAnOptimizer(OptimizerKind kind) {
    assertThat(OptimizerKind.of(kind.toString())).isEqualTo(kind);
    assertThat(kind.optimizer(1e-5))
        .isInstanceOf(
            switch (kind) {
              case ADAM -> AdamOptimizer.class;
              case RMSPROP -> RmsPropOptimizer.class;
              case SGD -> SgdOptimizer.class;
            });
  }

  @Test
  void momentsHaveTheNamesOfCheckpoints() {
    assertThat(OptimizerKind.ADAM.optimizer(1e-5).moments())
        .containsExactly("adam_means", "adam_squares");
    assertThat(OptimizerKind.RMSPROP.optimizer(1e-5).moments()).containsExactly("rmsprop_squares");
    assertThat(OptimizerKind.SGD.optimizer(1e-5).moments()).isEmpty();
  }

  /** A unit that no row activates has no gradient: its moments only decay. */
  @Test
  void momentsNeverBecomeDenormal() {
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab parameters = FloatSlab.allocate(arena, 16);
      FloatSlab gradients = FloatSlab.allocate(arena, 16);
      FloatSlab[] moments = {FloatSlab.allocate(arena, 16), FloatSlab.allocate(arena, 16)};
      moments[0].fill(1e-3f);
      moments[1].fill(1e-20f);
      Optimizer adam = OptimizerKind.ADAM.optimizer(1e-8);
      Kernels kernels = Backends.kernels(Backend.REFERENCE);
      for (int number = 1; number <= 4096; number++) {
        adam.step(kernels, number, 1e-4, 1, parameters, gradients, moments);
        for (FloatSlab moment : moments) {
          float value = moment.get(3);
          assertThat(value == 0 || value >= Float.MIN_NORMAL).as("%d: %s", number, value).isTrue();
        }
      }
      assertThat(moments[0].get(3)).isZero();
    }
  }

  @Test
  void rejectsUnknownNames() {
    assertThatThrownBy(() -> OptimizerKind.of("lamb"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("optimizer=lamb, required: one of [adam, rmsprop, sgd]");
  }
}
