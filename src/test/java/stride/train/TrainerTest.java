package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.files.AtomicFile;
import stride.files.DamagedFileException;
import stride.files.FileException;
import stride.files.JsonText;

class TrainerTest {
  private static final int ITERATIONS = 23;
  private static final Code CODE = new Code(new TreeMap<>(Map.of("classes", "1")));
  private static final TrainPlan PLAN =
      new TrainPlan(
          "Fake-v0",
          "fake",
          7,
          FakeLearner.ENV_STEPS * ITERATIONS + FakeLearner.ENV_STEPS / 2,
          new Cadence.EverySteps(5 * FakeLearner.ENV_STEPS),
          1,
          CODE);
  private static final Map<String, Object> CONFIG = Map.of("algo", "fake");

  @TempDir Path temp;

  /** What one sitting leaves in memory. */
  private static final class Sitting implements TrainListener, AutoCloseable {
    private final FakeClock clock = new FakeClock();
    private final FakeLearner learner = new FakeLearner(clock);
    private final AtomicBoolean stop = new AtomicBoolean();
    private final List<TrainProgress> told = new ArrayList<>();
    private final List<Timing> timings = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private long stopAt = Long.MAX_VALUE;

    TrainResult start(RunFolder folder) {
      return new Trainer(PLAN, learner, folder, this, stop, clock).start();
    }

    TrainResult resume(Path path) {
      try (RunFolder folder = RunFolder.open(path)) {
        return new Trainer(PLAN, learner, folder, this, stop, clock).resume(false);
      }
    }

    @Override
    public void iteration(TrainProgress progress, Timing timing) {
      told.add(progress);
      timings.add(timing);
      stop.set(progress.iteration() == stopAt);
    }

    @Override
    public void note(String line) {
      notes.add(line);
    }

    @Override
    public void close() {
      learner.close();
    }
  }

  private TrainResult whole(Path path) {
    return until(path, Long.MAX_VALUE);
  }

  private TrainResult until(Path path, long stopAt) {
    try (Sitting sitting = new Sitting();
        RunFolder folder = RunFolder.create(path, CONFIG)) {
      sitting.stopAt = stopAt;
      return sitting.start(folder);
    }
  }

  private TrainResult resumed(Path path) {
    try (Sitting sitting = new Sitting()) {
      return sitting.resume(path);
    }
  }

  private static List<Long> iterationsOfCheckpoints(Path run) {
    return CheckpointStore.of(run).all().stream().map(CheckpointStore::iteration).toList();
  }

