package stride.mujoco;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SimulationBatchTest {
  @TempDir Path temp;

  private static MemorySegment row(SimulationBatch batch, int row) {
    long stride = batch.rows().strideBytes();
    return batch.rows().segment().asSlice(row * stride, stride);
  }

  private static void push(SimulationBatch batch, int steps) {
    for (int t = 0; t < steps; t++) {
      for (int row = 0; row < batch.simulations(); row++) {
        for (int k = 0; k < batch.rows().nu(); k++) {
          batch.rows().setCtrl(row, k, Math.sin(t + row + 2.0 * k));
        }
      }
      assertThat(batch.step(4)).isZero();
    }
  }

  @Test
  void rowsLieAsDocumented() {
    try (SimulationBatch batch = Fixtures.hoppers(5, 1)) {
      StateRows rows = batch.rows();
      assertThat(batch.simulations()).isEqualTo(5);
      assertThat(rows.simulations()).isEqualTo(5);
      assertThat(rows.nq()).isEqualTo(6);
      assertThat(rows.nv()).isEqualTo(6);
      assertThat(rows.nu()).isEqualTo(3);
      assertThat(rows.strideBytes()).isEqualTo(8L * rows.stateSize());
      assertThat(rows.segment().byteSize()).isEqualTo(5 * rows.strideBytes());
      assertThat(rows.timeOffset()).isZero();
      assertThat(rows.qposOffset()).isEqualTo(8);
      assertThat(rows.qvelOffset()).isEqualTo(8 + 8 * 6);
      assertThat(rows.ctrlOffset())
          .isGreaterThanOrEqualTo(rows.qvelOffset() + 8 * 6)
          .isLessThanOrEqualTo(rows.strideBytes() - 8 * 3);
    }
  }

  @Test
  void accessorsReachTheRowTheyName() {
    try (SimulationBatch batch = Fixtures.hoppers(3, 1)) {
      StateRows rows = batch.rows();
      rows.setQpos(1, 2, 0.25);
      rows.setQvel(1, 3, 0.5);
      rows.setCtrl(1, 0, 0.75);
      assertThat(rows.qpos(1, 2)).isEqualTo(0.25);
      assertThat(rows.qvel(1, 3)).isEqualTo(0.5);
      assertThat(rows.ctrl(1, 0)).isEqualTo(0.75);
      for (int other : new int[] {0, 2}) {
        assertThat(rows.qpos(other, 2)).isZero();
        assertThat(rows.qvel(other, 3)).isZero();
        assertThat(rows.ctrl(other, 0)).isZero();
        assertThat(rows.qpos(other, 1)).isEqualTo(1.25);
      }
      assertThatThrownBy(() -> rows.qpos(4, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  /** Such an index reaches another part of the row, or the next one. */
  @ParameterizedTest
  @ValueSource(ints = {-1, 6, 30, 40, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void accessorsRefuseCoordinatesThatAreNone(int k) {
    try (SimulationBatch batch = Fixtures.hoppers(3, 1)) {
      StateRows rows = batch.rows();
      byte[] before = rows.segment().toArray(JAVA_BYTE);
      for (ThrowingCallable access :
          List.<ThrowingCallable>of(
              () -> rows.qpos(1, k),
              () -> rows.setQpos(1, k, 1),
              () -> rows.qvel(1, k),
              () -> rows.setQvel(1, k, 1),
              () -> rows.ctrl(1, k < 0 ? k : k / 2), // 3 controls
              () -> rows.setCtrl(1, k < 0 ? k : k / 2, 1))) {
        assertThatThrownBy(access).isInstanceOf(IndexOutOfBoundsException.class);
      }
      assertThat(rows.segment().toArray(JAVA_BYTE)).containsExactly(before);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void accessorsRefuseRowsThatAreNone(int row) {
    try (SimulationBatch batch = Fixtures.hoppers(3, 1)) {
      StateRows rows = batch.rows();
      for (ThrowingCallable access :
          List.<ThrowingCallable>of(
              () -> rows.time(row),
              () -> rows.qpos(row, 5),
              () -> rows.setQpos(row, 0, 1),
              () -> rows.qvel(row, 5),
              () -> rows.setQvel(row, 0, 1),
              () -> rows.ctrl(row, 2),
              () -> rows.setCtrl(row, 0, 1))) {
        assertThatThrownBy(access).isInstanceOf(IndexOutOfBoundsException.class);
      }
    }
  }

  @Test
  void obeysNewton() throws IOException {
    Path file = Files.writeString(temp.resolve("slider.xml"), Fixtures.SLIDER);
    try (Model model = Model.load(file);
        SimulationBatch batch = new SimulationBatch(model, 2, 1, false)) {
      batch.rows().setCtrl(1, 0, 3); // N on 2 kg
      batch.step(100);
      assertThat(batch.rows().time(1)).isCloseTo(1, within(1e-12));
      assertThat(batch.rows().qvel(1, 0)).isCloseTo(1.5, within(1e-12));
      assertThat(batch.rows().qvel(0, 0)).isZero();
    }
  }

  @Test
  void aResetRowIsANewBatchesRow() {
    try (SimulationBatch used = Fixtures.hoppers(3, 1);
        SimulationBatch fresh = Fixtures.hoppers(1, 1)) {
      push(used, 50);
      byte[] neighbour = row(used, 0).toArray(JAVA_BYTE);
      assertThat(row(used, 1).mismatch(row(fresh, 0))).isNotNegative();
      used.reset(1);
      assertThat(row(used, 1).mismatch(row(fresh, 0))).isNegative();
      assertThat(row(used, 0).toArray(JAVA_BYTE)).containsExactly(neighbour);

      // and it goes on like one
      for (SimulationBatch batch : new SimulationBatch[] {used, fresh}) {
        batch.rows().setCtrl(batch == used ? 1 : 0, 0, 0.5);
        batch.step(20);
      }
      assertThat(row(used, 1).mismatch(row(fresh, 0))).isNegative();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, false", "1, true", "2, true"})
  void threadsAndPersistenceDoNotMatter(int threads, boolean persistent) {
    try (Model model = Fixtures.hopper();
        SimulationBatch one = new SimulationBatch(model, 4, 1, false);
        SimulationBatch other = new SimulationBatch(model, 4, threads, persistent)) {
      push(one, 100);
      push(other, 100);
      assertThat(one.rows().segment().mismatch(other.rows().segment())).isNegative();
    }
  }

  @Test
  void rowsAreTheWholeState() {
    try (SimulationBatch one = Fixtures.hoppers(2, 1);
        SimulationBatch other = Fixtures.hoppers(2, 1)) {
      push(one, 60);
      other.rows().segment().copyFrom(one.rows().segment());
      push(one, 60);
      push(other, 60);
      assertThat(one.rows().segment().mismatch(other.rows().segment())).isNegative();
    }
  }

  @Test
  void tellsWhichSimulationBrokeAndWhy() {
    try (SimulationBatch batch = Fixtures.hoppers(3, 1)) {
      push(batch, 5);
      assertThat(batch.warnings()).isZero();
      batch.rows().setQvel(1, 0, 1e20);
      batch.rows().setCtrl(2, 0, Double.NaN);
      batch.step(1);
      assertThat(batch.isBad(0)).isFalse();
      assertThat(batch.isBad(1)).isTrue();
      assertThat(batch.isBad(2)).isTrue();
      assertThat(batch.failure(0)).isEmpty();
      assertThat(batch.failure(1)).containsIgnoringCase("qvel");
      assertThat(batch.failure(2)).containsIgnoringCase("ctrl");
      long warnings = batch.warnings();
      assertThat(warnings).isGreaterThanOrEqualTo(2);

      batch.reset(1);
      assertThat(batch.isBad(1)).isFalse();
      assertThat(batch.isBad(2)).isTrue();
      assertThat(batch.warnings()).isEqualTo(warnings);
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 1", "1, 0", "1, -3"})
  void rejectsNumbersBelowOne(int simulations, int threads) {
    try (Model model = Fixtures.hopper()) {
      assertThatThrownBy(() -> new SimulationBatch(model, simulations, threads, false))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "simulations=%d, threads=%d, required: both >= 1".formatted(simulations, threads));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 3, Integer.MAX_VALUE})
  void rejectsSimulationsThatAreNone(int simulation) {
    try (SimulationBatch batch = Fixtures.hoppers(3, 1)) {
      assertThatThrownBy(() -> batch.reset(simulation))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> batch.isBad(simulation))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> batch.failure(simulation))
          .isInstanceOf(IndexOutOfBoundsException.class);
      batch.step(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1})
  void rejectsStepsBelowOne(int substeps) {
    try (SimulationBatch batch = Fixtures.hoppers(1, 1)) {
      assertThatThrownBy(() -> batch.step(substeps))
          .isInstanceOf(MujocoException.class)
          .hasMessageContaining("nstep must be positive");
      assertThat(batch.step(1)).isZero();
    }
  }
}
