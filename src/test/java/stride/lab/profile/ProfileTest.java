package stride.lab.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.env.Tasks;
import stride.files.JsonText;
import stride.learn.StageRow;
import stride.ppo.Ppo;
import stride.results.Machines;
import stride.results.Percentiles;
import stride.results.ProfileResult;
import stride.results.ProfileRow;
import stride.results.ProfileWindow;
import stride.results.RatesTable;
import stride.results.ResultsFolder;
import stride.stats.Interval;

/** Profiles too short to mean anything, long enough to show that they hold together. */
class ProfileTest {
  private static final double SECONDS = 0.05;
  private static final List<String> LATENCIES =
      List.of("shard_step", "rollout", "gae", "minibatch", "iteration");

  @TempDir Path temp;

  private final StringWriter progress = new StringWriter();

  private static ProfilePlan plan(String task) {
    return new ProfilePlan(new Ppo(), Tasks.of(task), 1, Map.of(), SECONDS);
  }

  private Profile profile(String task) {
    return new Profile(plan(task), new PrintWriter(progress));
  }

  private Profile lockstep(String task) {
    var changes = Map.of("stepping", "lockstep");
    var plan = new ProfilePlan(new Ppo(), Tasks.of(task), 1, changes, SECONDS);
    return new Profile(plan, new PrintWriter(progress));
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
    assertThat(Ppo.numSteps(envs)).isEqualTo(steps);
  }

  @Test
  void hasNoLimitWithoutMujoco() {
    Profile profile = profile("CartPole-v1");
    ProfileResult result = profile.run(List.of(64), List.of(1));
    assertThat(result.schemaVersion()).isEqualTo(1);
    assertThat(result.task()).isEqualTo("CartPole-v1");
    assertThat(result.seed()).isEqualTo(1);
    assertThat(result.backend()).isEqualTo("cpu");
    assertThat(result.stepping()).isEqualTo("sharded");
    assertThat(result.policyDevice()).isEqualTo("cpu");
    assertThat(result.firstStepSeconds()).as("measured only when asked for").isNull();
    ProfileRow row = result.rows().getFirst();
    assertThat(row.physicsStepsPerSecond()).isNull();
    assertThat(row.limitForm()).isNull();
    assertThat(row.rolloutShare()).isNull();
    assertThat(row.rolloutShareWall()).isNull();
    assertThat(row.physicsInterval()).isNull();
    assertThat(row.windows()).allMatch(window -> window.physicsStepsPerSecond() == null);
    assertThat(row.rolloutStepsPerSecond()).isPositive();
    assertThat(row.episodeLengthMean()).isBetween(8.0, 500.0);
    assertThat(RatesTable.full(result).toText()).contains("64 x 1").contains("  -  ");
  }

  @ParameterizedTest
  @CsvSource({"CartPole-v1, 1", "Hopper-v5, 2"})
  void measuresTheLimitOfPhysicsAndArithmetic(String task, int threads) {
    ProfileRow row = profile(task).run(List.of(64), List.of(threads)).rows().getFirst();
    assertThat(row.flopPerEnvStep()).isBetween(200e3, 700e3); // some epochs of two networks
    assertThat(row.flopPeak()).isBetween(1e9, 1e12 * threads);
    double arithmetic = row.flopPeak() / row.flopPerEnvStep();
    assertThat(row.limitStepsPerSecond()).isLessThan(arithmetic);
    if (row.physicsStepsPerSecond() != null) {
      double both = 1 / (1 / row.physicsStepsPerSecond() + 1 / arithmetic);
      assertThat(row.limitStepsPerSecond()).isCloseTo(both, within(1e-6 * both));
    }
    assertThat(row.trainShareOfLimit())
        .isCloseTo(row.trainStepsPerSecond() / row.limitStepsPerSecond(), within(1e-9))
        .isLessThan(1.1);
  }

