package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.DoubleSlab;
import stride.mujoco.Model;
import stride.mujoco.SimulationBatch;
import stride.mujoco.StateRows;

/** Is a tape enough to do the same physics again? */
class ReplayTapeTest {
  private static final int ENVS = 4;
  private static final int HORIZON = 60;

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "HalfCheetah-v5"})
  void holdsAllThatThePhysicsNeeds(String task) {
    ShardOptions options = ShardOptions.DEFAULTS.withMaxEpisodeSteps(25);
    try (Harness env = new Harness(task, 0, ENVS, 1, options);
        ReplayTape tape = env.shard.tape(HORIZON, HORIZON * ENVS)) {
      env.reset();
      env.steps(13);
      env.shard.record(tape);
      env.steps(HORIZON - 1);
      assertThat(tape.isFinished()).isFalse();
      env.step();
      assertThat(tape.isFinished()).isTrue();
      env.steps(10); // not on the tape
      assertThat(tape.horizon()).isEqualTo(HORIZON);
      assertThat(tape.simulations()).isEqualTo(ENVS);
      assertThat(tape.frameSkip()).isEqualTo(env.shard.task().spec().frameSkip());
      assertThat(tape.resetCount()).isPositive();
      assertThat(replayEndsEqual(tape)).isTrue();

      // the proof would be none if it could not fail
      long last = tape.controls().length() - 1;
      tape.controls().set(last, tape.controls().get(last) + 1e-6);
      assertThat(replayEndsEqual(tape)).isFalse();
    }
  }

  private static boolean replayEndsEqual(ReplayTape tape) {
    try (Model model = Model.load(tape.modelFile());
        SimulationBatch batch = new SimulationBatch(model, ENVS, 1, false)) {
      StateRows rows = batch.rows();
      MemorySegment states = rows.segment();
      states.copyFrom(tape.first().segment());
      for (int t = 0; t < tape.horizon(); t++) {
        for (int row = 0; row < ENVS; row++) {
          for (int k = 0; k < rows.nu(); k++) {
            long at = ((long) t * ENVS + row) * rows.nu() + k;
            rows.setCtrl(row, k, tape.controls().get(at));
          }
        }
        assertThat(batch.step(tape.frameSkip())).isZero();
        for (int row = 0; row < ENVS; row++) {
          int fresh = tape.resets().get((long) t * ENVS + row);
          if (fresh >= 0) {
            copyRow(tape.fresh(), fresh, rows, row);
          }
        }
      }
      return states.mismatch(tape.last().segment()) < 0;
    }
  }

  private static void copyRow(DoubleSlab from, int fromRow, StateRows to, int toRow) {
    long bytes = to.strideBytes();
    MemorySegment.copy(from.segment(), fromRow * bytes, to.segment(), toRow * bytes, bytes);
  }

  @Test
  void recordingDoesNotChangeTheRun() {
    try (Harness recorded = new Harness("Hopper-v5", ENVS);
        Harness plain = new Harness("Hopper-v5", ENVS);
        ReplayTape tape = recorded.shard.tape(HORIZON, HORIZON * ENVS)) {
      recorded.reset();
      plain.reset();
      recorded.shard.record(tape);
      recorded.steps(HORIZON);
      plain.steps(HORIZON);
      assertThat(recorded.obs.sameBits(plain.obs)).isTrue();
    }
  }

  @Test
  void takesDivergedRowsAsResets() {
    try (Harness env = new Harness("HalfCheetah-v5", ENVS);
        ReplayTape tape = env.shard.tape(3, 3 * ENVS)) {
      env.reset();
      env.shard.record(tape);
      env.step();
      env.drawActions();
      env.actions.set(6, Float.NaN);
      env.act();
      env.shard.advance();
      env.shard.finish(env.out, 0, 0);
      env.step();
      assertThat(tape.resets().toArray())
          .containsExactly(-1, -1, -1, -1, -1, 0, -1, -1, -1, -1, -1, -1);
      assertThat(replayEndsEqual(tape)).isTrue();
    }
  }

  @Test
  void canBeFinishedEarlyAndUsedAgain() {
    try (Harness env = new Harness("Hopper-v5", ENVS);
        ReplayTape tape = env.shard.tape(HORIZON, HORIZON * ENVS)) {
      env.reset();
      for (int round = 0; round < 2; round++) {
        env.shard.record(tape);
        env.steps(20);
        tape.finish();
        tape.finish();
        env.steps(5);
        assertThat(tape.horizon()).isEqualTo(20);
        assertThat(replayEndsEqual(tape)).isTrue();
      }
    }
  }

  @Test
  void refusesWhatItCannotRecord() {
    try (Harness pole = new Harness("CartPole-v1", 1);
        Harness hopper = new Harness("Hopper-v5", 1);
        Harness other = new Harness("Hopper-v5", 1)) {
      ReplayTape tape = hopper.shard.tape(5, 1);
      assertThatThrownBy(() -> pole.shard.tape(5, 5))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("CartPole-v1 does not run on MuJoCo");
      other.reset();
      assertThatThrownBy(() -> other.shard.record(tape))
          .isInstanceOf(IllegalArgumentException.class);
      hopper.reset();
      hopper.shard.record(tape);
      assertThatThrownBy(() -> hopper.shard.record(tape)).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(hopper::reset).isInstanceOf(IllegalStateException.class);
      tape.close();
      tape.close();
      assertThatThrownBy(hopper::step).isInstanceOf(IllegalStateException.class);
    }
  }
}
