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
import stride.files.FileException;
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

  /** Of the newest state, without its name. */
  private static byte[] newest(Path run) throws IOException {
    return Files.readAllBytes(CheckpointStore.of(run).newest());
  }

  /** Asks for a rate after iterations 7 and 10, of which the latter is saved without it. */
  private After changing(Path run, long killedAfter) {
    return iteration -> {
      if (iteration == 7) {
        var _ = ask(run, new ChangeRequest(values("rate", 0.5), false));
      } else if (iteration == 10) {
        var _ = ask(run, new ChangeRequest(values("rate", 0.75, "share", 0.25), false));
      } else if (iteration == killedAfter) {
        throw new IOException("killed");
      }
    };
  }

  @Test
  void aResumedRunHasItsValuesAndThoseThatAreLaterThanItsCheckpoint() throws Exception {
    Path expected = temp.resolve("expected");
    sit(expected, changing(expected, ITERATIONS + 1));
    List<Double> wanted = List.copyOf(rates);
    Path run = temp.resolve("run");
    assertThat(catchThrowable(() -> sit(run, changing(run, 12)))).hasMessageContaining("killed");
    rates.clear();
    notes.clear();
    sit(run, _ -> {});
    assertThat(rates).isEqualTo(wanted.subList(10, ITERATIONS)).containsOnly(0.75);
    assertThat(notes)
        .containsExactly("rate=0.75 from iteration 11 on", "share=0.25 from iteration 11 on");
    assertThat(changes(run)).isEqualTo(changes(expected)).hasSize(3);
    assertThat(newest(run)).isEqualTo(newest(expected));
  }

  /** Back at 10, it is asked again before it is where it was asked the first time. */
  @Test
  void whatIsAskedAnewTakesThePlaceOfWhatWasToCome() throws Exception {
    Path run = temp.resolve("run");
    After first =
        iteration -> {
          if (iteration == 12) {
            var _ = ask(run, new ChangeRequest(values("rate", 0.5, "share", 0.25), false));
          } else if (iteration == 14) {
            throw new IOException("killed");
          }
        };
    assertThat(catchThrowable(() -> sit(run, first))).hasMessageContaining("killed");
    rates.clear();
    sit(
        run,
        iteration -> {
          if (iteration == 11) {
            var _ = ask(run, new ChangeRequest(values("rate", 0.125), false));
          }
        });
    assertThat(rates.subList(0, 1)).containsOnly(0.0);
    assertThat(rates.subList(1, ITERATIONS - 10)).containsOnly(0.125);
    assertThat(changes(run))
        .satisfiesExactly(
            line -> assertThat(line).contains("\"iteration\":12", "rate", "0.125"),
            line -> assertThat(line).contains("\"iteration\":13", "share", "0.25"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"schema_version":1,"iteration":9,"env_steps":1,"name":"speed","value":1.0} | unknown name speed, required: one of [rate, share]
          {"schema_version":1,"iteration":9,"env_steps":1,"name":"share","value":1.5} | share=1.5, required: in [0, 1]
          {"schema_version":1,"iteration":9,"env_steps":1,"name":"share"} | line 1: value is missing
          {"schema_version":2,"iteration":9,"env_steps":1,"name":"share","value":1.0} | schema_version=2, this Stride reads 1
          {"schema_version":1,"iteration":0,"env_steps":1,"name":"share","value":1.0} | line 1: iteration=0, required: >= 1
          {"schema_version":1,"iter | line 1: not JSON, column 26: it ends in the middle of a value
          """)
  void damagedChangesAreRefusedAndKept(String line, String complaint) throws Exception {
    Path run = temp.resolve("run");
    assertThat(
            catchThrowable(
                () ->
                    sit(
                        run,
                        iteration -> {
                          if (iteration == 6) {
                            throw new IOException("killed");
                          }
                        })))
        .hasMessageContaining("killed");
    Path file = Files.writeString(run.resolve("changes.jsonl"), line + "\n");
    assertThatThrownBy(() -> sit(run, _ -> {}))
        .isInstanceOf(FileException.class)
        .hasMessage(file + ": " + complaint);
    assertThat(file).hasContent(line);
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
