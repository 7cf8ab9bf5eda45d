package stride.a2c;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.collect.RolloutSlabs;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.nn.Golden;
import stride.nn.Kernels;
import stride.nn.ParameterTensor;
import stride.nn.PolicyInference;
import stride.nn.PolicyLayout;
import stride.nn.Unshared;
import stride.parallel.Team;
import stride.ppo.ChunkLoss;
import stride.ppo.Gae;
import stride.ppo.Insides;
import stride.ppo.PpoBackends;
import stride.ppo.PpoKernels;
import stride.ppo.Update;

/** Updates of an actor and a critic that share their hidden layers, as PyTorch computes them. */
class A2cGoldenTest {
  // float32 against float64: means of 20 or 40 rows, each rounded some ten times
  private static final double LOSS = 2e-6;
  // outputs of three layers
  private static final float OUTPUT = 5e-6f;
  // sums of 40 rows through three layers
  private static final double GRADIENT = 1e-5;
  // the first step of RMSprop is ten learning rates, wherever the gradient is not near 0
  private static final double PARAMETER = 2e-6;

  private static final int FIRST_STEP = 1;
  private static final int LAST_STEP = 5;

  @ParameterizedTest
  @CsvSource({
    "reference, a2c_gaussian, 1",
    "reference, a2c_categorical, 2",
    "reference, a2c_gaussian, 3",
    "cpu, a2c_gaussian, 1",
    "cpu, a2c_gaussian, 2",
    "cpu, a2c_gaussian, 3",
    "cpu, a2c_categorical, 1",
    "cpu, a2c_categorical, 2",
    "cpu, a2c_categorical, 3"
  })
  void agreesWithPyTorch(String backend, String name, int threads) {
    JsonNode golden = Golden.values(name);
    try (var a2c = new GoldenA2c(backend, golden, threads)) {
      for (int step = FIRST_STEP; step <= LAST_STEP; step++) {
        a2c.drawAfresh();
        if (step == FIRST_STEP) {
          a2c.checkOutputs();
        }
        a2c.step();
        if (step == FIRST_STEP) {
          a2c.checkLosses();
          a2c.check("grads", Insides.gradients(a2c.update), GRADIENT);
        }
        if (step == FIRST_STEP || step == LAST_STEP) {
          a2c.check("params_after_" + step, a2c.update.parameters(), PARAMETER);
        }
      }
      for (int member = 1; member < threads; member++) {
        assertThat(a2c.update.parameters(member).sameBits(a2c.update.parameters())).isTrue();
      }
    }
  }

  /** The golden rows as a rollout of four environments, and what learns from it; closes all. */
  private static final class GoldenA2c implements AutoCloseable {
    private static final int ENVS = 4;

    final Update update;

    private final JsonNode golden;
    private final PolicyLayout policy;
    private final int rows;
    private final double learningRate;
    private final Kernels kernels;
    private final Arena arena = Arena.ofShared();
    private final RolloutSlabs rollout;
    private final Team team;
    private final Gae gae;
    private final PolicyLayout copies; // where actor and critic have hidden layers of their own
    private final FloatSlab copied;
    private final ChunkLoss ofCopies;

    GoldenA2c(String backend, JsonNode golden, int threads) {
      this.golden = golden;
      this.rows = golden.get("obs").size();
      final boolean discrete = !golden.get("action").get(0).isArray();
      final Task task = Tasks.of(discrete ? "CartPole-v1" : "Hopper-v5");
      final A2cOptions options = options(task, backend);
      final A2cConfig config = options.config(TinyA2c.SEED);
      final Backend chosen = options.backendChosen();
      final PpoKernels ppoKernels = PpoBackends.kernels(chosen);
      this.learningRate = config.update().learningRate();
      this.kernels = Backends.kernels(chosen);
      this.policy = options.policy(task);
      this.rollout =
          new RolloutSlabs(
              task.spec(), rows / ENVS, ENVS, policy.inputStride(), SlabAllocator.PAGES);
      this.team = new Team(threads);
      this.gae = new Gae(rollout, ppoKernels, team, config.gae());
      this.update =
          new Update(
              rollout,
              gae,
              policy,
              kernels,
              ppoKernels,
              team,
              config.update(),
              config.chunkRows(),
              () -> config.optimizer().optimizer(config.update().adamEps()),
              config.rollout().seed());
      this.copies = Unshared.layout(policy);
      this.copied = FloatSlab.allocate(arena, copies.size());
      this.ofCopies = new ChunkLoss(copies, config.update(), kernels, ppoKernels, rows);
      fill(discrete);
    }

