package stride.lab.trials;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import stride.env.Task;
import stride.env.Tasks;
import stride.files.JsonText;
import stride.lab.process.Build;
import stride.lab.process.Origin;
import stride.ppo.Ppo;
import stride.results.MachineKind;

/** What tells trials apart, and what does not. */
class TrialTest {
  private static final String HERE = "some-chip-2c";

  private static String key(String... changes) {
    return TinyTrials.trial(1, changes).key();
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
    assertThat(TinyTrials.trial(2).key()).isEqualTo(key());
    assertThat(key("seed=7", "preset=\"cleanrl\"", "schema_version=1")).isEqualTo(key());
    var config = TinyTrials.config();
    config.set("gamma", config.remove("gamma"));
    assertThat(new Trial("reference", config, 1, TinyTrials.BUILD, TinyTrials.BUILD).key())
        .isEqualTo(key());
  }

  @Test
  void theKeyIsOfTheCodeButNotOfTheMachine() {
    Origin origin = TinyTrials.BUILD.origin();
    String code = origin.code();
    assertThat(keyAt(origin)).isEqualTo(key());
    assertThat(keyAt(origin("9876543210", code, HERE))).isNotEqualTo(key());
    assertThat(keyAt(origin("01234567", "fedcba9", HERE))).isNotEqualTo(key());
    assertThat(keyAt(origin("01234567", code, "other-8c"))).isEqualTo(key());
  }

  @Test
  void theKeyIsOfTheJudgesCodeToo() {
    Build build = TinyTrials.BUILD;
    var judge = at(origin("01234567", "fedcba9", HERE));
    assertThat(new Trial("reference", TinyTrials.config(), 1, build, judge).key())
        .isNotEqualTo(key());
  }

  private static Origin origin(String commit, String code, String machine) {
    return new Origin(commit, true, code, null, MachineKind.of(machine));
  }

  private static String keyAt(Origin origin) {
    return new Trial("candidate", TinyTrials.config(), 1, at(origin), at(origin)).key();
  }

  private static Build at(Origin origin) {
    Build build = TinyTrials.BUILD;
    return new Build(build.installation(), build.task(), build.stride(), build.more(), origin);
  }

  private static final Path ROOT = Path.of("runs", "trials");

  @Test
  void aFolderSaysWhatItIsOf() {
    String tiny =
        "tuned,backend=reference,hidden=8,num_envs=2,num_minibatches=1,num_steps=16,"
            + "total_timesteps=3200,update_epochs=1";
    assertThat(TinyTrials.trial(3).folder(ROOT))
        .isEqualTo(
            ROOT.resolve("CartPole-v1")
                .resolve(tiny + "__0123456-dirty__" + key())
                .resolve("seed-3"));
  }

  @Test
  void aFolderIsNamedAfterTheNearestPreset() {
    Task task = Tasks.of("CartPole-v1");
    ObjectNode config = (ObjectNode) JsonText.tree(new Ppo().preset("cleanrl", task));
    config.put("algo", "ppo").put("task", "CartPole-v1").put("preset", "tuned").put("gamma", 0.5);
    assertThat(TrialLabel.of(config, Set.of("algo", "task", "preset")))
        .isEqualTo("cleanrl,gamma=0.5");
    config.put("gamma", 0.98).putArray("hidden").add(8).add(8);
    config.put("activation", "a/../b").put("backend", "x".repeat(200));
    assertThat(TrialLabel.of(config, Set.of("algo", "task", "preset")))
        .startsWith("cleanrl,")
        .endsWith(",...")
        .hasSizeLessThan(130)
        .matches("[A-Za-z0-9.+_,=-]*");
  }
}
