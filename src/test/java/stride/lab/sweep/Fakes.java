package stride.lab.sweep;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import stride.lab.process.Origin;
import stride.lab.trials.TrialResult;
import stride.results.MachineKind;

/** Options that nobody trains with, and results of trainings that nobody did. */
final class Fakes {
  static final Origin HERE =
      new Origin("0123456789", false, "abcdef0", null, MachineKind.of("some-chip-2c"));

  static final OptionRules RULES =
      new OptionRules() {
        @Override
        public void requireType(String option, JsonNode value) {
          require(BASE.has(option), "unknown option " + option);
          require(
              BASE.get(option).isNumber() == value.isNumber(), option + "=" + value + ": its type");
          require(
              !isInteger(option) || value.isIntegralNumber(),
              option + "=" + value + ", required: integer");
        }

        @Override
        public boolean isInteger(String option) {
          return BASE.get(option).isInt();
        }

        @Override
        public long envStepsPerIteration(Map<String, JsonNode> changes) {
          ObjectNode all = resolve(changes);
          return all.get("num_envs").longValue() * all.get("num_steps").longValue();
        }

        @Override
        public ObjectNode resolve(Map<String, JsonNode> changes) {
          ObjectNode all = BASE.deepCopy();
          all.setAll(changes);
          ObjectNode read = (ObjectNode) json(all.toString());
          double gamma = read.get("gamma").doubleValue();
          require(gamma <= 1, "gamma=" + gamma + ", required: in [0, 1]");
          return read;
        }
      };

  private static final ObjectNode BASE =
      (ObjectNode)
          json(
              """
              {"task": "CartPole-v1", "total_timesteps": 9000, "num_envs": 2, "num_steps": 16,
               "learning_rate": 0.001, "gamma": 0.99, "hidden": [8], "norm_obs": false,
               "norm_reward": false, "clip_vloss": true, "anneal_lr": true, "norm_adv": "none",
               "orthogonal_init": true, "bootstrap_truncation": true, "max_grad_norm": 0.5}
              """);

  private Fakes() {}

  private static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }

  static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Space space(String options) {
    return Space.of(
        (ObjectNode) json("{\"schema_version\": 1, \"options\": " + options + "}"), RULES);
  }

  /** The base, and as many others, whose learning rates are drawn. */
  static List<Configuration> pool(int size) {
    return Configuration.draw(space("{\"learning_rate\": {\"log\": [1e-6, 1]}}"), RULES, 1, size);
  }

  /** A seed that ended with a return; NaN for one that failed before any episode had ended. */
  static TrialResult result(long seed, double evaluated, Double lowest, String parameters) {
    boolean failed = Double.isNaN(evaluated);
    return new TrialResult(
        TrialResult.SCHEMA_VERSION,
        "key",
        HERE,
        "CartPole-v1",
        seed,
        2,
        1,
        0,
        failed ? "it diverged" : null,
        1000,
        "2026-01-31T00:00:00Z",
        failed ? null : (Double) 5000.0,
        null,
        lowest,
        failed ? null : new TrialResult.Played(100, false, 1, evaluated, 10.0),
        parameters,
        2,
        3);
  }

  static List<TrialResult> results(double... returns) {
    List<TrialResult> results = new ArrayList<>();
    for (double its : returns) {
      results.add(result(results.size() + 1, its, 20.0, "of " + its));
    }
    return results;
  }
}
