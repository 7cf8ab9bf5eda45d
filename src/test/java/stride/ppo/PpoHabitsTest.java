package stride.ppo;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.algo.OptionValues;
import stride.algo.Sitting;
import stride.env.Task;
import stride.env.Tasks;
import stride.parallel.Team;

/**
 * What other libraries' PPO has and CleanRL's has not: each alters what is learnt, and keeps bits.
 */
@Tag("vector")
class PpoHabitsTest {
  private static final Task HOPPER = Tasks.of("Hopper-v5");
  private static final int ITERATIONS = 3;
  private static final int SAVED = 2;

  private static final Map<String, String> SMALL =
      Map.of(
          "num_envs", "5",
          "num_steps", "64",
          "num_minibatches", "5",
          "update_epochs", "3",
          "hidden", "17,33",
          "learning_rate", "2e-3");

  /** A learner, and the team that it works with. */
  private static final class Tiny implements AutoCloseable {
    final Team team;
    final PpoLearner learner;

    Tiny(int threads, String changes) {
      OptionValues<PpoOptions> values = OptionValues.preset(new Ppo(), Ppo.TUNED, HOPPER);
      SMALL.forEach(values::set);
      for (String change : changes.isEmpty() ? new String[0] : changes.split(" ")) {
        String[] parts = change.split("=", 2);
        values.set(parts[0], parts[1]);
      }
      new Ppo().check(values.options(), HOPPER, 1);
      this.team = new Team(threads);
      this.learner = new Ppo().learner(values.options(), HOPPER, 1, Sitting.on(team));
    }

    Tiny iterate(int from, int to) {
      for (int k = from; k < to; k++) {
        learner.iterate((double) k / ITERATIONS);
      }
      return this;
    }

    /** A checksum of every slab of the state. */
    Map<String, Integer> bits() {
      Map<String, Integer> bits = new LinkedHashMap<>();
      learner
          .state()
          .forEach(
              (name, slab) -> bits.put(name, Arrays.hashCode(slab.segment().toArray(JAVA_BYTE))));
      return bits;
    }

    @Override
    public void close() {
      learner.close();
      team.close();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          | log_std_init=-1
          | recompute_advantages=true
          | norm_value=true
          | norm_value=true recompute_advantages=true norm_adv=batch
          target_kl=5e-4 | target_kl=5e-4 kl_stop=minibatch
          | critic_hidden=9
          | learning_rate_floor=1.5e-3
          """)
  void eachAltersWhatIsLearntAndKeepsItsBits(String base, String changes) {
    try (var usual = new Tiny(1, base == null ? "" : base).iterate(0, ITERATIONS);
        var one = new Tiny(1, changes).iterate(0, ITERATIONS);
        var two = new Tiny(2, changes).iterate(0, ITERATIONS);
        var three = new Tiny(3, changes).iterate(0, ITERATIONS);
        var begun = new Tiny(2, changes).iterate(0, SAVED);
        var resumed = new Tiny(1, changes)) {
      assertThat(one.bits().get("parameters")).isNotEqualTo(usual.bits().get("parameters"));
      assertThat(two.bits()).isEqualTo(one.bits());
      assertThat(three.bits()).isEqualTo(one.bits());
      resumed.learner.restore(begun.learner.state());
      assertThat(resumed.iterate(SAVED, ITERATIONS).bits()).isEqualTo(one.bits());
    }
  }
}
