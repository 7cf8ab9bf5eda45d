package stride.learn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Is a second of a clock a second of the table? */
class StageTimesTest {
  private static final long MILLI = 1_000_000;
  private static final double EPSILON = 1e-9;
  private static final long ENV_STEPS = 80;

  /** Two iterations of 100 ms, one with the clocks on. */
  private static StageTimes twoIterations() {
    var times = new StageTimes(ENV_STEPS);
    var split = Splits.of(60 * MILLI, 5 * MILLI, 30 * MILLI);
    times.iteration(split, 100 * MILLI);
    times.iteration(split, 100 * MILLI);
    times.sample(split, clocks());
    return times;
  }

  /** Two threads in the rollout and, by clocks of their own, in the update. */
  private static List<StageClock> clocks() {
    return List.of(
        Clocks.of(10, Map.of(Stage.PHYSICS, 5 * MILLI, Stage.POLICY, MILLI / 2)),
        Clocks.of(10, Map.of(Stage.PHYSICS, 4 * MILLI, Stage.POLICY, MILLI / 2)),
        Clocks.of(4, Map.of(Stage.FORWARD, 2 * MILLI, Stage.BACKWARD, 5 * MILLI)),
        Clocks.of(4, Map.of(Stage.FORWARD, 2 * MILLI, Stage.BACKWARD, 3 * MILLI)));
  }

  private static StageRow row(List<StageRow> rows, String stage) {
    return rows.stream().filter(row -> row.stage().equals(stage)).findFirst().orElseThrow();
  }

  private static double seconds(List<StageRow> rows, String pattern) {
    return rows.stream()
        .filter(row -> row.stage().matches(pattern))
        .mapToDouble(StageRow::totalSeconds)
        .sum();
  }

  @Test
  void namesWhatWasDoneInOrder() {
    assertThat(twoIterations().rows())
        .extracting(StageRow::stage)
        .containsExactly(
            "rollout",
            "rollout.policy",
            "rollout.physics",
            "rollout.other",
            "gae",
            "update",
            "update.forward",
            "update.backward",
            "update.other",
            "other");
  }

  @Test
  void firstLevelRowsAddUpToTheWallTime() {
    List<StageRow> rows = twoIterations().rows();
    assertThat(seconds(rows, "[a-z]*")).isCloseTo(0.2, within(EPSILON));
    assertThat(row(rows, "other").totalSeconds()).isCloseTo(0.01, within(EPSILON));
  }

  @Test
  void innerRowsAddUpToTheirStage() {
    List<StageRow> rows = twoIterations().rows();
    assertThat(seconds(rows, "rollout\\..*")).isCloseTo(0.12, within(EPSILON));
    assertThat(seconds(rows, "update\\..*")).isCloseTo(0.06, within(EPSILON));
  }

  @Test
  void convertsUnits() {
    StageRow physics = row(twoIterations().rows(), "rollout.physics");
    assertThat(physics.hits()).isEqualTo(40); // 20 in one of two iterations
    assertThat(physics.nanosPerHit()).isCloseTo(90e6 / 20, within(EPSILON));
    assertThat(physics.totalSeconds()).isCloseTo(0.090, within(EPSILON)); // mean of two threads
    assertThat(physics.nanosPerEnvStep()).isCloseTo(90e6 / (2 * ENV_STEPS), within(EPSILON));
    assertThat(physics.percent()).isCloseTo(45, within(EPSILON));
    StageRow gae = row(twoIterations().rows(), "gae");
    assertThat(gae)
        .isEqualTo(new StageRow("gae", 2, gae.totalSeconds(), 5e6, 10e6 / (2 * ENV_STEPS), 5));
  }

  @Test
  void aThreadWithNothingToDoDoesNotCount() {
    var times = new StageTimes(ENV_STEPS);
    var split = Splits.of(60 * MILLI, 0, 0);
    times.iteration(split, 60 * MILLI);
    times.sample(split, List.of(Clocks.of(9, Map.of(Stage.PHYSICS, 5 * MILLI)), new StageClock()));
    assertThat(row(times.rows(), "rollout.physics").percent()).isCloseTo(75, within(EPSILON));
    assertThat(times.rows()).extracting(StageRow::stage).doesNotContain("rollout.policy");
  }

  @Test
  void samplingClearsTheClocks() {
    List<StageClock> clocks = clocks();
    new StageTimes(ENV_STEPS).sample(Splits.of(1, 1, 1), clocks);
    assertThat(clocks.getFirst().hits(Stage.PHYSICS)).isZero();
  }

  @Test
  void withoutSamplesOnlyTheFirstLevelIsKnown() {
    var times = new StageTimes(ENV_STEPS);
    times.iteration(Splits.of(1, 2, 3), 7);
    times.outside(3);
    assertThat(times.rows())
        .extracting(StageRow::stage)
        .containsExactly("rollout", "gae", "update", "other");
    assertThat(row(times.rows(), "other").percent()).isCloseTo(40, within(EPSILON));
  }
}
