package stride.lab.trials;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import stride.cli.StrideProcess;
import stride.env.Tasks;
import stride.files.JsonText;
import stride.lab.process.Build;
import stride.ppo.Ppo;
import stride.results.Machine;
import stride.train.Code;
import stride.train.Installation;

/** Trials that take a second or two, most of it the start of their processes. */
public final class TinyTrials {
  static final Path HOME = Path.of(System.getProperty("stride.home", "")).toAbsolutePath();
  public static final Machine MACHINE = machine("01234567", true);
  public static final List<String> COMMAND =
      StrideProcess.command(StrideProcess.quickFlags(), List.of());

  private static final String TASK = "CartPole-v1";

  public static final Build BUILD =
      Build.of(Installation.here(), Tasks.of(TASK), COMMAND, Code.NONE, MACHINE);

  private TinyTrials() {}

  /** A hundred iterations of 32 env steps on the backend that is plain Java. */
  static ObjectNode config(String... changes) {
    try {
      var json = new ObjectMapper();
      ObjectNode config =
          (ObjectNode) json.readTree(JsonText.line(new Ppo().preset("tuned", Tasks.of(TASK))));
      config
          .put("algo", "ppo")
          .put("task", TASK)
          .put("preset", "tuned")
          .put("backend", "reference");
      config.put("num_envs", 2).put("num_steps", 16).put("total_timesteps", 3200);
      config.put("num_minibatches", 1).put("update_epochs", 1);
      config.set("hidden", json.createArrayNode().add(8));
      for (String change : changes) {
        int equals = change.indexOf('=');
        config.set(change.substring(0, equals), json.readTree(change.substring(equals + 1)));
      }
      return config;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Machine machine(String commit, boolean dirty) {
    return new Machine(
        1,
        "Some Chip",
        null,
        null,
        null,
        null,
        2,
        1L << 30,
        "Linux",
        "JDK",
        List.of(),
        256,
        "4.0.0",
        null,
        commit,
        dirty,
        null);
  }

  public static Trial trial(long seed, String... changes) {
    return new Trial("candidate", config(changes), seed, BUILD, BUILD);
  }

  /** The same, by something else that takes Stride's arguments. */
  static Trial by(List<String> command, Trial trial) {
    Build build =
        new Build(BUILD.installation(), BUILD.task(), command, BUILD.more(), BUILD.origin());
    return new Trial(trial.name(), trial.config(), trial.seed(), build, build);
  }

  public static TrialSettings settings(Path root) {
    return new TrialSettings(root, 2, 1, 0, false);
  }
}
