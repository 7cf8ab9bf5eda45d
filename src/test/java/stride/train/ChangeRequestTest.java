package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.files.FileGuard;

/** Values that are changed of a run in flight: taken between iterations, part of its state. */
class ChangeRequestTest {
  private static final int ITERATIONS = 23;
  private static final TrainPlan PLAN =
      new TrainPlan(
          "Fake-v0",
          "fake",
          7,
          FakeLearner.ENV_STEPS * ITERATIONS,
          new Cadence.EverySteps(5 * FakeLearner.ENV_STEPS),
          0,
          new Code(new TreeMap<>(Map.of("classes", "1"))));
  private static final Map<String, Object> CONFIG =
      Map.of("schema_version", 1, "algo", "fake", "task", "Fake-v0", "seed", 7);

  @TempDir Path temp;
  private final List<String> notes = new ArrayList<>();
  private CompletableFuture<Long> asked; // last; null for none
  private final List<Double> rates = new ArrayList<>(); // of each iteration

  /** Told after each iteration; what it throws ends the sitting as a kill would. */
  private interface After {
    void iteration(long iteration) throws Exception;
  }

  private TrainResult sit(Path run, After after) {
    return sit(run, null, after);
  }

  private TrainResult sit(Path run, FakeJournal journal, After after) {
    var clock = new FakeClock();
    var stop = new AtomicBoolean();
    try (var learner = new FakeLearner(clock, journal);
        RunFolder folder =
            Files.exists(run) ? RunFolder.open(run) : RunFolder.create(run, CONFIG)) {
      learner.withKnobs = true;
      TrainListener listener =
          new TrainListener() {
            @Override
            public void iteration(TrainProgress progress, Timing timing) {
              rates.add(learner.knobs().getFirst().get().getAsDouble());
              try {
                after.iteration(progress.iteration());
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            }

            @Override
            public void note(String line) {
              notes.add(line);
            }
          };
      Trainer trainer = new Trainer(PLAN, learner, folder, listener, stop, clock);
      return folder.hasBegun() ? trainer.resume(false) : trainer.start();
    }
  }

  private static SequencedMap<String, Double> values(Object... namesAndValues) {
    SequencedMap<String, Double> values = new LinkedHashMap<>();
    for (int k = 0; k < namesAndValues.length; k += 2) {
      values.put((String) namesAndValues[k], (Double) namesAndValues[k + 1]);
    }
    return values;
  }

  /** Asks from another thread, and returns once the request lies there. */
  private CompletableFuture<Long> ask(Path run, ChangeRequest request) throws Exception {
    if (asked != null) {
      asked.handle((_, _) -> 0).join(); // one at a time
    }
    CompletableFuture<Long> answer = CompletableFuture.supplyAsync(() -> request.send(run, 60));
    while (!Files.exists(run.resolve("live.json")) && !answer.isDone()) {
      Thread.sleep(1);
    }
    asked = answer;
    return answer;
  }

  private static List<String> changes(Path run) throws IOException {
    return Files.readAllLines(run.resolve("changes.jsonl"));
  }

  @Test
  void aValueIsTakenAfterTheIterationAtWorkAndWrittenDown() throws Exception {
    Path run = temp.resolve("run");
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    sit(
        run,
        iteration -> {
          if (iteration == 7) {
            answers.add(ask(run, new ChangeRequest(values("rate", 0.5, "share", 1.0), false)));
          }
        });
    assertThat(answers.getFirst().get()).isEqualTo(7);
    assertThat(rates.get(6)).isZero();
    assertThat(rates.subList(7, ITERATIONS)).containsOnly(0.5);
    assertThat(changes(run))
        .containsExactly(
            "{\"schema_version\":1,\"iteration\":8,\"env_steps\":1792,\"name\":\"rate\",\"value\":0.5}",
            "{\"schema_version\":1,\"iteration\":8,\"env_steps\":1792,\"name\":\"share\",\"value\":1.0}");
    assertThat(notes)
        .containsExactly("rate=0.5 from iteration 8 on", "share=1.0 from iteration 8 on");
    assertThat(run.resolve("live.json")).doesNotExist();
    assertThat(run.resolve("live-answer.json")).doesNotExist();
  }

  @Test
  void aResumedRunHasItsValuesAndForgetsThoseAfterItsCheckpoint() throws Exception {
    Path run = temp.resolve("run");
    After changing =
        iteration -> {
          if (iteration == 7) {
            var _ = ask(run, new ChangeRequest(values("rate", 0.5), false));
          } else if (iteration == 10) { // is saved without it
            var _ = ask(run, new ChangeRequest(values("rate", 0.75), false));
          } else if (iteration == 12) {
            throw new IOException("killed");
          }
        };
    assertThat(catchThrowable(() -> sit(run, changing))).hasMessageContaining("killed");
    assertThat(changes(run)).hasSize(2);
    rates.clear();
    sit(run, _ -> {});
    assertThat(changes(run)).hasSize(1).first().asString().contains("\"iteration\":8");
    assertThat(rates).containsOnly(0.5).hasSize(ITERATIONS - 10);
  }

  @Test
  void savingAtOnceLeavesNoTraceInWhatComesAfter() throws Exception {
    Path expected = temp.resolve("expected");
    sit(expected, new FakeJournal(30), _ -> {});
    Path run = temp.resolve("run");
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    List<Path> saved = new ArrayList<>();
    sit(
        run,
        new FakeJournal(30),
        iteration -> {
          if (iteration == 12 || iteration == 13) {
            answers.add(ask(run, new ChangeRequest(values(), true)));
          }
          if (iteration == 14) {
            saved.addAll(CheckpointStore.of(run).all());
          }
        });
    assertThat(answers.getFirst().get()).isEqualTo(12);
    assertThat(saved)
        .extracting(CheckpointStore::iteration)
        .as("the newest takes the place of the one before it")
        .startsWith(13L, 10L)
        .doesNotContain(12L);
    assertThat(CheckpointStore.of(run).all())
        .extracting(CheckpointStore::iteration)
        .isEqualTo(
            CheckpointStore.of(expected).all().stream().map(CheckpointStore::iteration).toList());
    assertThat(CheckpointStore.of(run).newest())
        .hasSameBinaryContentAs(CheckpointStore.of(expected).newest());
    for (int rows : new int[] {15, 20, 23}) {
      String name = "replay/rows-%08d.safetensors".formatted(rows);
      assertThat(run.resolve(name)).hasSameBinaryContentAs(expected.resolve(name));
    }
    assertThat(run.resolve("changes.jsonl")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "rate=-1, 'rate=-1.0, required: finite, > 0'",
    "share=1.5, 'share=1.5, required: in [0, 1]'",
    "share=NaN, 'share=NaN, required: in [0, 1]'",
    "share=much, 'share=much, required: a number in [0, 1]'",
    "epsilon=1, 'unknown name epsilon, required: one of [rate, share, save]'",
    "save=later, 'save=later, required: save=now'",
    "rate, 'rate, required: NAME=VALUE or save=now'",
    "=1, '=1, required: NAME=VALUE or save=now'",
  })
  void badSettingsAreNamed(String setting, String complaint) {
    Path run = temp.resolve("run");
    sit(run, _ -> {});
    assertThatThrownBy(() -> ChangeRequest.of(run, List.of("rate=1", setting)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(complaint);
    assertThatThrownBy(() -> ChangeRequest.of(run, List.of("rate=1", "rate=2")))
        .hasMessage("rate is given twice");
    assertThat(ChangeRequest.of(run, List.of("rate=1", "save=now")))
        .isEqualTo(new ChangeRequest(values("rate", 1.0), true));
  }

  /** What somebody else wrote, or asks by other means. */
  @Test
  void theRunItselfRefusesToo() throws Exception {
    Path run = temp.resolve("run");
    List<CompletableFuture<Long>> answers = new ArrayList<>();
    sit(
        run,
        iteration -> {
          switch ((int) iteration) {
            case 3 ->
                answers.add(ask(run, new ChangeRequest(values("rate", 1.0, "share", 2.0), false)));
            case 4 -> answers.add(ask(run, new ChangeRequest(values("speed", 1.0), false)));
            case 5 -> Files.writeString(run.resolve("live.json"), "{");
            default -> {}
          }
        });
    assertThatThrownBy(answers.getFirst()::get)
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("share=2.0, required: in [0, 1]");
    assertThatThrownBy(answers.getLast()::get)
        .hasMessageContaining("unknown name speed, required: one of [rate, share]");
    assertThat(rates).containsOnly(0.0);
    assertThat(run.resolve("changes.jsonl")).doesNotExist();
    assertThat(run.resolve("live.json")).doesNotExist();
    assertThat(notes)
        .hasSize(1)
        .first()
        .asString()
        .contains("live.json: not JSON")
        .endsWith("; nothing is changed");
  }

  @Test
  void aRequestThatIsNotTakenIsTakenBack() throws Exception {
    Path run = temp.resolve("run");
    try (RunFolder folder = RunFolder.create(run, CONFIG)) {
      assertThatThrownBy(() -> new ChangeRequest(values(), true).send(folder.path(), 0.1))
          .isInstanceOf(TrainException.class)
          .hasMessage(
              run
                  + " has ended no iteration within 0.1 s: nothing was changed; --wait gives it longer");
    }
    assertThat(run.resolve("live.json")).doesNotExist();
    assertThatThrownBy(() -> new ChangeRequest(values(), true).send(run, 60))
        .hasMessage("the sitting of " + run + " has ended: nothing was changed");
  }

  @Test
  void oneAsksAtATime() throws IOException {
    Path run = temp.resolve("run");
    RunFolder.create(run, CONFIG).close();
    try (FileGuard _ = FileGuard.of(run.resolve("live.json"))) {
      assertThatThrownBy(() -> new ChangeRequest(values(), true).send(run, 60))
          .isInstanceOf(TrainException.class)
          .hasMessage("another `set` waits for " + run + ": wait until it has ended");
    }
  }

  @Test
  void whatNobodyWaitsForIsNotTakenByTheNextSitting() throws IOException {
    Path run = temp.resolve("run");
    RunFolder.create(run, CONFIG).close();
    String left = "{\"schema_version\":1,\"id\":\"1-1\",\"values\":{\"rate\":0.5},\"save\":false}";
    Files.writeString(run.resolve("live.json"), left);
    sit(run, _ -> {});
    assertThat(rates).containsOnly(0.0);
    assertThat(run.resolve("live.json")).doesNotExist();
  }

  @Test
  void onlyRunsAtWorkAreAsked() {
    Path run = temp.resolve("run");
    assertThatThrownBy(() -> ChangeRequest.requireAtWork(run))
        .hasMessageContaining("does not exist");
    try (RunFolder _ = RunFolder.create(run, CONFIG)) {
      ChangeRequest.requireAtWork(run);
    }
    assertThatThrownBy(() -> ChangeRequest.requireAtWork(run))
        .hasMessage("nobody works on " + run + ": resume it first");
    sit(run, _ -> {});
    assertThatThrownBy(() -> ChangeRequest.requireAtWork(run))
        .hasMessage(run + " is finished: nothing of it changes any more");
  }
}
