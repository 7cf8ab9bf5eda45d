package stride.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import stride.learn.Clocks;
import stride.learn.Stage;
import stride.learn.StageClock;

/** Is a second of a clock a second of the table? */
class StageRowTest {
  private static final long MILLI = 1_000_000;
  private static final double EPSILON = 1e-12;

  // ten steps: 8 ms of physics and 1 ms of policy on one thread, 6 ms and 1 ms on the other
  private static final List<StageClock> CLOCKS =
      List.of(
          Clocks.of(10, Map.of(Stage.PHYSICS, 8 * MILLI, Stage.POLICY, MILLI)),
          Clocks.of(10, Map.of(Stage.PHYSICS, 6 * MILLI, Stage.POLICY, MILLI)));
  private static final long WALL_NANOS = 100 * MILLI;
  private static final long ENV_STEPS = 80; // ten steps of four environments on each of two threads

  private static final List<StageRow> ROWS = StageRow.ofRollout(CLOCKS, WALL_NANOS, ENV_STEPS);

  private static StageRow row(List<StageRow> rows, String stage) {
    return rows.stream().filter(row -> row.stage().equals(stage)).findFirst().orElseThrow();
  }

  @Test
  void namesTheStagesOfARollout() {
    assertThat(ROWS)
        .extracting(StageRow::stage)
        .containsExactly(
            "rollout.policy",
            "rollout.physics",
            "rollout.observe",
            "rollout.reset",
            "rollout.values",
            "other");
  }

  @Test
  void convertsUnits() {
    StageRow physics = row(ROWS, "rollout.physics");
    assertThat(physics.hits()).isEqualTo(20);
    assertThat(physics.totalSeconds()).isCloseTo(0.070, within(EPSILON)); // mean of 80 and 60 ms
    assertThat(physics.nanosPerHit()).isCloseTo(7e6, within(EPSILON));
    assertThat(physics.nanosPerEnvStep()).isCloseTo(140e6 / 80, within(EPSILON));
    assertThat(physics.percent()).isCloseTo(70, within(EPSILON));
  }

  @Test
  void aStageNeverDoneTookNothing() {
    assertThat(row(ROWS, "rollout.reset")).isEqualTo(new StageRow("rollout.reset", 0, 0, 0, 0, 0));
  }

  @Test
  void theRestOfTheWallTimeIsOther() {
    StageRow other = row(ROWS, "other");
    assertThat(other.totalSeconds()).isCloseTo(0.020, within(EPSILON));
    assertThat(other.percent()).isCloseTo(20, within(EPSILON));
  }

  @Test
  void percentagesAddUpToAHundred() {
    assertThat(ROWS.stream().mapToDouble(StageRow::percent).sum()).isCloseTo(100, within(EPSILON));
    assertThat(ROWS.stream().mapToDouble(StageRow::totalSeconds).sum())
        .isCloseTo(WALL_NANOS * 1e-9, within(EPSILON));
  }

  @Test
  void oneThreadIsItsOwnMean() {
    List<StageRow> rows = StageRow.ofRollout(CLOCKS.subList(0, 1), WALL_NANOS, ENV_STEPS / 2);
    assertThat(row(rows, "rollout.physics").totalSeconds()).isCloseTo(0.080, within(EPSILON));
    assertThat(row(rows, "rollout.physics").percent()).isCloseTo(80, within(EPSILON));
    assertThat(row(rows, "other").percent()).isCloseTo(10, within(EPSILON));
  }
}
