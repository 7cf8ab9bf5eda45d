package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;

class ShardTest {
  private static final ShardOptions DEFAULTS = ShardOptions.DEFAULTS;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Hopper-v5",
        "Walker2d-v5",
        "HalfCheetah-v5",
        "InvertedPendulum-v5",
        "CartPole-v1"
      })
  void observationRowsAreTheSteppedStateRoundedUnlessAnEpisodeEnded(String task) {
    try (Harness env = new Harness(task, 4)) {
      env.reset();
      int ends = 0;
      for (int t = 0; t < 100; t++) {
        env.step();
        for (int row = 0; row < env.n; row++) {
          if (env.terminated.get(row) + env.truncated.get(row) == 0) {
            assertThat(env.obsRow(row)).containsExactly(env.steppedRow(row));
          } else {
            ends++;
            assertThat(env.terminalRow(row)).containsExactly(env.steppedRow(row));
            assertThat(env.obsRow(row)).isNotEqualTo(env.steppedRow(row));
          }
          assertThat(env.rewards.get(row)).isEqualTo((float) env.shard.rewards().get(row));
        }
      }
      if (!task.equals("HalfCheetah-v5")) {
        assertThat(ends).isPositive();
      }
    }
  }

  @Test
  void theRowOfAnEndedEpisodeHoldsTheNextOnesFirstObservation() {
    ShardOptions options = DEFAULTS.withMaxEpisodeSteps(5);
    try (Harness env = new Harness("HalfCheetah-v5", 0, 2, 3, options);
        Harness other = new Harness("HalfCheetah-v5", 0, 2, 3, options)) {
      env.reset();
      env.steps(5);

      // the second reset of a shard begins the second episode
      other.reset();
      other.reset();
      assertThat(env.obs.sameBits(other.obs)).isTrue();
    }
  }

  @Test
  void truncatesAtTheTimeLimitAgainAndAgain() {
    try (Harness env = new Harness("HalfCheetah-v5", 0, 3, 1, DEFAULTS.withMaxEpisodeSteps(7))) {
      env.reset();
      for (int t = 1; t <= 30; t++) {
        env.step();
        byte expected = (byte) (t % 7 == 0 ? 1 : 0);
        assertThat(env.truncated.toArray()).containsOnly(expected);
        assertThat(env.terminated.toArray()).containsOnly((byte) 0);
      }
    }
  }

  @Test
  void ownTimeLimitIsGymnasiums() {
    try (Harness env = new Harness("HalfCheetah-v5", 1)) {
      env.reset();
      env.steps(999);
      assertThat(env.truncated.get(0)).isZero();
      env.step();
      assertThat(env.truncated.get(0)).isEqualTo((byte) 1);
      assertThat(env.shard.finishedEpisodes().length(0)).isEqualTo(1000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "CartPole-v1"})
  void aTerminatedEpisodeIsNotTruncatedAsWell(String task) {
    int length;
    try (Harness env = new Harness(task, 1)) {
      env.reset();
      do {
        env.step();
      } while (env.terminated.get(0) == 0);
      length = (int) env.shard.steps();
    }
    try (Harness env = new Harness(task, 0, 1, 1, DEFAULTS.withMaxEpisodeSteps(length))) {
      env.reset();
      env.steps(length);
      assertThat(env.terminated.get(0)).isEqualTo((byte) 1);
      assertThat(env.truncated.get(0)).isZero();
    }
    try (Harness env = new Harness(task, 0, 1, 1, DEFAULTS.withMaxEpisodeSteps(length - 1))) {
      env.reset();
      env.steps(length - 1);
      assertThat(env.terminated.get(0)).isZero();
      assertThat(env.truncated.get(0)).isEqualTo((byte) 1);
    }
  }

  @Test
  void leavesPaddingAndOtherShardsRowsAlone() {
    try (Arena arena = Arena.ofConfined();
        Shard shard = new Shard(Tasks.of("Hopper-v5"), 1, 2, 1, DEFAULTS)) {
      final int stride = 16;
      FloatSlab obs = FloatSlab.allocate(arena, 4, stride);
      FloatSlab rewards = FloatSlab.allocate(arena, 4);
      ByteSlab terminated = ByteSlab.allocate(arena, 4);
      ByteSlab truncated = ByteSlab.allocate(arena, 4);
      ByteSlab diverged = ByteSlab.allocate(arena, 4);
      StepOutputs out = new StepOutputs(obs, stride, rewards, terminated, truncated, diverged);
      FloatSlab actions = FloatSlab.allocate(arena, 4, 3);
      obs.fill(-7);
      rewards.fill(-7);
      diverged.fill((byte) -7);

      shard.reset(obs, stride, stride);
      shard.act(actions, 3);
      shard.advance();
      shard.finish(out, stride, 1);
      for (int row = 0; row < 4; row++) {
        boolean ours = row == 1 || row == 2;
        for (int k = 0; k < stride; k++) {
          float value = obs.get((long) row * stride + k);
          assertThat(value == -7).as("row %d, %d", row, k).isEqualTo(!ours || k >= 11);
        }
        assertThat(rewards.get(row) == -7).isEqualTo(!ours);
        assertThat(diverged.get(row) == -7).isEqualTo(!ours);
      }
    }
  }

  @Test
  void clipsActionsOnlyIfAskedTo() {
    try (Harness clipped = new Harness("HalfCheetah-v5", 2);
        Harness free = new Harness("HalfCheetah-v5", 0, 2, 1, DEFAULTS.withClipActions(false))) {
      for (Harness env : new Harness[] {clipped, free}) {
        env.reset();
        env.actions.fill(3);
        env.act();
        env.shard.advance();
        env.shard.finish(env.out, 0, 0);
      }
      // MuJoCo clips the controls itself, so that the states agree and only the cost differs
      assertThat(clipped.obs.sameBits(free.obs)).isTrue();
      double difference = clipped.shard.rewards().get(0) - free.shard.rewards().get(0);
      assertThat(difference).isCloseTo(0.1 * 6 * (9 - 1), within(1e-9));
    }
  }

  @Test
  void takesDoubleActionsUnrounded() {
    try (Harness env = new Harness("InvertedPendulum-v5", 0, 1, 1, DEFAULTS)) {
      env.reset();
      DoubleSlab actions = DoubleSlab.allocate(env.arena, 1, 1);
      actions.set(0, 0.1);
      env.shard.act(actions, 0);
      assertThat(((MujocoRows) env.shard.rows()).rows().ctrl(0, 0)).isEqualTo(0.1);
      env.shard.advance();
      env.shard.finish(env.out, 0, 0);
      env.actions.fill(0.1f);
      env.act();
      assertThat(((MujocoRows) env.shard.rows()).rows().ctrl(0, 0)).isEqualTo(0.1f);
    }
  }

  @Test
  void rejectsActionsOfTheOtherKind() {
    try (Harness hopper = new Harness("Hopper-v5", 1);
        Harness pole = new Harness("CartPole-v1", 1)) {
      hopper.reset();
      pole.reset();
      assertThatThrownBy(() -> hopper.shard.act(hopper.choices, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("int actions given to Box");
      assertThatThrownBy(() -> pole.shard.act(pole.actions, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("float actions given to Discrete[n=2]");
      pole.choices.fill(2);
      assertThatThrownBy(() -> pole.shard.act(pole.choices, 0)).hasMessageContaining("action=2");
      pole.choices.fill(-1);
      assertThatThrownBy(() -> pole.shard.act(pole.choices, 0)).hasMessageContaining("action=-1");
    }
  }

  @Test
  void rejectsCallsOutOfOrder() {
    try (Harness env = new Harness("CartPole-v1", 2)) {
      assertThatThrownBy(env::act)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("shard is NEW, required: READY");
      env.reset();
      assertThatThrownBy(env.shard::advance).isInstanceOf(IllegalStateException.class);
      env.act();
      assertThatThrownBy(env::act).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(env::reset).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> env.shard.finish(env.out, 0, 0))
          .isInstanceOf(IllegalStateException.class);
      env.shard.advance();
      env.shard.score(env.out, 0);
      assertThatThrownBy(() -> env.shard.observe(env.out, 0))
          .hasMessage("shard is SCORED, required: RESTARTED");
      env.shard.restart();
      env.shard.observe(env.out, 0);
      env.step();
      assertThat(env.shard.steps()).isEqualTo(2);
    }
  }

  @Test
  void rejectsSlabsThatAreTooSmall() {
    try (Harness env = new Harness("Hopper-v5", 2)) {
      FloatSlab small = FloatSlab.allocate(env.arena, 2 * 11 - 1);
      assertThatThrownBy(() -> env.shard.reset(small, 0, 11))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> env.shard.reset(env.obs, 0, 10))
          .hasMessageContaining("obsStride=10, required: >= 11");
      env.reset();
      assertThatThrownBy(() -> env.shard.currentObservations(env.obs, 1, 11))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> env.shard.act(env.actions, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      env.act();
      env.shard.advance();
      assertThatThrownBy(() -> env.shard.score(env.out, 1))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(
              () ->
                  new StepOutputs(
                      env.obs,
                      11,
                      env.rewards,
                      env.terminated,
                      env.truncated,
                      ByteSlab.allocate(env.arena, 3)))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void rejectsWrongNumbers() {
    Task task = Tasks.of("CartPole-v1");
    assertThatThrownBy(() -> new Shard(task, -1, 1, 1, DEFAULTS))
        .hasMessageContaining("firstEnv=-1");
    assertThatThrownBy(() -> new Shard(task, 0, 0, 1, DEFAULTS)).hasMessageContaining("numEnvs=0");
    assertThatThrownBy(() -> DEFAULTS.withSimulationThreads(0))
        .hasMessageContaining("simulationThreads=0");
    assertThatThrownBy(() -> DEFAULTS.withMaxEpisodeSteps(-1))
        .hasMessageContaining("maxEpisodeSteps=-1");
    assertThatThrownBy(() -> DEFAULTS.withEpisodeCapacity(0))
        .hasMessageContaining("episodeCapacity=0");
  }
}