    private A2cOptions options(Task task, String backend) {
      return TinyA2c.options(
          task,
          Map.ofEntries(
              Map.entry("backend", backend),
              Map.entry("num_envs", Integer.toString(ENVS)),
              Map.entry("num_steps", Integer.toString(rows / ENVS)),
              Map.entry("learning_rate", hyper("lr")),
              Map.entry("optimizer", "rmsprop"),
              Map.entry("adam_eps", hyper("rms_eps")),
              Map.entry("ent_coef", hyper("ent_coef")),
              Map.entry("vf_coef", hyper("vf_coef")),
              Map.entry("max_grad_norm", hyper("max_grad_norm")),
              Map.entry("hidden", "64,64"),
              Map.entry("shared_backbone", "true")));
    }

    private String hyper(String name) {
      return golden.get("hyper").get(name).asText();
    }

    private void fill(boolean discrete) {
      JsonNode actions = golden.get("action");
      Golden.putRows(rollout.observations(), policy.inputStride(), golden.get("obs"));
      Golden.putRows(ofCopies.chunk().observations(), policy.inputStride(), golden.get("obs"));
      if (discrete) {
        for (int r = 0; r < rows; r++) {
          rollout.discreteActions().set(r, actions.get(r).asInt());
          ofCopies.chunk().choices().set(r, actions.get(r).asInt());
        }
      } else {
        final int elements = policy.spec().actions();
        final float[] all = Golden.floats(actions);
        rollout.actions().set(0, all);
        for (int i = 0; i < all.length; i++) {
          long at = (long) i % elements * ofCopies.chunk().columnLength() + i / elements;
          ofCopies.chunk().actions().set(at, all[i]);
        }
      }
      gae.advantages().set(0, Golden.floats(golden.get("adv")));
      gae.returns().set(0, Golden.floats(golden.get("ret")));
      for (ParameterTensor tensor : policy.tensors()) {
        tensor.put(update.parameters(), Golden.floats(golden.get("params").get(name(tensor))));
      }
    }

    /** What the file calls it. */
    private static String name(ParameterTensor tensor) {
      return tensor
          .name()
          .replace("trunk", "backbone")
          .replace("actor", "policy")
          .replace("critic", "value");
    }

    /** Makes the actions' log-probabilities those of the parameters, as after a rollout. */
    void drawAfresh() {
      Unshared.copy(policy, update.parameters(), copies, copied);
      ofCopies.transpose(copied);
      ofCopies.differentiateAfresh(
          copied, rows, 1f / rows, FloatSlab.allocate(arena, copies.size()));
      for (int r = 0; r < rows; r++) {
        rollout.logProbs().set(r, ofCopies.chunk().oldLogProbs().get(r));
      }
    }

    void step() {
      team.run(
          member -> {
            update.begin(member);
            if (member == 0) {
              update.arrange(learningRate);
            }
            team.barrier();
            update.learn(member);
          });
    }

    void checkOutputs() {
      double[] logProbs = Golden.doubles(golden.get("log_prob"));
      double[] values = Golden.doubles(golden.get("values"));
      try (var inference = new PolicyInference(policy, kernels, 0)) {
        inference.values(update.parameters(), rollout.observations(), 0, rows, rollout.values(), 0);
      }
      for (int r = 0; r < rows; r++) {
        assertThat(rollout.logProbs().get(r)).isCloseTo((float) logProbs[r], within(OUTPUT));
        assertThat(rollout.values().get(r)).isCloseTo((float) values[r], within(OUTPUT));
      }
    }

    void checkLosses() {
      var got = update.diagnostics();
      assertThat(update.policyGradientLoss()).isCloseTo(number("policy_loss"), within(LOSS));
      assertThat(got.valueLoss()).isCloseTo(number("value_loss"), within(LOSS));
      assertThat(got.entropy()).isCloseTo(number("entropy"), within(LOSS));
      assertThat(got.gradNorm()).isCloseTo(number("grad_norm"), within(GRADIENT));
      assertThat(got.clipfrac()).isZero();
    }

    private double number(String name) {
      return golden.get(name).asDouble();
    }

    void check(String what, FloatSlab got, double tolerance) {
      double worst = 0;
      for (ParameterTensor tensor : policy.tensors()) {
        double[] want = Golden.doubles(golden.get(what).get(name(tensor)));
        float[] have = tensor.get(got);
        assertThat(have).hasSameSizeAs(want);
        for (int i = 0; i < want.length; i++) {
          worst = Math.max(worst, Math.abs(have[i] - want[i]));
        }
      }
      System.out.printf("A2C's %s against PyTorch: %.1e of %.1e%n", what, worst, tolerance);
      assertThat(worst).isLessThan(tolerance);
    }

    @Override
    public void close() {
      update.close();
      gae.close();
      ofCopies.close();
      team.close();
      rollout.close();
      arena.close();
    }
  }
}
