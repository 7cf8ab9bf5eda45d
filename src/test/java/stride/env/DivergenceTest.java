package stride.env;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.mujoco.StateRows;

/**
 * Is a simulation that breaks noticed at the step where it does, and only there? MuJoCo itself
 * resets it and goes on.
 */
class DivergenceTest {
  private static final int FIRST_ENV = 10;
  private static final int ENVS = 3;
  private static final int BROKEN = 1;
  private static final int BREAKS_AT = 4;
  private static final int STEPS = 12;

  private static Harness harness(String task) {
    Harness env = new Harness(task, FIRST_ENV, ENVS, 1, ShardOptions.DEFAULTS);
    env.reset();
    return env;
  }

  /** Runs with and without damage done before the fourth step's actions, and compares all else. */
  private static String message(String task, Consumer<Harness> damage) {
    try (Harness env = harness(task);
        Harness sound = harness(task)) {
      for (int t = 1; t <= STEPS; t++) {
        sound.step();
        env.drawActions();
        if (t == BREAKS_AT) {
          damage.accept(env);
        }
        env.act();
        env.shard.advance();
        env.shard.finish(env.out, 0, 0);
        checkStep(env, sound, t);
      }
      assertThat(env.shard.divergences()).isEqualTo(1);
      assertThat(sound.shard.divergences()).isZero();
      List<String> messages = new ArrayList<>();
      env.shard.takeDivergenceMessages(messages::add);
      env.shard.takeDivergenceMessages(messages::add);
      assertThat(messages).hasSize(1);
      assertThat(messages.getFirst()).startsWith("environment 11, step 4: ");
      return messages.getFirst();
    }
  }

  private static void checkStep(Harness env, Harness sound, int t) {
    for (int row = 0; row < ENVS; row++) {
      boolean broken = row == BROKEN && t == BREAKS_AT;
      assertThat(env.diverged.get(row)).isEqualTo((byte) (broken ? 1 : 0));
      if (broken) {
        assertThat(env.terminated.get(row) + env.truncated.get(row)).isZero();
        assertThat(env.rewards.get(row)).isZero();
        assertThat(env.shard.rewards().get(row)).isZero();
        for (float value : env.obsRow(row)) {
          assertThat(value).isBetween(-2f, 2f); // a first observation
        }
      } else if (row != BROKEN) {
        assertThat(env.obsRow(row)).containsExactly(sound.obsRow(row));
        assertThat(env.rewards.get(row)).isEqualTo(sound.rewards.get(row));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "Walker2d-v5", "HalfCheetah-v5", "InvertedPendulum-v5"})
  void anActionThatIsNoNumber(String task) {
    String message = message(task, env -> env.actions.set((long) BROKEN * env.a, Float.NaN));
    assertThat(message).containsIgnoringCase("ctrl");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "HalfCheetah-v5", "InvertedPendulum-v5"})
  void aVelocityThatIsHuge(String task) {
    String message =
        message(
            task,
            env -> {
              DoubleRows rows = env.rows();
              rows.setCoordinate(BROKEN, rows.coordinates() - 1, 1e20);
            });
    assertThat(message).containsIgnoringCase("qvel");
  }

  @Test
  void aPositionThatIsNoNumber() {
    String message = message("Hopper-v5", env -> env.rows().setCoordinate(BROKEN, 3, Double.NaN));
    assertThat(message).containsIgnoringCase("qpos");
  }

  @Test
  void aStateThatIsNoNumberInCartPole() {
    String message = message("CartPole-v1", env -> env.rows().setCoordinate(BROKEN, 0, Double.NaN));
    assertThat(message).endsWith("observation 0 is NaN");
  }

  @Test
  void anObservationThatIsNoFloat() {
    String message = message("CartPole-v1", env -> env.rows().setCoordinate(BROKEN, 1, -1e200));
    assertThat(message).endsWith("is -Infinity");
  }

  @Test
  void aClockThatJumps() {
    try (Harness env = harness("HalfCheetah-v5")) {
      env.drawActions();
      env.act();
      StateRows rows = ((MujocoRows) env.shard.rows()).rows();
      long time = rows.timeOffset() + BROKEN * rows.strideBytes();
      rows.segment().set(ValueLayout.JAVA_DOUBLE, time, 0.02);
      env.shard.advance();
      env.shard.finish(env.out, 0, 0);
      assertThat(env.diverged.toArray()).containsExactly(0, 1, 0);
      List<String> messages = new ArrayList<>();
      env.shard.takeDivergenceMessages(messages::add);
      assertThat(messages.getFirst())
          .startsWith("environment 11, step 1: simulated time is 0.07")
          .endsWith("expected 0.05");
    }
  }

  @Test
  void divergedEpisodesAreNotFinishedOnes() {
    try (Harness env = harness("HalfCheetah-v5")) {
      env.drawActions();
      env.actions.fill(Float.NaN);
      env.act();
      env.shard.advance();
      env.shard.finish(env.out, 0, 0);
      assertThat(env.diverged.toArray()).containsOnly((byte) 1);
      assertThat(env.shard.finishedEpisodes().size()).isZero();
      assertThat(env.shard.divergences()).isEqualTo(ENVS);
    }
  }

  @Test
  void messagesAreKeptOnlyUpToABound() {
    DivergenceLog messages = new DivergenceLog();
    for (int k = 0; k < DivergenceLog.KEPT + 5; k++) {
      messages.add("message " + k);
    }
    List<String> taken = new ArrayList<>();
    messages.take(taken::add);
    assertThat(taken)
        .hasSize(DivergenceLog.KEPT + 1)
        .startsWith("5 older messages dropped", "message 5");
    taken.clear();
    messages.take(taken::add);
    assertThat(taken).isEmpty();
  }
}
