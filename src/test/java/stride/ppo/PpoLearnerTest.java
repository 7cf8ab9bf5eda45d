package stride.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.collect.RolloutConfig;
import stride.collect.Stepping;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Networks;
import stride.learn.Stage;
import stride.learn.StageSplit;
import stride.learn.UpdateMode;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.nn.Backend;
import stride.nn.PolicyLayout;
import stride.parallel.Team;

/** PPO as a whole: it learns, and does so again from any of its states. */
@Tag("vector")
class PpoLearnerTest {
  private static PpoConfig config(int numEnvs, int numSteps, int minibatches, int epochs) {
    return new PpoConfig(
        RolloutConfig.of(numEnvs, numSteps, 3, Stepping.SHARDED),
        GaeConfig.DEFAULTS,
        UpdateConfig.DEFAULTS.withMinibatches(minibatches, epochs),
        true);
  }

  private static PpoLearner learner(String name, Team team, PpoConfig config) {
    Task task = Tasks.of(name);
    return new PpoLearner(
        task, Networks.of(task.spec()), Backend.CPU, team, config, UpdateMode.AUTO);
  }

  private static PpoLearner shared(String name, Team team, PpoConfig config) {
    Task task = Tasks.of(name);
    var policy = new PolicyLayout(Networks.of(task.spec()).spec().withSharedBackbone());
    return new PpoLearner(task, policy, Backend.CPU, team, config, UpdateMode.AUTO);
  }

  private static void iterate(PpoLearner learner, int from, int to) {
    for (int k = from; k < to; k++) {
      learner.iterate(k / 10.0);
    }
  }

  private static SequencedMap<String, Slab> copy(Arena arena, Map<String, Slab> state) {
    SequencedMap<String, Slab> copies = new LinkedHashMap<>();
    state.forEach(
        (name, slab) -> {
          Slab copy =
              switch (slab) {
                case FloatSlab floats -> FloatSlab.allocate(arena, dims(floats));
                case DoubleSlab doubles -> DoubleSlab.allocate(arena, dims(doubles));
                case LongSlab longs -> LongSlab.allocate(arena, dims(longs));
                default -> throw new AssertionError("unexpected " + slab);
              };
          copy.copyFrom(slab);
          copies.put(name, copy);
        });
    return copies;
  }

  private static long[] dims(Slab slab) {
    long[] dims = new long[slab.shape().rank()];
    for (int axis = 0; axis < dims.length; axis++) {
      dims[axis] = slab.shape().dim(axis);
    }
    return dims;
  }

  private static void assertSame(Map<String, Slab> one, Map<String, Slab> two) {
    assertThat(one.keySet()).isEqualTo(two.keySet());
    one.forEach((name, slab) -> assertThat(slab.sameBits(two.get(name))).as(name).isTrue());
  }

  @Test
  void learnsToBalanceThePole() {
    try (Team team = new Team(2);
        PpoLearner learner = learner("CartPole-v1", team, config(16, 128, 8, 10))) {
      iterate(learner, 0, 1);
      double before = learner.episodes().returnMean();
      for (int k = 0; k < 40; k++) {
        learner.iterate(0);
      }
      // a random policy holds it for some 22 steps; 80k steps of learning at this seed for over 200
      assertThat(before).isLessThan(40);
      assertThat(learner.episodes().returnMean()).isGreaterThan(150);
      assertThat(learner.divergences()).isZero();
    }
  }

  @Test
  void learnsToBalanceThePoleByASharedBackbone() {
    try (Team team = new Team(2);
        PpoLearner learner = shared("CartPole-v1", team, config(16, 128, 8, 10))) {
      for (int k = 0; k < 40; k++) {
        learner.iterate(0);
      }
      assertThat(learner.episodes().returnMean()).isGreaterThan(150);
    }
  }

