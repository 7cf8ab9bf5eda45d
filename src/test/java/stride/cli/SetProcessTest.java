package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.train.CheckpointStore;

/**
 * What is asked of a training by another process: it takes effect, is written down, and holds
 * whatever ends the training.
 */
class SetProcessTest {
  private static final int ITERATIONS = 2400; // some seconds
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path temp;
  private Path run;
  private TrainingProcess training;

  @AfterEach
  void end() throws InterruptedException {
    if (training != null) {
      training.kill();
    }
  }

  private void begin(TinyAlgorithm algorithm, String... more) throws Exception {
    run = temp.resolve("run");
    training = TrainingProcess.start(run, args(algorithm, run, more));
  }

  private static List<String> args(TinyAlgorithm algorithm, Path run, String... more) {
    List<String> args = new ArrayList<>(TinyRun.begin(algorithm, run, ITERATIONS, more));
    if (algorithm != TinyAlgorithm.QTABLE) {
      args.addAll(List.of("--hidden", "8"));
    }
    return args;
  }

  private Outcome set(String... settings) {
    List<String> args = new ArrayList<>(List.of("set", run.toString()));
    args.addAll(List.of(settings));
    return TinyRun.in(args);
  }

  /** The number of iterations that were done, as its answer says. */
  private static int done(Outcome outcome) throws IOException {
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return JSON.readTree(outcome.out()).get("iterations").intValue();
  }

  private static List<JsonNode> lines(Path file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  @ParameterizedTest
  @CsvSource({"PRIORITIZED, learning_rate, 0.03125", "QTABLE, epsilon, 0.0625"})
  void aChangeHoldsFromTheNextIterationOnAlsoIfTheRunIsKilled(
      TinyAlgorithm algorithm, String name, double value) throws Exception {
    begin(algorithm);
    int done = done(set(name + "=" + value, "--json"));
    training.signal("-STOP");
    Path killed = TinyRun.copy(run, temp.resolve("killed")); // what a kill would leave
    training.signal("-CONT");
    assertThat(training.outcome().exitCode()).isZero();

    List<JsonNode> changes = lines(run.resolve("changes.jsonl"));
    assertThat(changes).hasSize(1);
    assertThat(changes.getFirst().get("iteration").intValue()).isEqualTo(done + 1);
    assertThat(changes.getFirst().get("name").textValue()).isEqualTo(name);
    assertThat(changes.getFirst().get("value").doubleValue()).isEqualTo(value);
    for (JsonNode line : lines(run.resolve("metrics.jsonl"))) {
      double logged = line.get("diagnostics").get("charts/" + name).doubleValue();
      assertThat(logged == value).isEqualTo(line.get("iteration").intValue() > done);
    }

    Outcome resumed = TinyRun.in(TinyRun.resume(killed));
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    TinyRun.assertSameRun(killed, run);
    assertThat(killed.resolve("changes.jsonl"))
        .hasSameBinaryContentAs(run.resolve("changes.jsonl"));
  }

  @ParameterizedTest
  @CsvSource({"PRIORITIZED", "QTABLE"})
  void whatIsSavedAtOnceIsGoneOnFrom(TinyAlgorithm algorithm) throws Exception {
    String[] seldom = {"--checkpoint-every", "1000000000"};
    Path whole = temp.resolve("whole");
    assertThat(TinyRun.in(args(algorithm, whole, seldom)).exitCode()).isZero();
    begin(algorithm, seldom);
    Outcome saved = set("save=now");
    assertThat(saved.exitCode()).as(saved.err()).isZero();
    training.kill();
    String name = CheckpointStore.of(run).newest().getFileName().toString();
    int iteration = Integer.parseInt(name.replaceAll("\\D", ""));
    assertThat(iteration).isPositive();
    assertThat(saved.out()).isEqualTo("saved after iteration %d%n", iteration);

    List<String> resume = new ArrayList<>(TinyRun.resume(run));
    resume.addAll(List.of(seldom));
    Outcome resumed = TinyRun.in(resume);
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    TinyRun.assertSameRun(run, whole);
  }

  @Test
  void whatIsRefusedChangesNothing() throws Exception {
    begin(TinyAlgorithm.DQN);
    assertThat(set("speed=1").complaint(2))
        .isEqualTo("stride: unknown name speed, required: one of [epsilon, learning_rate, save]");
    assertThat(set("epsilon=1.5").complaint(2))
        .isEqualTo("stride: epsilon=1.5, required: in [0, 1]");
    assertThat(set("epsilon=0.5", "learning_rate=NaN").complaint(2))
        .isEqualTo("stride: learning_rate=NaN, required: finite, >= 0");
    assertThat(set("epsilon=little").complaint(2))
        .isEqualTo("stride: epsilon=little, required: a number in [0, 1]");
    assertThat(set("epsilon").complaint(2))
        .isEqualTo("stride: epsilon, required: NAME=VALUE or save=now");
    assertThat(set("save=later").complaint(2)).isEqualTo("stride: save=later, required: save=now");
    assertThat(training.outcome().exitCode()).isZero();
    assertThat(run.resolve("changes.jsonl")).doesNotExist();

    Map<String, byte[]> before = TinyRun.saved(run);
    assertThat(set("epsilon=0.5").complaint(1))
        .isEqualTo("stride: " + run + " is finished: nothing of it changes any more");
    TinyRun.assertUnchanged(run, before);
  }

  @Test
  void oneOfTwoThatAskAtOnceIsRefusedAndTheOtherHasItsWay() throws Exception {
    begin(TinyAlgorithm.DQN);
    training.signal("-STOP");
    List<String> args = List.of("set", run.toString(), "epsilon=0.0625", "--json");
    Path out = temp.resolve("out");
    Path err = temp.resolve("err");
    Process first = StrideProcess.start(args, temp, out, err);
    try {
      while (!Files.exists(run.resolve("live.json"))) {
        assertThat(first.isAlive()).as(Files.readString(err)).isTrue();
        Thread.sleep(2);
      }
      assertThat(set("epsilon=0.5").complaint(1))
          .isEqualTo("stride: another `set` waits for " + run + ": wait until it has ended");
      training.signal("-CONT");
      assertThat(first.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } finally {
      first.destroyForcibly();
    }
    int done = done(new Outcome(first.exitValue(), Files.readString(out), Files.readString(err)));
    assertThat(training.outcome().exitCode()).isZero();
    List<JsonNode> changes = lines(run.resolve("changes.jsonl"));
    assertThat(changes).hasSize(1);
    assertThat(changes.getFirst().get("iteration").intValue()).isEqualTo(done + 1);
    assertThat(changes.getFirst().get("value").doubleValue()).isEqualTo(0.0625);
  }

  @Test
  void onlyATrainingIsAsked() throws Exception {
    run =
        TinyRun.unfinished(
            TinyRun.whole(TinyAlgorithm.QTABLE, temp.resolve("whole"), 40), temp.resolve("run"));
    Map<String, byte[]> before = TinyRun.saved(run);
    assertThat(set("epsilon=0.5").complaint(1))
        .isEqualTo("stride: nobody works on " + run + ": resume it first");
    TinyRun.assertUnchanged(run, before);
    run = temp.resolve("missing");
    assertThat(set("epsilon=0.5").complaint(1)).startsWith("stride: " + run + " does not exist");
    run = Files.createDirectory(temp.resolve("empty"));
    assertThat(set("epsilon=0.5").complaint(1))
        .isEqualTo("stride: " + run + " is no run folder: it has no config.json");
  }
}
