package stride.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.env.Tasks;
import stride.learn.StageRow;
import stride.nn.Backend;
import stride.train.JsonText;

/** Profiles too short to mean anything, long enough to show that they hold together. */
class ProfileTest {
  private static final double SECONDS = 0.05;

  @TempDir Path temp;

  private final StringWriter progress = new StringWriter();

  private Profile profile(String task) {
    return new Profile(Tasks.of(task), 1, Backend.CPU, SECONDS, new PrintWriter(progress));
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2048",
    "3, 2048",
    "4, 2048",
    "8, 1024",
    "7, 1152",
    "48, 170",
    "64, 128",
    "65, 128",
    "1024, 128"
  })
  void numbersOfEnvironmentsAreComparableWork(int envs, int steps) {
    assertThat(Profile.numSteps(envs)).isEqualTo(steps);
  }

  @Test
  void hasNoLimitWithoutMujoco() {
    Profile profile = profile("CartPole-v1");
    ProfileResult result = profile.run(List.of(64), List.of(1));
    assertThat(result.schemaVersion()).isEqualTo(1);
    assertThat(result.task()).isEqualTo("CartPole-v1");
    assertThat(result.seed()).isEqualTo(1);
    assertThat(result.backend()).isEqualTo("cpu");
    assertThat(result.firstStepSeconds()).as("measured only when asked for").isNull();
    ProfileRow row = result.rows().getFirst();
    assertThat(row.physicsStepsPerSecond()).isNull();
    assertThat(row.limitForm()).isNull();
    assertThat(row.rolloutShare()).isNull();
    assertThat(row.rolloutShareWall()).isNull();
    assertThat(row.rolloutStepsPerSecond()).isPositive();
    assertThat(row.episodeLengthMean()).isBetween(8.0, 500.0);
    assertThat(result.rates().toText()).contains("64 x 1").contains("  -  ");
  }

  @Test
  void measuresEveryCombinationThreadsFastest() {
    Profile profile = profile("CartPole-v1");
    ProfileResult result = profile.run(List.of(64, 32), List.of(2, 1));
    assertThat(result.rows())
        .extracting(row -> row.envs() + " x " + row.threads())
        .containsExactly("64 x 2", "64 x 1", "32 x 2", "32 x 1");
    assertThat(profile.stepNanos())
        .extracting(Histogram::getTag)
        .containsExactly(
            "CartPole-v1_64x2", "CartPole-v1_64x1", "CartPole-v1_32x2", "CartPole-v1_32x1");
    assertThat(progress.toString().lines())
        .hasSize(4)
        .allMatch(
            line -> line.matches(" {2}\\d+ environments on \\d threads \\.* \\d+ env steps/s"));
  }

  @Test
  void measuresTheRolloutAgainstTheLimit() {
    Profile profile = profile("Hopper-v5");
    ProfileResult result = profile.run(List.of(2), List.of(2));
    ProfileRow row = result.rows().getFirst();
    assertThat(row.numSteps()).isEqualTo(2048);
    assertThat(row.iterations()).isGreaterThanOrEqualTo(5);
    assertThat(row.physicsStepsPerSecond()).isPositive();
    assertThat(row.rolloutStepsPerSecond()).isPositive();
    assertThat(row.limitForm()).isIn("per_simulation", "hot");
    assertThat(row.rolloutShare()).isBetween(0.2, 1.5);
    assertThat(row.rolloutShareWall()).isBetween(0.1, 3.0); // others may use the cores too
    assertThat(row.episodeLengthMean()).isBetween(5.0, 200.0);

    assertThat(row.trainStepsPerSecond()).isBetween(1.0, row.rolloutStepsPerSecond());
    assertThat(row.trainShare()).isBetween(0.02, row.rolloutShare());
    assertThat(row.trainShareWall()).isBetween(0.02, row.rolloutShareWall());

    assertThat(row.stages())
        .extracting(StageRow::stage)
        .contains("rollout.physics", "gae", "update.forward", "other");
    assertThat(percent(row, "[a-z]*")).isCloseTo(100, within(1e-6));
    assertThat(percent(row, "update\\..*")).isCloseTo(percent(row, "update"), within(1e-6));
    assertThat(row.stages()).allMatch(stage -> stage.percent() > -2);
    assertThat(row.stages().stream().filter(stage -> stage.stage().equals("rollout.physics")))
        .singleElement()
        .satisfies(
            physics -> {
              // four iterations, two threads, one environment each
              assertThat(physics.hits()).isEqualTo(4 * 2 * 2048);
              assertThat(physics.percent()).isGreaterThan(20);
            });

    Percentiles step = row.stepMicros();
    assertThat(step.count()).isEqualTo(4 * 2 * 2048);
    assertThat(step.p50()).isPositive();
    assertThat(List.of(step.p50(), step.p90(), step.p99(), step.p999(), step.max())).isSorted();
    assertThat(Percentiles.of(profile.stepNanos().getFirst())).isEqualTo(step);
  }

  private static double percent(ProfileRow row, String pattern) {
    return row.stages().stream()
        .filter(stage -> stage.stage().matches(pattern))
        .mapToDouble(StageRow::percent)
        .sum();
  }

  @Test
  void isKeptInAResultsFolder() {
    Profile profile = profile("CartPole-v1");
    profile.measureFirstStep();
    ProfileResult result = profile.run(List.of(64), List.of(1));
    assertThat(result.firstStepSeconds()).isPositive();
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    ProfileReport.write(folder, result, profile.stepNanos());
    assertThat(
            JsonText.read(folder.path().resolve("profile-CartPole-v1.json"), ProfileResult.class))
        .isEqualTo(result);
    assertThat(folder.path().resolve("latency-rollout-CartPole-v1.hlog"))
        .content()
        .contains("Tag=CartPole-v1_64x1,");
    assertThat(ProfileReport.markdown(result))
        .startsWith("## Profile of CartPole-v1\n\n| envs x threads |")
        .contains("\n### Stages of 64 x 1\n\n| stage ")
        .contains("| rollout.physics |");
    assertThat(ProfileReport.text(result))
        .startsWith("CartPole-v1, policy 2 x 64 tanh, backend cpu, seed 1\n")
        .contains("\nstages of 64 x 1\n")
        .endsWith(" s after the JVM's start\n");
  }

  @Test
  void aFailureEndsTheLineOfProgress() {
    Profile profile = profile("CartPole-v1");
    assertThatThrownBy(() -> profile.run(List.of(0), List.of(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("num_envs=0, required: >= 1");
    assertThat(progress.toString()).endsWith(" failed\n");
  }
}
