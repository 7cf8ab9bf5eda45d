package stride.lab.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.lab.process.StoppedException;
import stride.train.RunLock;
import stride.train.TrainException;

@Tag("processes")
class TrialRunnerTest {
  private static final List<String> NOTHING = List.of("false"); // whatever is started fails

  @TempDir static Path once;
  private static TrialResult whole; // of seed 1, undisturbed

  @TempDir Path root;
  private final StringWriter progress = new StringWriter();

  @BeforeAll
  static void train() {
    var runner =
        new TrialRunner(
            TinyTrials.settings(once), new PrintWriter(new StringWriter()), new AtomicBoolean());
    whole = runner.run(List.of(TinyTrials.trial(1))).getFirst();
  }

  private List<TrialResult> run(TrialSettings settings, Trial... trials) {
    return new TrialRunner(settings, new PrintWriter(progress), new AtomicBoolean())
        .run(List.of(trials));
  }

  /** Stride, after a script that may do something else instead. */
  private static Trial disturbed(String script, Trial trial) {
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    command.addAll(TinyTrials.COMMAND);
    return TinyTrials.by(command, trial);
  }

  @Test
  void trainsEvaluatesAndRecords() {
    Path folder = TinyTrials.trial(1).folder(once);
    assertThat(JsonText.read(folder.resolve("trial.json"), TrialResult.class)).isEqualTo(whole);
    assertThat(whole.key()).isEqualTo(TinyTrials.trial(1).key());
    assertThat(whole.origin()).isEqualTo(TinyTrials.BUILD.origin());
    assertThat(whole.failed()).isNull();
    assertThat(whole.envSteps()).isEqualTo(3200);
    assertThat(whole.envStepsPerSecondSteady()).isPositive();
    assertThat(whole.evaluation().episodes()).isEqualTo(100);
    assertThat(whole.evaluation().deterministic()).isFalse();
    assertThat(whole.evaluated()).isEqualTo(whole.evaluation().returnMean()).isBetween(8.0, 500.0);
    assertThat(whole.trained()).isBetween(8.0, 500.0);
    assertThat(whole.returnMeanLowest()).isLessThanOrEqualTo(whole.returnMeanLast100());
    assertThat(whole.parametersSha256()).hasSize(64);
    assertThat(whole.seconds()).isPositive();
    assertThat(whole.wallSeconds()).isGreaterThan(whole.seconds());
    assertThat(whole.day()).matches("20\\d\\d-[01]\\d-[0-3]\\d");
  }

  @Test
  void theSpeedOfATrainingWithOtherSettingsIsNotTaken() {
    TrialResult quiet =
        run(new TrialSettings(once, 1, 1, 0, false), TinyTrials.trial(1)).getFirst();
    assertThat(quiet.envStepsPerSecondSteady()).isNull();
    assertThat(quiet.evaluated()).isEqualTo(whole.evaluated());
    for (var other :
        List.of(
            new TrialSettings(once, 2, 2, 0, false), new TrialSettings(once, 2, 1, 0.5, false))) {
      assertThat(run(other, TinyTrials.trial(1)).getFirst()).isEqualTo(quiet);
    }
    assertThat(run(TinyTrials.settings(once), TinyTrials.trial(1))).containsExactly(whole);
  }

  @Test
  void resultsComeInOrderAndNoneIsTrainedTwice() {
    Trial first = TinyTrials.trial(2);
    Trial second = TinyTrials.trial(1);
    List<TrialResult> results = run(TinyTrials.settings(root), first, second, second);
    assertThat(results).extracting(TrialResult::seed).containsExactly(2L, 1L, 1L);
    assertThat(results).extracting(TrialResult::turns).containsOnly(results.getFirst().turns());
    assertThat(results.get(1).parametersSha256()).isEqualTo(whole.parametersSha256());
    assertThat(results.get(0).parametersSha256()).isNotEqualTo(whole.parametersSha256());
    assertThat(progress.toString().lines())
        .hasSize(2)
        .allMatch(line -> line.matches("[12] of 2: candidate, seed [12]: return [0-9.]+, .*"))
        .first()
        .asString()
        .endsWith(" left");
    assertThat(
            run(
                TinyTrials.settings(root),
                TinyTrials.by(NOTHING, first),
                TinyTrials.by(NOTHING, second),
                TinyTrials.by(NOTHING, second)))
        .isEqualTo(results);
    assertThat(progress.toString().lines()).hasSize(2);
  }

  // ---- processes that end early --------------------------------------------------------------

  @Test
  void aProcessThatIsKilledGoesOnFromItsCheckpoint() {
    String killedOnce =
        """
        if [ "$1" = never ] || [ -e ROOT/killed ]; then exec "$@"; fi
        "$@" & child=$!
        until ls ROOT/*/*/seed-1/checkpoints/iteration-00000020.safetensors 2>/dev/null; do
          kill -0 $child || exit 3
        done
        touch ROOT/killed
        kill -9 $child
        wait $child
        """
            .replace("ROOT", root.toString());
    TrialResult result =
        run(
                TinyTrials.settings(root),
                disturbed(killedOnce, TinyTrials.trial(1, "total_timesteps=32000")))
            .getFirst();
    assertThat(root.resolve("killed")).exists();
    assertThat(result.failed()).isNull();
    assertThat(result.envStepsPerSecondSteady()).as("of a part of it").isNull();
    assertThat(result.envSteps()).isEqualTo(32_000);
    assertThat(result.parametersSha256())
        .isEqualTo(
            run(
                    TinyTrials.settings(root.resolve("undisturbed")),
                    TinyTrials.trial(1, "total_timesteps=32000"))
                .getFirst()
                .parametersSha256());
  }

