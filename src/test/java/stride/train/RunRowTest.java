package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.files.FileException;

/** Runs in a list: by what their folders say, whatever is wrong with them. */
class RunRowTest {
  private static final Map<String, Object> CONFIG =
      Map.of("schema_version", 1, "algo", "fake", "task", "Fake-v0", "seed", 7);

  @TempDir Path temp;

  /** Of six iterations. */
  private Path run(String name, long stopAt, long time) {
    Path run = temp.resolve(name);
    TrainPlan plan =
        new TrainPlan(
            "Fake-v0",
            "fake",
            7,
            6 * FakeLearner.ENV_STEPS,
            new Cadence.EverySteps(2 * FakeLearner.ENV_STEPS),
            0,
            new Code(new TreeMap<>()));
    var clock = new FakeClock();
    var stop = new AtomicBoolean();
    try (var learner = new FakeLearner(clock);
        RunFolder folder = RunFolder.create(run, CONFIG)) {
      TrainListener listener = (progress, _) -> stop.set(progress.iteration() == stopAt);
      new Trainer(plan, learner, folder, listener, stop, clock).start();
    }
    assertThat(RunFolder.configFile(run).toFile().setLastModified(time * 1000)).isTrue();
    return run;
  }

  private RunRow only() {
    List<RunRow> rows = RunRow.in(List.of(temp));
    assertThat(rows).hasSize(1);
    return rows.getFirst();
  }

  @Test
  void saysWhatARunIsAndHasReached() {
    Path run = run("run", 3, 100);
    // returns 88, 89 and 90: the best checkpoint is that of iteration 2
    assertThat(only())
        .isEqualTo(
            new RunRow(
                "Fake-v0", "fake", 7L, "stopped", 768L, 89.0, 88.5, run.toString(), 100, null));
    try (RunFolder _ = RunFolder.open(run)) {
      assertThat(only().state()).isEqualTo("running");
    }
    assertThat(only().state()).isEqualTo("stopped");
  }

  @Test
  void theNewestIsFirstWhereverItLies() throws IOException {
    run("b", 6, 300);
    run("deep/er/c", 6, 100);
    run("a", 2, 200);
    Files.createDirectories(temp.resolve("no-run"));
    assertThat(RunRow.in(List.of(temp)))
        .extracting(row -> temp.relativize(Path.of(row.folder())).toString())
        .containsExactly("b", "a", "deep/er/c");
    assertThat(RunRow.in(List.of(temp.resolve("deep"), temp.resolve("a"))))
        .extracting(RunRow::state)
        .containsExactly("stopped", "finished");
  }

  @Test
  void trialsAndTheBestAreListedOnlyIfTheyAreNamed() {
    run("trials/t", 6, 100);
    run("best/task/b", 6, 100);
    assertThat(RunRow.in(List.of(temp))).isEmpty();
    assertThat(RunRow.in(List.of(temp.resolve("trials"), temp.resolve("best")))).hasSize(2);
  }

  @Test
  void damageIsARow() throws IOException {
    Path run = run("run", 6, 100);
    run("sound", 6, 50);
    Path metrics = run.resolve("metrics.jsonl");
    String lines = Files.readString(metrics);
    Files.writeString(metrics, "{\"iteration\":7,", StandardOpenOption.APPEND);
    assertThat(RunRow.in(List.of(temp))).extracting(RunRow::state).containsOnly("finished");
    Files.writeString(metrics, "no line\n", StandardOpenOption.APPEND);
    assertDamaged("metrics.jsonl: last line: not JSON, ");
    Files.writeString(metrics, lines);
    Files.write(CheckpointStore.of(run).newest(), new byte[9]);
    assertDamaged("checkpoints/iteration-00000006.safetensors: ");
    Files.writeString(run.resolve("config.json"), "{}");
    assertDamaged("config.json has no \"schema_version\"");
    Files.delete(run.resolve("config.json"));
    assertDamaged("config.json does not exist");
  }

  private void assertDamaged(String damage) {
    List<RunRow> rows = RunRow.in(List.of(temp));
    assertThat(rows).extracting(RunRow::state).containsOnlyOnce("damaged", "finished");
    RunRow row = rows.stream().filter(each -> each.damage() != null).findFirst().orElseThrow();
    assertThat(row.damage()).startsWith(damage);
    assertThat(row.folder()).isEqualTo(temp.resolve("run").toString());
    assertThat(row.envSteps()).isNull();
  }

  @Test
  void aRunThatHasJustBegunHasNoReturn() throws IOException {
    Path run = run("run", 6, 100);
    Files.delete(run.resolve("metrics.jsonl"));
    assertThat(only().envSteps()).isZero();
    assertThat(only().returnMeanLast100()).isNull();
    for (Path file : CheckpointStore.of(run).all()) {
      Files.delete(file);
    }
    assertThat(only().bestReturn()).isNull();
  }

  @Test
  void theLastLineIsFoundHoweverLongItIs() throws IOException {
    Path run = run("run", 6, 100);
    Path metrics = run.resolve("metrics.jsonl");
    List<String> lines = Files.readAllLines(metrics);
    String padded = lines.getLast().replace("{\"schema", " ".repeat(40_000) + "{\"schema");
    Files.writeString(metrics, padded + "\n");
    assertThat(only().envSteps()).isEqualTo(6 * FakeLearner.ENV_STEPS);
    Files.writeString(
        metrics, lines.getFirst() + "\n" + padded + "\n" + padded.substring(0, 30_000));
    assertThat(only().envSteps()).isEqualTo(6 * FakeLearner.ENV_STEPS);
  }

  @Test
  void foldersThatAreNotThereAreNamed() throws IOException {
    assertThatThrownBy(() -> RunRow.in(List.of(temp.resolve("missing"))))
        .isInstanceOf(FileException.class)
        .hasMessage(temp.resolve("missing") + " does not exist");
    Path file = Files.writeString(temp.resolve("file"), "");
    assertThatThrownBy(() -> RunRow.in(List.of(file))).hasMessage(file + ": not a folder");
  }
}
