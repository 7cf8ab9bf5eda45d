package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.collect.RolloutConfig;
import stride.collect.RolloutSlabs;
import stride.collect.StatsUpdate;
import stride.collect.Stepping;
import stride.cuda.CudaException;
import stride.cuda.FakeDriver;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.learn.UpdateMode;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicyInference;
import stride.nn.PolicyLayout;
import stride.parallel.Team;
import stride.random.Purpose;

/** Rollouts whose actions are drawn on the emulated device, against the policy on the host. */
final class CudaPolicyTest {
  private static final int ENVS = 5; // halves of two and three
  private static final int STEPS = 40;
  private static final long SEED = 3;
  // logits and means of a few units, through three layers; measured 9.5e-7
  private static final double CLOSE = 1e-5;

  @BeforeEach
  void start() {
    FakeDriver.assumeBuilt();
    FakeDriver.reset();
  }

  @AfterEach
  void nothingIsLeft() {
    FakeDriver.assumeBuilt();
    FakeDriver.reset();
    FakeDriver.assertNothingAlive();
  }

  private static PolicyLayout policy(Task task, int hidden) {
    return Networks.of(task.spec(), List.of(hidden, 33), Activation.TANH, false);
  }

  private static PpoLearner learner(Task task, int hidden, Team team) {
    var config =
        new PpoConfig(
            new RolloutConfig(
                    ENVS,
                    STEPS,
                    SEED,
                    Stepping.LOCKSTEP,
                    0.99,
                    true,
                    true,
                    StatsUpdate.ROLLOUT,
                    32,
                    false)
                .withPolicyOnDevice(),
            GaeConfig.DEFAULTS,
            UpdateConfig.DEFAULTS.withMinibatches(4, 1),
            false);
    return new PpoLearner(
        task, policy(task, hidden), Backend.CUDA, team, config, UpdateMode.LAUNCHES);
  }

  @ParameterizedTest
  @CsvSource({"CartPole-v1, 64", "CartPole-v1, 160", "Hopper-v5, 64", "Hopper-v5, 160"})
  void drawsWhatTheHostDraws(String name, int hidden) {
    Task task = Tasks.of(name);
    PolicyLayout layout = policy(task, hidden);
    try (Team team = new Team(2);
        PpoLearner learner = learner(task, hidden, team);
        PolicyInference host = new PolicyInference(layout, Backends.kernels(Backend.CPU), SEED);
        Arena arena = Arena.ofConfined()) {
      for (int rollout = 0; rollout < 3; rollout++) {
        learner.rollout().collect(learner.parameters());
        double worst = compare(learner, host, 2L * rollout * STEPS, arena);
        System.out.printf("policy on the device, %s: within %.1e of %.1e%n", name, worst, CLOSE);
        assertThat(worst).isLessThan(CLOSE);
        learner.iterate(0);
      }
    }
  }

  /** Answers the very observations of a rollout anew, so that rounding cannot add up. */
  private static double compare(PpoLearner learner, PolicyInference host, long step, Arena arena) {
    RolloutSlabs slabs = learner.rollout().slabs();
    FloatSlab parameters = learner.parameters();
    int elements = slabs.discrete() ? 1 : (int) (slabs.actions().length() / (STEPS * ENVS));
    FloatSlab logProbs = FloatSlab.allocate(arena, STEPS * ENVS);
    FloatSlab values = FloatSlab.allocate(arena, (STEPS + 1) * ENVS);
    FloatSlab actions = FloatSlab.allocate(arena, (long) STEPS * ENVS * elements);
    IntSlab choices = IntSlab.allocate(arena, STEPS * ENVS);
    for (int t = 0; t < STEPS; t++) {
      long row = (long) t * ENVS;
      if (slabs.discrete()) {
        host.sample(
            parameters,
            slabs.observations(),
            row,
            ENVS,
            Purpose.ACTION,
            0,
            step + t,
            choices,
            logProbs,
            row);
      } else {
        host.sample(
            parameters,
            slabs.observations(),
            row,
            ENVS,
            Purpose.ACTION,
            0,
            step + t,
            actions,
            logProbs,
            row);
      }
    }
    host.values(parameters, slabs.observations(), 0, (STEPS + 1) * ENVS, values, 0);
    if (slabs.discrete()) {
      // a choice differs only where a uniform number is within rounding of a boundary: none is
      assertThat(slabs.discreteActions().toArray()).isEqualTo(choices.toArray());
    }
    double worst = slabs.discrete() ? 0 : worst(slabs.actions(), actions);
    return Math.max(
        worst, Math.max(worst(slabs.logProbs(), logProbs), worst(slabs.values(), values)));
  }

