package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stride.collect.RolloutConfig;
import stride.collect.Stepping;
import stride.cuda.AnyDevice;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Networks;
import stride.learn.UpdateMode;
import stride.memory.Slab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicySpec.Distribution;
import stride.parallel.Team;

/** The same seed gives the same bits, another one does not. */
@Tag("gpu")
final class CudaDeterminismTest {
  private static final int UPDATES = 3;

  @BeforeEach
  void needsADevice() {
    AnyDevice.require();
  }

  private static UpdateFixture updated(UpdateMode mode, long seed) {
    var sizes = new UpdateFixture.Sizes(32, 8, 11, 3, List.of(64, 64));
    var fixture =
        new UpdateFixture(
            Backend.CUDA,
            Distribution.GAUSSIAN,
            Activation.TANH,
            sizes,
            2,
            GaeConfig.DEFAULTS,
            UpdateConfig.DEFAULTS.withMinibatches(4, 3),
            mode);
    fixture.fill(seed);
    for (int update = 0; update < UPDATES; update++) {
      fixture.ppo.update(1e-3);
    }
    return fixture;
  }

  private static boolean sameBits(Map<String, Slab> one, Map<String, Slab> other) {
    return one.entrySet().stream()
        .allMatch(slab -> other.get(slab.getKey()).sameBits(slab.getValue()));
  }

  @ParameterizedTest
  @EnumSource(
      value = UpdateMode.class,
      names = {"LAUNCHES", "GRAPH", "PERSISTENT", "CLUSTER"})
  void updatesEndInTheSameBits(UpdateMode mode) {
    try (UpdateFixture first = updated(mode, 1);
        UpdateFixture second = updated(mode, 1);
        UpdateFixture other = updated(mode, 2)) {
      assertThat(sameBits(first.ppo.state(), second.ppo.state())).isTrue();
      assertThat(second.ppo.diagnostics()).isEqualTo(first.ppo.diagnostics());
      assertThat(sameBits(first.ppo.state(), other.ppo.state())).isFalse();
    }
  }

  private static PpoLearner trained(Team team) {
    Task task = Tasks.of("Hopper-v5");
    var config =
        new PpoConfig(
            RolloutConfig.of(8, 32, 1, Stepping.SHARDED),
            GaeConfig.DEFAULTS,
            UpdateConfig.DEFAULTS.withMinibatches(4, 3),
            false);
    var learner =
        new PpoLearner(task, Networks.of(task.spec()), Backend.CUDA, team, config, UpdateMode.AUTO);
    for (int update = 0; update < UPDATES; update++) {
      learner.iterate(0);
    }
    return learner;
  }

  /** Though the way of an update is chosen by the clock, and rollouts have other threads. */
  @Test
  @Tag("long") // half a minute on the emulation
  void trainingsEndInTheSameBits() {
    try (Team one = new Team(1);
        Team two = new Team(2);
        PpoLearner first = trained(one);
        PpoLearner second = trained(two)) {
      assertThat(first.parameters().sameBits(second.parameters())).isTrue();
    }
  }
}
