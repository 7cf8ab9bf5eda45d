package stride.algo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class OptionTypesTest {
  private static final Algorithm<?> FAKE = new FakeAlgorithm();
  private static final Algorithm<?> PPO = Algorithms.of("ppo");

  @Test
  void anOptionOfAnotherAlgorithmIsRefusedWithThatOnesName() {
    List<Algorithm<?>> all = List.of(PPO, FAKE);
    assertThatThrownBy(() -> OptionTypes.of(PPO, all).option("buffer_size"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("ppo has no option buffer_size, only fake");
    assertThatThrownBy(() -> OptionTypes.of(FAKE, all).option("clip_coef"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("fake has no option clip_coef, only ppo");
    assertThat(OptionTypes.of(FAKE, all).option("gamma").component()).isEqualTo("gamma");
  }

  @Test
  void anOptionOfNoneIsRefusedWithTheNearest() {
    assertThatThrownBy(() -> OptionTypes.of(FAKE, List.of(FAKE)).option("buffer_sise"))
        .hasMessage("unknown option buffer_sise, did you mean buffer_size?");
    assertThatThrownBy(() -> OptionTypes.of(FAKE, List.of(FAKE)).option("entropy"))
        .hasMessage("unknown option entropy, there are buffer_size, gamma");
  }

  @Test
  void anAlgorithmThatDoesNotExistIsRefused() {
    assertThatThrownBy(() -> Algorithms.of("fake"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("algo=fake, required: one of " + Algorithms.names());
  }
}
