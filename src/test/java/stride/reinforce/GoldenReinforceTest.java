package stride.reinforce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.algo.OptionValues;
import stride.env.EnvSpec;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.memory.SlabAllocator;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.Golden;
import stride.nn.ParameterTensor;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;
import stride.nn.PolicySpec.Distribution;
import stride.parallel.Team;
import stride.ppo.PpoBackends;
import stride.replay.MemoryRows;
import stride.replay.ReplayMemory;

/** Losses and gradients of whole episodes against golden numbers of PyTorch. */
@Tag("vector")
class GoldenReinforceTest {
  private static final EnvSpec SPEC = Tasks.of("CartPole-v1").spec();

  // float32 against float64: means of 20 rows, returns of some 10
  private static final double LOSS = 1e-5;
  // sums of 20 rows through two layers, of the largest
  private static final double GRADIENT = 1e-5;

  @ParameterizedTest
  @CsvSource({
    "REFERENCE, plain, 1",
    "REFERENCE, baseline, 2",
    "CPU, plain, 3",
    "CPU, baseline, 1",
    "CPU, baseline, 3"
  })
  void agreesWithPyTorch(Backend backend, String name, int threads) {
    JsonNode golden = Golden.values("reinforce").get(name);
    boolean baseline = name.equals("baseline");
    PolicyLayout policy =
        new PolicyLayout(
            PolicySpec.of(Distribution.CATEGORICAL, 4, 2, List.of(32), Activation.TANH));
    int rows = golden.get("obs").size();
    try (Team team = new Team(threads);
        var memory = new ReplayMemory(SPEC, 1, rows, SlabAllocator.PAGES);
        var update =
            new ReinforceUpdate(
                policy,
                config(golden, baseline),
                Backends.kernels(backend),
                PpoBackends.kernels(backend),
                memory,
                team)) {
      put(update, policy, golden);
      MemoryRows.put(memory, golden);
      update.collected(0, rows);
      team.run(
          member -> {
            update.begin(member);
            team.barrier();
            update.update(member, 0, rows, 0);
          });
      var diagnostics = update.diagnostics();
      double loss = diagnostics.get("losses/policy_loss");
      if (baseline) {
        loss += diagnostics.get("losses/value_loss");
      }
      assertThat(loss).isCloseTo(golden.get("loss").asDouble(), within(LOSS));
      check(update, policy, golden);
    }
  }

  /** A learning rate of 0; normalised where there is no baseline, as in the golden file. */
  private static ReinforceConfig config(JsonNode golden, boolean baseline) {
    OptionValues<ReinforceOptions> values =
        OptionValues.preset(new Reinforce(), Reinforce.CLASSIC, Tasks.of("CartPole-v1"));
    values.set("episodes_per_update", Integer.toString(golden.get("lengths").size()));
    values.set("gamma", golden.get("gamma").asText());
    values.set("learning_rate", "0");
    values.set("vf_coef", "1");
    values.set("baseline", Boolean.toString(baseline));
    values.set("norm_returns", Boolean.toString(!baseline));
    return values.options().config(1);
  }

  private static void put(ReinforceUpdate update, PolicyLayout policy, JsonNode golden) {
    for (ParameterTensor tensor : policy.tensors()) {
      tensor.put(update.acting(), Golden.floats(named(golden, "params", tensor)));
    }
  }

  private static JsonNode named(JsonNode golden, String kind, ParameterTensor tensor) {
    boolean actor = tensor.name().startsWith("actor.");
    String group = actor ? kind : "critic_" + kind;
    return golden.get(group).get(tensor.name().substring(tensor.name().indexOf('.') + 1));
  }

  private static void check(ReinforceUpdate update, PolicyLayout policy, JsonNode golden) {
    double worst = 0;
    double largest = 0;
    for (ParameterTensor tensor : policy.tensors()) {
      float[] have = tensor.get(update.gradients());
      boolean learnt = tensor.name().startsWith("actor.") || !golden.get("critic_grads").isNull();
      double[] want =
          learnt ? Golden.doubles(named(golden, "grads", tensor)) : new double[have.length];
      for (int i = 0; i < want.length; i++) {
        worst = Math.max(worst, Math.abs(have[i] - want[i]));
        largest = Math.max(largest, Math.abs(want[i]));
      }
    }
    System.out.printf("REINFORCE against PyTorch: at most %.1e of %.1e%n", worst, largest);
    assertThat(worst).isLessThan(GRADIENT * largest);
  }
}