  private static List<JsonNode> metrics(Path run) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      lines.add(JsonText.parse(line));
    }
    return lines;
  }

  private static List<EventFile.Event> events(Path run) throws IOException {
    List<EventFile.Event> events = new ArrayList<>();
    try (Stream<Path> files = Files.list(run)) {
      for (Path file : files.filter(f -> f.toString().contains("tfevents")).sorted().toList()) {
        events.addAll(EventFile.read(file));
      }
    }
    return events;
  }

  /** Same checkpoints, and as many metrics in the same order. */
  private static void assertSameRun(Path run, Path expected) throws IOException {
    Path newest = CheckpointStore.of(run).newest();
    assertThat(newest).hasSameBinaryContentAs(CheckpointStore.of(expected).newest());
    assertThat(CheckpointStore.of(run).best().orElseThrow())
        .hasSameBinaryContentAs(CheckpointStore.of(expected).best().orElseThrow());
    assertThat(metrics(run))
        .extracting(m -> m.get("iteration").longValue(), m -> m.get("diagnostics"))
        .isEqualTo(
            metrics(expected).stream()
                .map(m -> tuple(m.get("iteration").longValue(), m.get("diagnostics")))
                .toList());
  }

  @Test
  void runsWholeIterationsWithACheckpointBeforeTheFirst() throws IOException {
    Path path = temp.resolve("run");
    try (Sitting sitting = new Sitting();
        RunFolder folder = RunFolder.create(path, CONFIG)) {
      List<List<Long>> checkpoints = new ArrayList<>();
      Trainer trainer =
          new Trainer(
              PLAN,
              sitting.learner,
              folder,
              (_, _) -> checkpoints.add(iterationsOfCheckpoints(path)),
              sitting.stop,
              sitting.clock);
      TrainResult result = trainer.start();
      assertThat(sitting.learner.calls.toString()).isEqualTo("w" + "cl".repeat(ITERATIONS));
      assertThat(checkpoints.getFirst()).containsExactly(0L);
      assertThat(checkpoints.get(4)).containsExactly(5L, 0L);
      assertThat(result.finished()).isTrue();
      assertThat(result.envSteps()).isEqualTo((long) ITERATIONS * FakeLearner.ENV_STEPS);
      assertThat(result.episodes()).isEqualTo(ITERATIONS);
      assertThat(RunFolder.readResult(path)).contains(result);
    }
    assertThat(metrics(path))
        .extracting(m -> m.get("iteration").longValue())
        .containsExactlyElementsOf(LongStream.rangeClosed(1, ITERATIONS).boxed().toList());
  }

  @Test
  void keepsTheBestTheNewestTwoAndTheFinal() {
    Path path = temp.resolve("run");
    whole(path);
    // the mean return rises to 20 iterations and falls by the end: both are there
    assertThat(iterationsOfCheckpoints(path)).startsWith((long) ITERATIONS, 20L);
    try (Checkpoint last = Checkpoint.read(CheckpointStore.of(path).newest())) {
      assertThat(last.info().envSteps()).isEqualTo((long) ITERATIONS * FakeLearner.ENV_STEPS);
      assertThat(CheckpointStore.of(path).best().map(CheckpointStore::iteration))
          .contains(last.info().bestIteration());
    }
  }

  @Test
  void metricsAndEventsSayTheSame() throws IOException {
    Path path = temp.resolve("run");
    whole(path);
    JsonNode third = metrics(path).get(2);
    assertThat(third.get("env_steps").longValue()).isEqualTo(3 * FakeLearner.ENV_STEPS);
    assertThat(third.get("return_mean_last_100").doubleValue()).isEqualTo(89);
    assertThat(third.get("seconds").doubleValue()).isCloseTo(930e-6, within(1e-12));
    assertThat(third.get("env_steps_per_second").doubleValue())
        .isCloseTo(FakeLearner.ENV_STEPS / 930e-6, within(1e-3));
    assertThat(third.at("/diagnostics/losses~1policy_loss").isDouble()).isTrue();
    assertThat(third.at("/diagnostics/losses~1explained_variance").isNull()).isTrue();
    assertThat(third.at("/stage_seconds/other").doubleValue()).isCloseTo(30e-6, within(1e-12));
    assertThat(third.has("remaining_seconds")).isFalse();

    List<EventFile.Event> events = events(path);
    assertThat(events).hasSize(2 + ITERATIONS);
    assertThat(events.get(1).texts())
        .containsExactly(
            entry("hyperparameters/text_summary", "|param|value|\n|-|-|\n|algo|fake|"));
    EventFile.Event event = events.get(4);
    assertThat(event.step()).isEqualTo(3 * FakeLearner.ENV_STEPS);
    assertThat(event.scalars().keySet())
        .containsExactly(
            "charts/SPS", "charts/episodic_return", "charts/episodic_length", "losses/policy_loss");
    assertThat(event.scalars()).containsEntry("charts/episodic_return", 89f);
  }

  @Test
  void stagesAddUpToTheWallTimeWithoutTheWarmUp() {
    TrainResult result = whole(temp.resolve("run"));
    assertThat(result.seconds()).isCloseTo(ITERATIONS * 930e-6, within(1e-9));
    Map<String, Double> stages = result.stageSeconds();
    assertThat(stages.keySet()).containsExactly("rollout", "gae", "update", "other");
    assertThat(stages.values().stream().mapToDouble(Double::doubleValue).sum())
        .isCloseTo(result.seconds(), within(1e-9));
    assertThat(stages.get("rollout")).isCloseTo(ITERATIONS * 700e-6, within(1e-9));
    assertThat(stages.get("gae")).isCloseTo(ITERATIONS * 50e-6, within(1e-9));
    assertThat(stages.get("update")).isCloseTo(ITERATIONS * 150e-6, within(1e-9));
    assertThat(stages.get("other")).isCloseTo(ITERATIONS * 30e-6, within(1e-9));
    assertThat(result.envStepsPerSecond()).isCloseTo(FakeLearner.ENV_STEPS / 930e-6, within(1e-3));
  }

  @Test
  void tellsHowMuchIsLeft() {
    try (Sitting sitting = new Sitting();
        RunFolder folder = RunFolder.create(temp.resolve("run"), CONFIG)) {
      sitting.start(folder);
      assertThat(sitting.told).hasSize(ITERATIONS);
      Timing tenth = sitting.timings.get(9);
      assertThat(tenth.secondsLeft()).isCloseTo((ITERATIONS - 10) * 930e-6, within(1e-9));
      assertThat(tenth.iterationsLeft()).isEqualTo(ITERATIONS - 10);
      assertThat(tenth.elapsedSeconds()).isCloseTo(10 * 930e-6, within(1e-9));
      assertThat(sitting.timings.getLast().iterationsLeft()).isZero();
      assertThat(sitting.timings.getLast().secondsLeft()).isZero();
    }
  }

  /** Of the iterations that count: what was done after the last checkpoint is done again. */
  @Test
  void theTimeSoFarIsThatOfAllSittings() throws IOException {
    Path path = temp.resolve("run");
    until(path, 13);
    Files.delete(CheckpointStore.of(path).newest());
    resumed(path);
    for (JsonNode line : metrics(path)) {
      assertThat(line.get("elapsed_seconds").doubleValue())
          .isCloseTo(line.get("iteration").longValue() * 930e-6, within(1e-9));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 4, 5, 9, 20, 22})
  void aStoppedRunGoesOnAsIfItHadNot(long stopAt) throws IOException {
    Path expected = temp.resolve("whole");
    whole(expected);
    Path path = temp.resolve("stopped");
    TrainResult stopped = until(path, stopAt);
    assertThat(stopped.finished()).isFalse();
    assertThat(stopped.iterations()).isEqualTo(stopAt);
    assertThat(iterationsOfCheckpoints(path)).startsWith(stopAt);
    assertThat(RunFolder.readResult(path)).isEmpty();

    TrainResult result = resumed(path);
    assertThat(result.finished()).isTrue();
    assertThat(result.episodes()).isEqualTo(ITERATIONS);
    assertSameRun(path, expected);
  }

  @Test
  void aKilledRunGoesOnAsIfItHadNot() throws IOException {
    Path expected = temp.resolve("whole");
    whole(expected);
    Path path = temp.resolve("killed");
    until(path, 13);
    // as if killed in the middle of the last lines: back to the checkpoint of iteration 10
    Files.delete(CheckpointStore.of(path).newest());
    Files.writeString(
        path.resolve("checkpoints/iteration-00000015.safetensors.part"), "half a checkpoint");
    Files.writeString(
        path.resolve("metrics.jsonl"), "{\"iteration\":14,\"env", StandardOpenOption.APPEND);
    resumed(path);
    assertSameRun(path, expected);
    assertThat(events(path)).filteredOn(EventFile.Event::sessionStart).hasSize(1);
  }

  @Test
  void aRunKilledBeforeItsFirstIterationGoesOn() throws IOException {
    Path expected = temp.resolve("whole");
    whole(expected);
    Path path = temp.resolve("killed");
    try (Sitting sitting = new Sitting();
        RunFolder folder = RunFolder.create(path, CONFIG)) {
      sitting.stop.set(true);
      assertThat(sitting.start(folder).iterations()).isZero();
    }
    resumed(path);
    assertSameRun(path, expected);
  }

  @Test
  void aFinishedRunReturnsAtOnce() throws IOException {
    Path path = temp.resolve("run");
    TrainResult result = whole(path);
    try (Sitting sitting = new Sitting()) {
      assertThat(sitting.resume(path)).isEqualTo(result);
      assertThat(sitting.learner.calls).isEmpty();
      // killed between the last checkpoint and the result
      Files.delete(path.resolve("result.json"));
      TrainResult again = sitting.resume(path);
      assertThat(again.finished()).isTrue();
      assertThat(again.envStepsPerSecond()).isNull();
      assertThat(again.returnMeanLast100()).isEqualTo(result.returnMeanLast100());
    }
  }

  @Test
  void goesBackBeforeADamagedCheckpointAndSaysSo() throws IOException {
    Path expected = temp.resolve("whole");
    whole(expected);
    Path path = temp.resolve("damaged");
    until(path, 13);
    Path newest = CheckpointStore.of(path).newest();
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(newest, bytes);
    try (Sitting sitting = new Sitting()) {
      sitting.resume(path);
      assertThat(sitting.notes).hasSize(1).first().asString().startsWith(newest + ": corrupt");
      assertThat(sitting.told.getFirst().iteration()).isEqualTo(11);
    }
    assertSameRun(path, expected);
  }

  @Test
  void refusesARunWithoutAUsableCheckpoint() throws IOException {
    Path path = temp.resolve("run");
    until(path, 3);
    for (Path file : CheckpointStore.of(path).all()) {
      Files.write(file, new byte[100]);
    }
    assertThatThrownBy(() -> resumed(path)).isInstanceOf(DamagedFileException.class);
    for (Path file : CheckpointStore.of(path).all()) {
      Files.delete(file);
    }
    assertThatThrownBy(() -> resumed(path))
        .isInstanceOf(TrainException.class)
        .hasMessage(path + " has no checkpoint to go on from");
  }

  @Test
  void refusesTheCheckpointOfAnotherRun() {
    Path path = temp.resolve("run");
    until(path, 3);
    TrainPlan other = new TrainPlan("Fake-v0", "fake", 8, 10_000, PLAN.checkpoints(), 0, CODE);
    try (Sitting sitting = new Sitting();
        RunFolder folder = RunFolder.open(path)) {
      Trainer trainer = new Trainer(other, sitting.learner, folder, sitting, sitting.stop);
      assertThatThrownBy(() -> trainer.resume(false))
          .isInstanceOf(TrainException.class)
          .hasMessageContaining("seed=7")
          .hasMessageContaining("required: task=Fake-v0, algo=fake, seed=8");
    }
  }

  @Test
  void stopsAtTheFirstNumberThatIsNotFiniteAndKeepsTheLastGoodState() throws IOException {
    Path path = temp.resolve("run");
    try (Sitting sitting = new Sitting();
        RunFolder folder = RunFolder.create(path, CONFIG)) {
      sitting.learner.failAt = 8;
      Path good = path.resolve("checkpoints/iteration-00000005.safetensors");
      assertThatThrownBy(() -> sitting.start(folder))
          .isInstanceOf(TrainException.class)
          .hasMessage(
              "stopped in iteration 8: losses/value_loss is NaN; the last good state is " + good);
    }
    assertThat(iterationsOfCheckpoints(path)).containsExactly(5L, 0L);
    assertThat(metrics(path)).hasSize(7);
    Path expected = temp.resolve("whole");
    whole(expected);
    resumed(path); // this time without the fault
    assertSameRun(path, expected);
  }

  @Test
  void aFullDiskEndsTheRunAndKeepsTheLastCheckpoint() throws IOException {
    Path path = temp.resolve("run");
    AtomicBoolean full = new AtomicBoolean();
    AtomicFile.Disk disk =
        part ->
            full.get()
                ? FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE)
                : AtomicFile.Disk.REAL.create(part);
    try (Sitting sitting = new Sitting();
        RunFolder folder = RunFolder.create(path, CONFIG, disk)) {
      // full from iteration 7 on, noticed at the checkpoint of iteration 10
      TrainListener untilSeven =
          (progress, _) -> full.compareAndSet(false, progress.iteration() >= 7);
      Trainer filling =
          new Trainer(PLAN, sitting.learner, folder, untilSeven, sitting.stop, sitting.clock);
      assertThatThrownBy(filling::start)
          .isInstanceOf(FileException.class)
          .hasMessageContaining(
              "iteration-00000010.safetensors: cannot write: No space left on device");
    }
    assertThat(iterationsOfCheckpoints(path)).containsExactly(5L, 0L);
    Path expected = temp.resolve("whole");
    whole(expected);
    resumed(path);
    assertSameRun(path, expected);
  }

  @Test
  void aRunWithoutEpisodesHasNoReturnAndNoBest() throws IOException {
    Path path = temp.resolve("run");
    try (Sitting sitting = new Sitting();
        RunFolder folder = RunFolder.create(path, CONFIG)) {
      sitting.learner.withoutEpisodes = true;
      TrainResult result = sitting.start(folder);
      assertThat(result.returnMeanLast100()).isNull();
      assertThat(JsonText.parse(JsonText.line(result)).get("return_mean_last_100").isNull())
          .isTrue();
    }
    assertThat(CheckpointStore.of(path).best()).isEmpty();
    assertThat(events(path).get(1).scalars()).doesNotContainKey("charts/episodic_return");
  }

  /** Iterations after which there is a checkpoint of the last one. */
  private List<Long> savedAfter(Path path, Sitting sitting, Cadence cadence) {
    List<Long> saved = new ArrayList<>();
    TrainListener looking =
        (progress, _) -> {
          long newest = CheckpointStore.iteration(CheckpointStore.of(path).newest());
          if (newest == progress.iteration()) {
            saved.add(newest);
          }
        };
    try (RunFolder folder =
        Files.exists(path) ? RunFolder.open(path) : RunFolder.create(path, CONFIG)) {
      var trainer =
          new Trainer(
              PLAN.with(cadence), sitting.learner, folder, looking, sitting.stop, sitting.clock);
      assertThat((folder.hasBegun() ? trainer.resume(false) : trainer.start()).finished()).isTrue();
    }
    return saved;
  }

  @Test
  void savesEverySoManyEnvStepsWhateverTheTimeAndThePlanBefore() throws IOException {
    Cadence eight = new Cadence.EverySteps(8 * FakeLearner.ENV_STEPS);
    Path path = temp.resolve("run");
    try (Sitting sitting = new Sitting()) {
      assertThat(savedAfter(path, sitting, eight)).containsExactly(8L, 16L, (long) ITERATIONS);
    }
    Path resumed = temp.resolve("resumed");
    until(resumed, 13); // a sitting with another cadence
    try (Sitting sitting = new Sitting()) {
      assertThat(savedAfter(resumed, sitting, eight)).containsExactly(16L, (long) ITERATIONS);
    }
    assertThat(CheckpointStore.of(resumed).newest())
        .hasSameBinaryContentAs(CheckpointStore.of(path).newest());
  }

  @Test
  void savesEverySoManySecondsOfTheSitting() {
    try (Sitting sitting = new Sitting()) {
      sitting.learner.more = 369_070_000; // an iteration takes 370 ms
      Cadence second = new Cadence.EverySeconds(1);
      assertThat(savedAfter(temp.resolve("run"), sitting, second))
          .containsExactly(3L, 6L, 9L, 12L, 15L, 18L, 21L, (long) ITERATIONS);
    }
  }

  private static long iterations(long totalTimesteps, FakeLearner learner) {
    return new TrainPlan("t", "a", 1, totalTimesteps, PLAN.checkpoints(), 0, CODE)
        .iterations(learner);
  }

  @Test
  void seedingStepsAreEnvSteps() {
    try (Sitting sitting = new Sitting();
        RunFolder folder = RunFolder.create(temp.resolve("run"), CONFIG)) {
      sitting.learner.seedingSteps = 10;
      TrainResult result = sitting.start(folder);
      assertThat(sitting.told.getFirst().envSteps()).isEqualTo(10 + FakeLearner.ENV_STEPS);
      assertThat(result.envSteps()).isEqualTo(10 + ITERATIONS * FakeLearner.ENV_STEPS);
    }
  }

  @Test
  void atLeastOneIterationIsDone() {
    try (FakeLearner learner = new FakeLearner(new FakeClock())) {
      assertThat(iterations(1, learner)).isOne();
      assertThat(iterations(2 * FakeLearner.ENV_STEPS - 1, learner)).isOne();
      assertThat(iterations(2 * FakeLearner.ENV_STEPS, learner)).isEqualTo(2);
      learner.seedingSteps = 10;
      assertThat(iterations(2 * FakeLearner.ENV_STEPS + 9, learner)).isOne();
      assertThat(iterations(2 * FakeLearner.ENV_STEPS + 10, learner)).isEqualTo(2);
    }
    assertThatThrownBy(() -> new TrainPlan("t", "a", 1, 0, PLAN.checkpoints(), 0, CODE))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