  @Test
  void aProcessThatIsKilledAgainAndAgainIsNoResult() {
    assertThatExceptionOfType(LabException.class)
        .isThrownBy(
            () -> run(TinyTrials.settings(root), disturbed("kill -9 $$", TinyTrials.trial(1))))
        .withMessage(
            "candidate, seed 1 was killed from outside 4 times: the same command goes on with it");
    assertThat(TinyTrials.trial(1).folder(root)).doesNotExist();
  }

  @Test
  void aTrainingThatDivergesIsAResult() {
    Trial trial = TinyTrials.trial(1, "learning_rate=1e30", "anneal_lr=false");
    TrialResult result = run(TinyTrials.settings(root), trial).getFirst();
    assertThat(result.failed()).startsWith("stopped in iteration ").contains("not finite");
    assertThat(result.evaluation()).isNull();
    assertThat(result.envStepsPerSecondSteady()).isNull();
    assertThat(progress.toString()).contains("FAILED, stopped in iteration ");
    assertThat(run(TinyTrials.settings(root), TinyTrials.by(NOTHING, trial)))
        .containsExactly(result);
  }

  @Test
  void aCrashCountsAsTheReturnOfTheLastCheckpoint() {
    String crash =
        """
        "$@" || exit
        case "$*" in *eval*) exit;; esac
        rm ROOT/*/*/seed-1/result.json ROOT/*/*/seed-1/checkpoints/iteration-00000100.safetensors
        kill -SEGV $$
        """
            .replace("ROOT", root.toString());
    TrialResult result =
        run(TinyTrials.settings(root), disturbed(crash, TinyTrials.trial(1))).getFirst();
    assertThat(result.failed()).startsWith("the process ended by signal 11");
    assertThat(result.envSteps()).isLessThan(whole.envSteps());
    assertThat(result.evaluated()).isEqualTo(result.trained()).isBetween(8.0, 500.0);
  }

  @Test
  void whatFailsBeforeItsFirstCheckpointSaysNothingOfTheOptions() {
    assertThatExceptionOfType(LabException.class)
        .isThrownBy(
            () ->
                run(
                    TinyTrials.settings(root),
                    disturbed("echo stride: no such thing >&2; exit 1", TinyTrials.trial(1))))
        .withMessageStartingWith("candidate, seed 1: no such thing (all of it in " + root);
    assertThatExceptionOfType(LabException.class)
        .isThrownBy(() -> run(TinyTrials.settings(root), TinyTrials.trial(1, "num_envs=0")))
        .withMessageStartingWith("candidate, seed 1: num_envs=0, required: ");
  }

  @Test
  void aFullDiskIsNoResult() {
    String full =
        """
        "$@" || exit
        rm ROOT/*/*/seed-1/result.json
        echo stride: cannot write a file: No space left on device >&2
        exit 1
        """
            .replace("ROOT", root.toString());
    assertThatExceptionOfType(LabException.class)
        .isThrownBy(() -> run(TinyTrials.settings(root), disturbed(full, TinyTrials.trial(1))))
        .withMessageStartingWith("candidate, seed 1: cannot write a file: No space left on device");
    assertThat(TinyTrials.trial(1).folder(root).resolve("trial.json")).doesNotExist();
  }

  // ---- stopping, and others ------------------------------------------------------------------

  @Test
  void beginsNothingOnceItIsToldToStop() {
    var runner =
        new TrialRunner(
            TinyTrials.settings(root), new PrintWriter(progress), new AtomicBoolean(true));
    assertThatExceptionOfType(StoppedException.class)
        .isThrownBy(() -> runner.run(List.of(TinyTrials.trial(1), TinyTrials.trial(2))))
        .withMessage("stopped with 0 of 2 trials finished: the same command goes on from there");
  }

  @Test
  void anotherProcessInTheSameFolderIsRefused() {
    try (RunLock _ = RunLock.take(root)) {
      assertThatExceptionOfType(TrainException.class)
          .isThrownBy(
              () -> run(TinyTrials.settings(root), TinyTrials.by(NOTHING, TinyTrials.trial(1))))
          .withMessageStartingWith(root + " is in use by process ");
    }
  }

  @Test
  void aResultOfAnotherMachineIsRefusedUnlessAskedFor() throws Exception {
    Path folder = TinyTrials.trial(1).folder(root);
    Files.createDirectories(folder);
    ObjectNode json = JsonText.readObject(TinyTrials.trial(1).folder(once).resolve("trial.json"));
    ((ObjectNode) json.get("origin")).put("machine", "other-8c");
    Files.writeString(folder.resolve("trial.json"), JsonText.file(json));
    assertThatExceptionOfType(LabException.class)
        .isThrownBy(
            () -> run(TinyTrials.settings(root), TinyTrials.by(NOTHING, TinyTrials.trial(1))))
        .withMessageContaining(
            "is of another machine: CPU other-8c and Some Chip, vector bits unknown")
        .withMessageContaining("--mixed");
    var mixed = new TrialSettings(root, 2, 1, 0, true);
    assertThat(run(mixed, TinyTrials.by(NOTHING, TinyTrials.trial(1))).getFirst().evaluated())
        .isEqualTo(whole.evaluated());
  }
}