  @Test
  void measuresEveryCombinationThreadsFastest() {
    Profile profile = profile("CartPole-v1");
    ProfileResult result = profile.run(List.of(64, 32), List.of(2, 1));
    assertThat(result.rows())
        .extracting(row -> row.envs() + " x " + row.threads())
        .containsExactly("64 x 2", "64 x 1", "32 x 2", "32 x 1");
    assertThat(profile.histograms().keySet()).containsExactlyElementsOf(LATENCIES);
    for (List<Histogram> histograms : profile.histograms().values()) {
      assertThat(histograms)
          .extracting(Histogram::getTag)
          .containsExactly(
              "CartPole-v1_64x2", "CartPole-v1_64x1", "CartPole-v1_32x2", "CartPole-v1_32x1");
    }
    assertThat(progress.toString().lines())
        .hasSize(4)
        .allMatch(
            line -> line.matches(" {2}\\d+ environments on \\d threads? \\.* \\d+ env steps/s"));
  }

  @Test
  void measuresTheRolloutAgainstTheLimit() {
    Profile profile = profile("Hopper-v5");
    ProfileResult result = profile.run(List.of(2), List.of(2));
    ProfileRow row = result.rows().getFirst();
    assertThat(row.numSteps()).isEqualTo(2048);
    assertThat(row.iterations()).isGreaterThanOrEqualTo(10); // two in each of five windows
    assertThat(row.physicsStepsPerSecond()).isPositive();
    assertThat(row.rolloutStepsPerSecond()).isPositive();
    assertThat(row.limitForm()).isIn("per_simulation", "hot");
    // where others use the cores too, kernels may not be compiled yet, and wall time is anything
    assertThat(row.rolloutShare()).isBetween(0.001, 1.5);
    assertThat(row.rolloutShareWall()).isPositive();
    assertThat(row.episodeLengthMean()).isBetween(5.0, 200.0);

    assertThat(row.trainStepsPerSecond()).isBetween(1.0, row.rolloutStepsPerSecond());
    assertThat(row.trainShare()).isPositive().isLessThanOrEqualTo(row.rolloutShare());
    assertThat(row.trainShareWall()).isPositive().isLessThanOrEqualTo(row.rolloutShareWall());

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
              assertThat(physics.percent()).isPositive();
            });

    Map<String, Percentiles> latencies = row.latencies();
    assertThat(latencies.keySet()).containsExactlyElementsOf(LATENCIES);
    assertThat(latencies.get("shard_step").count()).isEqualTo(4 * 2 * 2048);
    // four iterations of ten epochs of 32, on two threads
    assertThat(latencies.get("minibatch").count()).isEqualTo(4 * 10 * 32 * 2);
    for (String stage : List.of("rollout", "gae", "iteration")) {
      assertThat(latencies.get(stage).count()).as(stage).isEqualTo(row.iterations());
    }
    latencies.forEach(
        (stage, micros) -> {
          assertThat(micros.p50()).as(stage).isPositive();
          assertThat(
                  Stream.of(micros.p50(), micros.p90(), micros.p99(), micros.p999(), micros.max())
                      .filter(Objects::nonNull))
              .as(stage)
              .isSorted();
          assertThat(Percentiles.of(profile.histograms().get(stage).getFirst()))
              .as(stage)
              .isEqualTo(micros);
        });
    assertThat(latencies.get("iteration").p50()).isGreaterThan(latencies.get("rollout").p50());
  }

  @Test
  void saysHowFarWindowsAreApart() {
    ProfileRow row = profile("Hopper-v5").run(List.of(1), List.of(1)).rows().getFirst();
    List<ProfileWindow> windows = row.windows();
    assertThat(windows).hasSize(5);
    assertThat(windows).allMatch(w -> w.trainStepsPerSecond() < w.rolloutStepsPerSecond());
    double[] train = windows.stream().mapToDouble(ProfileWindow::trainStepsPerSecond).toArray();
    assertThat(row.trainStepsPerSecond()).isCloseTo(mean(train), within(1e-6));
    assertThat(row.rolloutStepsPerSecond())
        .isCloseTo(
            mean(windows.stream().mapToDouble(ProfileWindow::rolloutStepsPerSecond).toArray()),
            within(1e-6));
    assertThat(row.physicsStepsPerSecond())
        .isCloseTo(
            mean(windows.stream().mapToDouble(ProfileWindow::physicsStepsPerSecond).toArray()),
            within(1e-6));
    assertThat(mean(row.trainInterval())).isCloseTo(row.trainStepsPerSecond(), within(1e-6));
    assertThat(mean(row.rolloutInterval())).isCloseTo(row.rolloutStepsPerSecond(), within(1e-6));
    assertThat(mean(row.physicsInterval())).isCloseTo(row.physicsStepsPerSecond(), within(1e-6));
    for (Interval interval :
        List.of(row.trainInterval(), row.rolloutInterval(), row.physicsInterval())) {
      assertThat(interval.half()).isPositive();
    }
    Arrays.sort(train);
    assertThat(row.windowSpread()).isCloseTo((train[4] - train[0]) / train[2], within(1e-9));
  }

  private static double mean(double... values) {
    return Arrays.stream(values).average().orElseThrow();
  }

  private static double mean(Interval interval) {
    return mean(interval.low(), interval.high());
  }

  @Test
  void countsWhatAnyThreadAllocates() throws InterruptedException {
    var over = new AtomicBoolean();
    var spent = new AtomicReference<byte[]>(); // kept, so that it has to be made
    Thread spender =
        new Thread(
            () -> {
              while (!over.get()) {
                spent.set(new byte[1 << 20]);
                LockSupport.parkNanos(100_000);
              }
            });
    spender.start();
    ProfileRow row;
    try {
      row = profile("CartPole-v1").run(List.of(64), List.of(1)).rows().getFirst();
    } finally {
      over.set(true);
      spender.join();
    }
    assertThat(row.allocatedBytesPerIteration()).isGreaterThan(1 << 20);
  }

  /** That the replay ends in the very states is checked by the limit, which throws if not. */
  @Test
  void measuresLockstepAgainstTheSameLimit() {
    ProfileResult result = lockstep("InvertedPendulum-v5").run(List.of(64), List.of(2));
    assertThat(result.stepping()).isEqualTo("lockstep");
    ProfileRow row = result.rows().getFirst();
    assertThat(row.physicsStepsPerSecond()).isPositive();
    assertThat(row.rolloutShare()).isBetween(0.001, 1.5);
    assertThat(row.trainShare()).isPositive().isLessThanOrEqualTo(row.rolloutShare());
    // one shard, whose simulator has the threads
    assertThat(row.latencies().get("shard_step").count()).isEqualTo(4 * 128);
    assertThat(row.latencies().get("minibatch").count()).isEqualTo(4 * 10 * 32 * 2);
  }

  @Test
  void refusesADeviceThatTheBackendHasNot() {
    assertThatThrownBy(
            () ->
                new ProfilePlan(
                        new Ppo(),
                        Tasks.of("CartPole-v1"),
                        1,
                        Map.of("stepping", "lockstep", "policy_device", "cuda"),
                        SECONDS)
                    .requirePossible(List.of(8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("policy_device=cuda, required: cpu for backend=cpu");
  }

  @Test
  void refusesWhatCannotBeMeasured() {
    assertThatThrownBy(() -> plan("CartPole-v1").requirePossible(List.of(1, 0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("num_envs=0, required: >= 1");
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
    ProfileReport.write(folder, result, profile.histograms());
    assertThat(
            JsonText.read(folder.path().resolve("profile-CartPole-v1.json"), ProfileResult.class))
        .isEqualTo(result);
    for (String stage : LATENCIES) {
      assertThat(folder.path().resolve("latency-" + stage + "-CartPole-v1.hlog"))
          .content()
          .containsPattern("\nTag=CartPole-v1_64x1,\\d{10}\\.\\d{3},\\d+\\.\\d{3},");
    }
    assertThat(ProfileReport.markdown(result))
        .startsWith("## Profile of CartPole-v1\n\n| envs x threads |")
        .contains("\n### Latencies\n\n| envs x threads |", "| 64 x 1 ", " ± ")
        .contains("\n### Stages of 64 x 1\n\n| stage ")
        .contains("| rollout.physics |");
    assertThat(ProfileReport.text(plan("CartPole-v1"), result, true))
        .startsWith("CartPole-v1, policy 64,64 tanh on cpu, backend cpu, sharded, seed 1\n")
        .containsPattern("\nstages of 64 x 1( \\?)?\n")
        .contains(" s after the JVM's start\n");
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