  @Test
  void aSharedBackboneGoesOnFromAStateWithOtherThreads() {
    try (Team team = new Team(3);
        Team other = new Team(1);
        Arena arena = Arena.ofShared();
        PpoLearner first = shared("Hopper-v5", team, config(5, 32, 2, 2));
        PpoLearner second = shared("Hopper-v5", other, config(5, 32, 2, 2))) {
      iterate(first, 0, 2);
      Map<String, Slab> saved = copy(arena, first.state());
      iterate(first, 2, 4);
      second.warmUp(0.01);
      second.restore(saved);
      iterate(second, 2, 4);
      assertSame(first.state(), second.state());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void bitsDoNotDependOnThreads(int threads) {
    try (Team alone = new Team(1);
        Team many = new Team(threads);
        PpoLearner one = learner("Hopper-v5", alone, config(5, 32, 2, 3));
        PpoLearner two = learner("Hopper-v5", many, config(5, 32, 2, 3))) {
      iterate(one, 0, 3);
      iterate(two, 0, 3);
      assertSame(one.state(), two.state());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void goesOnFromAStateAsIfNothingHadHappened(int savedAt) {
    try (Team team = new Team(2);
        Team other = new Team(1);
        Arena arena = Arena.ofShared();
        PpoLearner first = learner("Hopper-v5", team, config(4, 32, 2, 2));
        PpoLearner second = learner("Hopper-v5", other, config(4, 32, 2, 2))) {
      iterate(first, 0, savedAt);
      Map<String, Slab> saved = copy(arena, first.state());
      iterate(first, savedAt, savedAt + 3);
      second.restore(saved);
      iterate(second, savedAt, savedAt + 3);
      assertSame(first.state(), second.state());
      assertThat(second.episodes().episodes()).isEqualTo(first.episodes().episodes());
    }
  }

  @Test
  void warmingUpLeavesNoTrace() {
    try (Team team = new Team(2);
        Arena arena = Arena.ofShared();
        PpoLearner learner = learner("CartPole-v1", team, config(4, 32, 2, 2))) {
      Map<String, Slab> before = copy(arena, learner.state());
      learner.warmUp(0.01);
      assertSame(before, learner.state());
      assertThat(learner.episodes().episodes()).isZero();
    }
  }

  @Test
  void timesItsStagesAndShowsItsLosses() {
    try (Team team = new Team(1);
        PpoLearner learner = learner("CartPole-v1", team, config(4, 32, 2, 2))) {
      long start = System.nanoTime();
      iterate(learner, 0, 1);
      long wall = System.nanoTime() - start;
      StageSplit split = learner.last();
      assertThat(split.stages()).containsExactly(Stage.ROLLOUT, Stage.GAE, Stage.UPDATE);
      assertThat(split.stages()).allSatisfy(each -> assertThat(split.wallNanos(each)).isPositive());
      assertThat(split.wallNanos()).isLessThanOrEqualTo(wall);
      assertThat(split.cpuNanos(Stage.ROLLOUT)).isPositive();
      assertThat(learner.diagnostics()).containsKeys("losses/policy_loss", "losses/value_loss");
      assertThat(learner.envStepsPerIteration()).isEqualTo(128);
    }
  }

  @Test
  void countsItsArithmetic() {
    try (Team team = new Team(1);
        PpoLearner learner = learner("Hopper-v5", team, config(4, 8, 2, 3))) {
      double actor = 11 * 64 + 64 * 64 + 64 * 3;
      double critic = 11 * 64 + 64 * 64 + 64 * 1;
      double noInputGradients = 2 * 11 * 64; // of a first layer
      double sample = 2 * 3 * (actor + critic) - 2 * noInputGradients;
      double collecting = 32 * 2 * actor + (32 + 4) * 2 * critic;
      assertThat(learner.flop()).isEqualTo(collecting + 3 * 32 * sample);
    }
  }

  @Test
  void countsTheArithmeticOfASharedBackboneOnce() {
    try (Team team = new Team(1);
        PpoLearner learner = shared("Hopper-v5", team, config(4, 8, 2, 3))) {
      double trunk = 11 * 64 + 64 * 64;
      double heads = 64 * 3 + 64 * 1;
      double sample = 2 * 3 * (trunk + heads) - 2 * 11 * 64;
      double collecting = 32 * 2 * (trunk + heads) + 4 * 2 * (trunk + 64);
      assertThat(learner.flop()).isEqualTo(collecting + 3 * 32 * sample);
    }
  }

  @Test
  void theLearningRateFallsWithProgress() {
    try (Team team = new Team(1);
        PpoLearner learner = learner("CartPole-v1", team, config(4, 32, 2, 2))) {
      learner.iterate(0.25);
      assertThat(learner.diagnostics().get("charts/learning_rate")).isEqualTo(3e-4 * 0.75);
    }
  }

  @Test
  void refusesStatesThatAreNotItsOwn() {
    try (Team team = new Team(1);
        PpoLearner learner = learner("CartPole-v1", team, config(4, 32, 2, 2));
        PpoLearner larger = learner("CartPole-v1", team, config(8, 32, 2, 2))) {
      iterate(larger, 0, 1);
      assertThatThrownBy(() -> learner.restore(larger.state()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("rollout");
      assertThatThrownBy(() -> learner.restore(Map.of()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void refusesPartsThatDoNotFit() {
    assertThatThrownBy(() -> config(3, 5, 4, 1)).hasMessageContaining("num_minibatches=4");
    assertThatThrownBy(
            () ->
                new PpoConfig(
                    RolloutConfig.of(4, 32, 3, Stepping.SHARDED),
                    new GaeConfig(0.9, 0.95, true),
                    UpdateConfig.DEFAULTS,
                    true))
        .hasMessageContaining("gamma=0.9");
  }

  @Test
  void closingTwiceIsFine() {
    try (Team team = new Team(1)) {
      PpoLearner learner = learner("CartPole-v1", team, config(4, 32, 2, 2));
      learner.close();
      learner.close();
    }
  }
}