  private static double worst(FloatSlab got, FloatSlab want) {
    assertThat(got.length()).isEqualTo(want.length());
    double worst = 0;
    for (long i = 0; i < got.length(); i++) {
      worst = Math.max(worst, Math.abs(got.get(i) - want.get(i)));
    }
    return worst;
  }

  /**
   * Parameters once; then each half's observations there and its answers back, every step. Of wide
   * networks three products, two activations and the sampling, each for actor and critic at once.
   */
  @ParameterizedTest
  @CsvSource({"64, 1, 0", "160, 3, 3"})
  void countsAreAsDerived(int hidden, int launches, int products) {
    try (Team team = new Team(1);
        PpoLearner learner = learner(Tasks.of("CartPole-v1"), hidden, team)) {
      learner.rollout().collect(learner.parameters());
      FakeDriver.reset();
      learner.rollout().collect(learner.parameters());
      int answers = 2 * (STEPS + 1); // the last are values alone
      assertThat(FakeDriver.count("copies_to_device")).isEqualTo(1 + answers);
      assertThat(FakeDriver.count("copies_to_host")).isEqualTo(answers);
      assertThat(FakeDriver.count("launches")).isEqualTo((long) launches * answers);
      assertThat(FakeDriver.count("enqueued")).isEqualTo((long) products * answers);
    }
  }

  @Test
  void delaysAndThreadsChangeNothing() {
    Task task = Tasks.of("Hopper-v5");
    try (Team one = new Team(1);
        Team two = new Team(2);
        PpoLearner plain = learner(task, 64, one);
        PpoLearner delayed = learner(task, 64, two)) {
      FakeDriver.set("delay_us", 300);
      delayed.iterate(0);
      FakeDriver.reset();
      plain.iterate(0);
      Map<String, Slab> state = delayed.state();
      plain
          .state()
          .forEach((name, slab) -> assertThat(state.get(name).sameBits(slab)).as(name).isTrue());
    }
  }

  /** The update's six, the sizes of launches among them; observations, and answers of each half. */
  @Test
  void tooLittleMemoryIsSaidAndNothingIsLeft() {
    try (Team team = new Team(1)) {
      for (int allocation = 1; allocation <= 9; allocation++) {
        FakeDriver.set("fail_allocation", allocation);
        assertThatThrownBy(() -> learner(Tasks.of("CartPole-v1"), 64, team))
            .isInstanceOf(CudaException.class)
            .hasMessageContaining("CUDA_ERROR_OUT_OF_MEMORY");
        FakeDriver.reset();
        FakeDriver.assertNothingAlive();
      }
    }
  }

  @Test
  void needsADeviceAndEnvironmentsThatStepTogether() {
    Task task = Tasks.of("CartPole-v1");
    RolloutConfig config = RolloutConfig.of(4, 8, 1, Stepping.LOCKSTEP).withPolicyOnDevice();
    var ppo = new PpoConfig(config, GaeConfig.DEFAULTS, UpdateFixture.once(), false);
    try (Team team = new Team(1)) {
      assertThatThrownBy(
              () ->
                  new PpoLearner(
                      task, Networks.of(task.spec()), Backend.CPU, team, ppo, UpdateMode.AUTO))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("policy_device=cuda, required: cpu unless backend=cuda");
    }
    for (RolloutConfig each :
        List.of(
            RolloutConfig.of(4, 8, 1, Stepping.SHARDED),
            RolloutConfig.of(1, 8, 1, Stepping.LOCKSTEP))) {
      assertThatThrownBy(each::withPolicyOnDevice)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "policy_device=cuda, required: cpu unless stepping=lockstep and num_envs >= 2");
    }
  }
}
