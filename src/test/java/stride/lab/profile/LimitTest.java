package stride.lab.profile;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import stride.collect.Rollout;
import stride.collect.RolloutConfig;
import stride.collect.Stepping;
import stride.env.ReplayTape;
import stride.env.Task;
import stride.env.Tasks;
import stride.lab.LabException;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.mujoco.Replay.Form;
import stride.nn.Backend;
import stride.nn.PolicyLayout;
import stride.parallel.Team;

/** Does C do the very physics of a rollout, and would it be noticed if not? */
class LimitTest {
  private static final int ENVS = 5;
  private static final int HORIZON = 60;
  private static final String ELSEWHERE =
      "the C replay ended elsewhere in 1 simulations: it is not the same physics";

  /** Rollouts and their limit. */
  private static final class Fixture implements AutoCloseable {
    final Team team;
    final Arena arena = Arena.ofShared();
    final FloatSlab parameters;
    final Rollout rollout;
    final Limit limit;

    Fixture(String name, int threads) {
      this(name, threads, Stepping.SHARDED);
    }

    Fixture(String name, int threads, Stepping stepping) {
      Task task = Tasks.of(name);
      PolicyLayout policy = Networks.of(task.spec());
      RolloutConfig config = RolloutConfig.of(ENVS, HORIZON, 3, stepping);
      team = new Team(threads);
      parameters = FloatSlab.allocate(arena, policy.size());
      policy.initialize(parameters, 3);
      rollout =
          new Rollout(
              task, policy, Backends.kernels(Backend.CPU), team, config, SlabAllocator.PAGES);
      limit = new Limit(team, rollout.shards(), HORIZON);
      rollout.collect(parameters); // begins the first episodes
    }

    ReplayTape record() {
      limit.record();
      rollout.collect(parameters);
      return limit.tapes().getLast();
    }

    @Override
    public void close() {
      limit.close();
      rollout.close();
      team.close();
      arena.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"Hopper-v5, 1", "Hopper-v5, 2", "Hopper-v5, 3", "HalfCheetah-v5, 2"})
  void endsWhereTheRolloutsEnded(String task, int threads) {
    try (Fixture fixture = new Fixture(task, threads)) {
      int resets = 0;
      for (int k = 0; k < 4; k++) {
        fixture.record();
        for (Form form : Form.values()) {
          assertThatCode(() -> fixture.limit.replay(form)).doesNotThrowAnyException();
        }
        resets += fixture.limit.tapes().stream().mapToInt(ReplayTape::resetCount).sum();
      }
      assertThat(fixture.limit.tapes()).hasSize(threads);
      // hoppers fall, so that new episodes are part of what was proved
      assertThat(resets > 0).isEqualTo(task.equals("Hopper-v5"));
    }
  }

