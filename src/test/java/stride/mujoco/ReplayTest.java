package stride.mujoco;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Does the C replay do what the tape says, and refuse a tape or a range that is none? */
class ReplayTest {
  private static final int N = 4;
  private static final int HORIZON = 20;
  private static final int FRAME_SKIP = 2;
  private static final int RESET_STEP = 10;
  private static final int RESET_ROW = 2;

  @TempDir Path temp;

  private final Arena arena = Arena.ofShared();
  private final Model model = Fixtures.hopper();
  private Tape tape;

  /** Pushes four hoppers about; one begins anew half-way. */
  @BeforeEach
  void recordTape() {
    try (SimulationBatch batch = new SimulationBatch(model, N, 1, false)) {
      StateRows rows = batch.rows();
      MemorySegment controls = arena.allocate(JAVA_DOUBLE, (long) HORIZON * N * model.nu());
      MemorySegment resets = arena.allocate(JAVA_INT, (long) HORIZON * N);
      MemorySegment fresh = arena.allocate(rows.strideBytes(), 8);
      fresh.copyFrom(rows.segment().asSlice(0, rows.strideBytes()));
      MemorySegment first = copy(rows);
      for (int t = 0; t < HORIZON; t++) {
        for (int row = 0; row < N; row++) {
          for (int k = 0; k < model.nu(); k++) {
            int at = (t * N + row) * model.nu() + k;
            controls.setAtIndex(JAVA_DOUBLE, at, Math.sin(at));
            rows.setCtrl(row, k, Math.sin(at));
          }
          resets.setAtIndex(JAVA_INT, (long) t * N + row, -1);
        }
        assertThat(batch.step(FRAME_SKIP)).isZero();
        if (t == RESET_STEP) {
          batch.reset(RESET_ROW);
          resets.setAtIndex(JAVA_INT, (long) t * N + RESET_ROW, 0);
        }
      }
      tape = new Tape(first, copy(rows), controls, resets, fresh, N, HORIZON, FRAME_SKIP);
    }
  }

  private MemorySegment copy(StateRows rows) {
    return arena.allocate(rows.segment().byteSize(), 8).copyFrom(rows.segment());
  }

  @AfterEach
  void close() {
    model.close();
    arena.close();
  }

