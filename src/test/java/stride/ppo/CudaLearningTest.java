package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.cuda.AnyDevice;
import stride.env.Task;
import stride.env.Tasks;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.nn.ParameterTensor;
import stride.parallel.Team;

/** Whole iterations of PPO with the update on the device. */
@Tag("gpu")
final class CudaLearningTest {
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

  private static PpoLearner learner(Backend backend, String name, Team team, int steps) {
    Task task = Tasks.of(name);
    var config =
        new PpoConfig(
            RolloutConfig.of(16, steps, 3, Stepping.SHARDED),
            GaeConfig.DEFAULTS,
            UpdateConfig.DEFAULTS.withMinibatches(4, 4),
            false);
    return new PpoLearner(
        task, Policies.of(task.spec()), backend, team, config, UpdateMode.PERSISTENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "CartPole-v1"})
  void agreesWithTheCpuForThreeUpdates(String name) {
    try (Team team = new Team(2);
        PpoLearner cpu = learner(Backend.CPU, name, team, 32);
        PpoLearner cuda = learner(Backend.CUDA, name, team, 32)) {
      for (int update = 1; update <= 3; update++) {
        cpu.collect(0);
        cpu.learn();
        cuda.collect(0);
        cuda.learn();
        double worst = worst(name, cuda.parameters(), cpu.parameters());
        System.out.printf(
            "%s, update %d: cuda within %.1e of cpu, of %.1e%n", name, update, worst, RELATIVE);
        assertThat(worst).isLessThan(RELATIVE);
      }
    }
  }

  private static double worst(String name, FloatSlab got, FloatSlab want) {
    double worst = 0;
    for (ParameterTensor tensor : Policies.of(Tasks.of(name).spec()).tensors()) {
      float[] one = tensor.get(got);
      float[] other = tensor.get(want);
      double largest = 0;
      double difference = 0;
      for (int i = 0; i < one.length; i++) {
        largest = Math.max(largest, Math.abs(other[i]));
        difference = Math.max(difference, Math.abs(one[i] - other[i]));
      }
      worst = Math.max(worst, difference / largest);
    }
    return worst;
  }

  @Test
  void learnsToBalanceThePole() {
    try (Team team = new Team(2);
        PpoLearner learner = learner(Backend.CUDA, "CartPole-v1", team, 128)) {
      int updates = 0;
      do {
        learner.collect(0);
        learner.learn();
        updates++;
      } while (updates < 80 && learner.episodes().returnMean() < 195);
      System.out.printf("CartPole on the device: %d updates%n", updates);
      // as Gymnasium once called CartPole solved
      assertThat(learner.episodes().returnMean()).isGreaterThanOrEqualTo(195);
    }
  }
}
