package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.nn.PolicySpec.Distribution;

/** So many parameters that a team shares them. */
@Tag("vector")
final class SharedUpdateTest {
  private static UpdateFixture fixture(int threads) {
    var config = AbstractUpdateTest.config(2, 2, AdvantageNormalization.MINIBATCH, null);
    var sizes = new UpdateFixture.Sizes(12, 5, 11, 3, List.of(136, 120));
    return new UpdateFixture(
            Backend.CPU, Distribution.GAUSSIAN, sizes, threads, GaeConfig.DEFAULTS, config)
        .fill(1);
  }

  @Test
  void bitsDoNotDependOnThreads() {
    try (var alone = fixture(1);
        var two = fixture(2);
        var three = fixture(3)) {
      assertThat(alone.policy.size()).isGreaterThan(32_768);
      for (int k = 0; k < 2; k++) {
        alone.ppo.update(1e-3);
        two.ppo.update(1e-3);
        three.ppo.update(1e-3);
        assertSameState(two, alone);
        assertSameState(three, alone);
        assertThat(three.ppo.diagnostics()).isEqualTo(alone.ppo.diagnostics());
      }
    }
  }

  @Test
  void continuesFromASavedStateWithOtherThreads() {
    try (var first = fixture(1);
        var second = fixture(2)) {
      first.ppo.update(1e-3);
      second.ppo.restore(first.ppo.state());
      first.ppo.update(1e-3);
      second.ppo.update(1e-3);
      assertSameState(second, first);
    }
  }

  private static void assertSameState(UpdateFixture got, UpdateFixture want) {
    Map<String, Slab> state = got.ppo.state();
    want.ppo
        .state()
        .forEach((name, slab) -> assertThat(state.get(name).sameBits(slab)).as(name).isTrue());
  }
}