  @ParameterizedTest
  @EnumSource(Replay.Form.class)
  void endsInTheStatesOfTheTape(Replay.Form form) {
    try (Replay replay = new Replay(model, N)) {
      assertThat(replay.run(tape, form, 0, N)).isZero();
      assertThat(replay.run(tape, form, 0, N)).isZero(); // nothing is left over from the first time
    }
    try (Replay replay = new Replay(model, 2)) {
      assertThat(replay.run(tape, form, 1, 3)).isZero();
      assertThat(replay.run(tape, form, 3, 4)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Replay.Form.class)
  void countsTheSimulationsThatEndElsewhere(Replay.Form form) {
    flipBit(tape.last(), model.stateSize() + 3, 0);
    flipBit(tape.controls(), 3 * model.nu(), 20); // the fourth simulation's first
    try (Replay replay = new Replay(model, N)) {
      assertThat(replay.run(tape, form, 0, N)).isEqualTo(2);
      assertThat(replay.run(tape, form, 0, 1)).isZero();
      assertThat(replay.run(tape, form, 1, 2)).isOne();
      assertThat(replay.run(tape, form, 2, 3)).isZero();
      assertThat(replay.run(tape, form, 3, 4)).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource(Replay.Form.class)
  void aResetThatIsLeftOutEndsElsewhere(Replay.Form form) {
    tape.resets().setAtIndex(JAVA_INT, (long) RESET_STEP * N + RESET_ROW, -1);
    try (Replay replay = new Replay(model, N)) {
      assertThat(replay.run(tape, form, 0, N)).isOne();
      assertThat(replay.run(tape, form, RESET_ROW, RESET_ROW + 1)).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource(Replay.Form.class)
  void refusesAResetOutsideOfTheFreshStates(Replay.Form form) {
    tape.resets().setAtIndex(JAVA_INT, (long) RESET_STEP * N + RESET_ROW, 1 << 30);
    try (Replay replay = new Replay(model, N)) {
      assertThatThrownBy(() -> replay.run(tape, form, 0, N))
          .isInstanceOf(MujocoException.class)
          .hasMessage("replay: a reset of the tape lies outside of its fresh states");
    }
  }

  private static void flipBit(MemorySegment doubles, int index, int bit) {
    long bits = doubles.getAtIndex(JAVA_LONG, index);
    doubles.setAtIndex(JAVA_LONG, index, bits ^ (1L << bit));
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "0, 5", "3, 5", "2, 2", "3, 1", "0, 4", "1, 4"})
  void rejectsRangesOutsideOfTheTapeOrItsOwnRoom(int from, int to) {
    try (Replay replay = new Replay(model, 2)) {
      assertThatThrownBy(() -> replay.run(tape, Replay.Form.HOT, from, to))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("from=" + from + ", to=" + to + ", n=4, capacity=2");
    }
  }

  @Test
  void rejectsSegmentsShorterThanTheTapesShape() {
    UnaryOperator<MemorySegment> cut = segment -> segment.asSlice(0, segment.byteSize() - 1);
    refused(cut.apply(tape.first()), tape.last(), tape.controls(), tape.resets());
    refused(tape.first(), cut.apply(tape.last()), tape.controls(), tape.resets());
    refused(tape.first(), tape.last(), cut.apply(tape.controls()), tape.resets());
    refused(tape.first(), tape.last(), tape.controls(), cut.apply(tape.resets()));
  }

  private void refused(
      MemorySegment first, MemorySegment last, MemorySegment controls, MemorySegment resets) {
    Tape shorter = tape(first, last, controls, resets);
    try (Replay replay = new Replay(model, N)) {
      assertThatThrownBy(() -> replay.run(shorter, Replay.Form.HOT, 0, N))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("tape is shorter than its shape says: ");
    }
  }

  private Tape tape(
      MemorySegment first, MemorySegment last, MemorySegment controls, MemorySegment resets) {
    return new Tape(first, last, controls, resets, tape.fresh(), N, HORIZON, FRAME_SKIP);
  }

  /** The state of such a model is larger than the stack of a thread. */
  @ParameterizedTest
  @EnumSource(Replay.Form.class)
  void replaysAModelWithMuchUserData(Replay.Form form) throws IOException {
    Path file = Files.writeString(temp.resolve("user.xml"), Fixtures.withUserData(1_500_000));
    try (Model user = Model.load(file);
        SimulationBatch batch = new SimulationBatch(user, 2, 1, false);
        Replay replay = new Replay(user, 2)) {
      MemorySegment first = copy(batch.rows());
      MemorySegment controls = arena.allocate(JAVA_DOUBLE, 2);
      MemorySegment resets = arena.allocate(JAVA_INT, 2).fill((byte) -1);
      assertThat(batch.step(1)).isZero();
      MemorySegment last = copy(batch.rows());
      Tape tapeOfUser = new Tape(first, last, controls, resets, arena.allocate(8), 2, 1, 1);
      assertThat(replay.run(tapeOfUser, form, 0, 2)).isZero();
      flipBit(last, user.stateSize() + 5, 0);
      assertThat(replay.run(tapeOfUser, form, 0, 2)).isOne();
    }
  }

  @ParameterizedTest
  @EnumSource(Replay.Form.class)
  void twoThreadsAreRefused(Replay.Form form) throws Exception {
    try (Replay replay = new Replay(model, N)) {
      TwoThreads.assertRefused(
          "Replay[simulations=4] is in use by another thread",
          () -> assertThat(replay.run(tape, form, 0, N)).isZero());
      assertThat(replay.run(tape, form, 0, N)).isZero();
    }
  }

  /** A run that fails gives the object back. */
  @Test
  void runsAgainAfterAFailure() {
    try (Replay replay = new Replay(model, N)) {
      tape.resets().setAtIndex(JAVA_INT, 0, 7);
      assertThatThrownBy(() -> replay.run(tape, Replay.Form.HOT, 0, N))
          .isInstanceOf(MujocoException.class);
      tape.resets().setAtIndex(JAVA_INT, 0, -1);
      assertThat(replay.run(tape, Replay.Form.HOT, 0, N)).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(Replay.Form.class)
  void refusesToRunAfterClosing(Replay.Form form) {
    Replay replay = new Replay(model, N);
    assertThat(replay.run(tape, form, 0, N)).isZero();
    replay.close();
    replay.close();
    assertThatThrownBy(() -> replay.run(tape, form, 0, N))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesAModelThatIsClosed() {
    Model closed = Fixtures.hopper();
    try (Replay replay = new Replay(closed, N)) {
      assertThat(replay.run(tape, Replay.Form.HOT, 0, N)).isZero();
      closed.close();
      assertThatThrownBy(() -> replay.run(tape, Replay.Form.HOT, 0, N))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThatThrownBy(() -> new Replay(closed, N)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void refusesATapeWhoseMemoryIsGone() {
    Arena other = Arena.ofShared();
    MemorySegment last = other.allocate(tape.last().byteSize(), 8).copyFrom(tape.last());
    Tape lent = tape(tape.first(), last, tape.controls(), tape.resets());
    try (Replay replay = new Replay(model, N)) {
      assertThat(replay.run(lent, Replay.Form.HOT, 0, N)).isZero();
      other.close();
      assertThatThrownBy(() -> replay.run(lent, Replay.Form.HOT, 0, N))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
