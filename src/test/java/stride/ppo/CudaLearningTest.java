package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.collect.Rollout;
import stride.collect.RolloutConfig;
import stride.collect.Stepping;
import stride.cuda.AnyDevice;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.learn.UpdateMode;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.nn.ParameterTensor;
import stride.nn.PolicyLayout;
import stride.parallel.Team;

/** Whole iterations of PPO with the update on the device. */
@Tag("gpu")
final class CudaLearningTest {
  private static final long SEED = 3;

  // of a tensor's largest element: rounding differs, and each update starts from what the last gave
  private static final double RELATIVE = 1e-4;

  @BeforeEach
  void start() {
    AnyDevice.start();
  }

  @AfterEach
  void nothingIsLeft() {
    AnyDevice.end();
  }

  /**
   * Both learn from the rollouts that the CPU's parameters collect: in rollouts of their own,
   * contacts would make more of a rounding than updates do.
   */
  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "CartPole-v1"})
  void agreesWithTheCpuForThreeUpdates(String name) {
    Task task = Tasks.of(name);
    PolicyLayout policy = Networks.of(task.spec());
    UpdateConfig config = UpdateConfig.DEFAULTS.withMinibatches(4, 4);
    try (Team team = new Team(2);
        var rollout =
            new Rollout(
                task,
                policy,
                Backends.kernels(Backend.CPU),
                team,
                RolloutConfig.of(16, 32, SEED, Stepping.SHARDED),
                SlabAllocator.PAGES);
        PpoBackend cpu = learning(Backend.CPU, rollout, policy, team, config);
        PpoBackend cuda = learning(Backend.CUDA, rollout, policy, team, config)) {
      for (int update = 1; update <= 3; update++) {
        rollout.collect(parameters(cpu));
        for (PpoBackend each : List.of(cpu, cuda)) {
          each.computeGae();
          each.update(config.learningRate());
        }
        double worst = worst(name, parameters(cuda), parameters(cpu));
        System.out.printf(
            "%s, update %d: cuda within %.1e of cpu, of %.1e%n", name, update, worst, RELATIVE);
        assertThat(worst).isLessThan(RELATIVE);
      }
    }
  }

  private static PpoBackend learning(
      Backend backend, Rollout rollout, PolicyLayout policy, Team team, UpdateConfig config) {
    return PpoBackends.of(
        backend,
        rollout.slabs(),
        policy,
        team,
        GaeConfig.DEFAULTS,
        config,
        SEED,
        UpdateMode.PERSISTENT);
  }

  private static FloatSlab parameters(PpoBackend backend) {
    return (FloatSlab) backend.state().get("parameters");
  }

  private static double worst(String name, FloatSlab got, FloatSlab want) {
    double worst = 0;
    for (ParameterTensor tensor : Networks.of(Tasks.of(name).spec()).tensors()) {
      worst = Math.max(worst, UpdateFixture.largestDifference(tensor.get(got), tensor.get(want)));
    }
    return worst;
  }

  private static PpoLearner poleLearner(Team team) {
    Task task = Tasks.of("CartPole-v1");
    var config =
        new PpoConfig(
            RolloutConfig.of(16, 128, SEED, Stepping.SHARDED),
            GaeConfig.DEFAULTS,
            UpdateConfig.DEFAULTS.withMinibatches(4, 4),
            false);
    return new PpoLearner(
        task, Networks.of(task.spec()), Backend.CUDA, team, config, UpdateMode.PERSISTENT);
  }

  @Test
  @Tag("long") // minutes on the emulation
  void learnsToBalanceThePole() {
    try (Team team = new Team(2);
        PpoLearner learner = poleLearner(team)) {
      int updates = 0;
      do {
        learner.iterate(0);
        updates++;
      } while (updates < 80 && learner.episodes().returnMean() < 195);
      System.out.printf("CartPole on the device: %d updates%n", updates);
      // as Gymnasium once called CartPole solved
      assertThat(learner.episodes().returnMean()).isGreaterThanOrEqualTo(195);
    }
  }
}