  @Test
  void moreThreadsThanShardsIdle() {
    try (Fixture fixture = new Fixture("Hopper-v5", ENVS + 2)) {
      fixture.record();
      assertThat(fixture.limit.tapes()).hasSize(ENVS);
      for (Form form : Form.values()) {
        assertThatCode(() -> fixture.limit.replay(form)).doesNotThrowAnyException();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "3", "7"})
  void replaysAShardThatAllThreadsStepTogether(int threads) {
    try (Fixture fixture = new Fixture("Hopper-v5", threads, Stepping.LOCKSTEP)) {
      ReplayTape tape = fixture.record();
      assertThat(fixture.limit.tapes()).hasSize(1);
      assertThat(tape.simulations()).isEqualTo(ENVS);
      for (Form form : Form.values()) {
        assertThatCode(() -> fixture.limit.replay(form)).doesNotThrowAnyException();
      }
      flipBit(tape.last(), tape.last().length() - 1, 0); // that of the last member's last
      assertThatThrownBy(() -> fixture.limit.replay(Form.HOT)).hasMessage(ELSEWHERE);
    }
  }

  /** As with a policy on a device, where one half is stepped while the other waits for actions. */
  @ParameterizedTest
  @CsvSource({"1", "3", "4"})
  void replaysTwoShardsOnAnyNumberOfThreads(int threads) {
    Task task = Tasks.of("Hopper-v5");
    PolicyLayout policy = Networks.of(task.spec());
    RolloutConfig config = RolloutConfig.of(ENVS, HORIZON, 3, Stepping.SHARDED);
    try (Team two = new Team(2);
        Team others = new Team(threads);
        Arena arena = Arena.ofShared();
        Rollout rollout =
            new Rollout(
                task, policy, Backends.kernels(Backend.CPU), two, config, SlabAllocator.PAGES);
        Limit limit = new Limit(others, rollout.shards(), HORIZON)) {
      FloatSlab parameters = FloatSlab.allocate(arena, policy.size());
      policy.initialize(parameters, 3);
      rollout.collect(parameters);
      limit.record();
      rollout.collect(parameters);
      assertThat(limit.tapes()).hasSize(2);
      for (ReplayTape tape : limit.tapes()) {
        assertThatCode(() -> limit.replay(Form.HOT)).doesNotThrowAnyException();
        flipBit(tape.last(), tape.last().length() - 1, 0);
        assertThatThrownBy(() -> limit.replay(Form.HOT)).hasMessage(ELSEWHERE);
        flipBit(tape.last(), tape.last().length() - 1, 0);
      }
    }
  }

  // the proof would be none if it could not fail; cheetahs never fall, so that nothing is forgotten

  @ParameterizedTest
  @EnumSource(Form.class)
  void noticesOneBitOfOneControl(Form form) {
    try (Fixture fixture = new Fixture("HalfCheetah-v5", 2)) {
      ReplayTape tape = fixture.record();
      long inner = 0; // a control at its bound could be clipped back to it
      while (Math.abs(tape.controls().get(inner)) > 0.9) {
        inner++;
      }
      assertThat(inner).isLessThan(6); // of the first step
      flipBit(tape.controls(), inner, 20);
      assertThatThrownBy(() -> fixture.limit.replay(form))
          .isInstanceOf(LabException.class)
          .hasMessage(ELSEWHERE);
    }
  }

  @ParameterizedTest
  @EnumSource(Form.class)
  void noticesOneBitOfTheLastState(Form form) {
    try (Fixture fixture = new Fixture("Hopper-v5", 2)) {
      DoubleSlab last = fixture.record().last();
      flipBit(last, last.length() - 1, 0);
      assertThatThrownBy(() -> fixture.limit.replay(form))
          .isInstanceOf(LabException.class)
          .hasMessage(ELSEWHERE);
      flipBit(last, last.length() - 1, 0);
      assertThatCode(() -> fixture.limit.replay(form)).doesNotThrowAnyException();
    }
  }

  @Test
  void refusesToRecordTwoRolloutsAtOnce() {
    try (Fixture fixture = new Fixture("HalfCheetah-v5", 1)) {
      fixture.limit.record();
      assertThatThrownBy(fixture.limit::record).isInstanceOf(IllegalStateException.class);
      fixture.rollout.collect(fixture.parameters);
      assertThatCode(() -> fixture.limit.replay(Form.HOT)).doesNotThrowAnyException();
    }
  }

  @Test
  void refusesToReplayWhatIsNotRecordedWhole() {
    try (Fixture fixture = new Fixture("HalfCheetah-v5", 2)) {
      assertThatThrownBy(() -> fixture.limit.replay(Form.HOT))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("a recording has not ended");
      fixture.limit.record();
      assertThatThrownBy(() -> fixture.limit.replay(Form.HOT))
          .isInstanceOf(IllegalStateException.class);
      fixture.rollout.collect(fixture.parameters);
      assertThatCode(() -> fixture.limit.replay(Form.HOT)).doesNotThrowAnyException();
    }
  }

  private static void flipBit(DoubleSlab slab, long index, int bit) {
    long bits = slab.segment().getAtIndex(JAVA_LONG, index);
    slab.segment().setAtIndex(JAVA_LONG, index, bits ^ (1L << bit));
  }

  @Test
  void needsATaskOnMujoco() {
    Task task = Tasks.of("CartPole-v1");
    PolicyLayout policy = Networks.of(task.spec());
    RolloutConfig config = RolloutConfig.of(2, 4, 3, Stepping.SHARDED);
    try (Team team = new Team(1);
        Rollout rollout =
            new Rollout(
                task, policy, Backends.kernels(Backend.CPU), team, config, SlabAllocator.PAGES)) {
      assertThatThrownBy(() -> new Limit(team, rollout.shards(), 4))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("CartPole-v1 does not run on MuJoCo");
      assertThat(PairedRates.limit(task, team, rollout)).isNull();
    }
  }

  @Test
  void closesTwiceAndThenRefuses() {
    try (Fixture fixture = new Fixture("Hopper-v5", 2)) {
      fixture.record();
      fixture.limit.close();
      fixture.limit.close();
      assertThatThrownBy(() -> fixture.limit.replay(Form.HOT))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
