package stride.lab.trials;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** What tells trials apart, and what does not. */
class TrialTest {
  private static final Origin ORIGIN = new Origin("0123456789", false, "abc", "some-machine-2c");

  private static String key(String... changes) {
    return TinyTrials.trial(1, changes).key(ORIGIN);
  }

  @Test
  void theKeyIsOfEveryOption() {
    assertThat(key()).matches("[0-9a-f]{12}").isEqualTo(key());
    assertThat(key("gamma=0.98")).isNotEqualTo(key());
    assertThat(key("total_timesteps=6400")).isNotEqualTo(key());
    assertThat(key("hidden=[8,8]")).isNotEqualTo(key());
    assertThat(key("task=\"Hopper-v5\"")).isNotEqualTo(key());
  }

  @Test
  void theKeyIsNotOfSeedPresetOrTheOrderOfOptions() {
    assertThat(TinyTrials.trial(2).key(ORIGIN)).isEqualTo(key());
    assertThat(key("seed=7", "preset=\"cleanrl\"", "schema_version=1")).isEqualTo(key());
    var config = TinyTrials.config();
    config.set("gamma", config.remove("gamma"));
    assertThat(new Trial("reference", config, 1).key(ORIGIN)).isEqualTo(key());
  }

  @Test
  void theKeyIsOfTheCodeButNotOfTheMachine() {
    Trial trial = TinyTrials.trial(1);
    assertThat(trial.key(new Origin("9876543210", false, "abc", "some-machine-2c")))
        .isNotEqualTo(key());
    assertThat(trial.key(new Origin("0123456789", true, "abd", "some-machine-2c")))
        .isNotEqualTo(key());
    assertThat(trial.key(new Origin("0123456789", false, "abc", "other-8c"))).isEqualTo(key());
  }

  @Test
  void seedsLieBesideEachOther() {
    Path root = Path.of("runs", "trials");
    assertThat(TinyTrials.trial(3).folder(root, ORIGIN))
        .isEqualTo(root.resolve("CartPole-v1").resolve(key()).resolve("seed-3"));
  }
}
