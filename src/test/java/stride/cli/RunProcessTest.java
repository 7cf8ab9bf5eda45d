package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.train.CheckpointStore;

/**
 * What becomes of a run that is told to stop, meets another process, or has no room on the disk:
 * whatever ends it, it goes on to the bits of a run that nothing ended.
 */
class RunProcessTest {
  private static final int ITERATIONS =
      2400; // some seconds, so that there is time to disturb them on a busy machine too

  @TempDir static Path once;
  private static final Map<TinyAlgorithm, Path> WHOLE = new EnumMap<>(TinyAlgorithm.class);

  @TempDir Path temp;
  private final List<TrainingProcess> started = new ArrayList<>();

  /** A run that nothing disturbed. */
  private static Path whole(TinyAlgorithm algorithm) {
    return WHOLE.computeIfAbsent(
        algorithm,
        its -> TinyRun.whole(its, once.resolve(its.name()), ITERATIONS, "--hidden", "8"));
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (TrainingProcess process : started) {
      process.kill();
    }
  }

  private TrainingProcess begin(TinyAlgorithm algorithm, Path run)
      throws IOException, InterruptedException {
    List<String> args = TinyRun.begin(algorithm, run, ITERATIONS, "--hidden", "8", "--json");
    TrainingProcess process = TrainingProcess.start(run, args);
    started.add(process);
    return process;
  }

  /** In this JVM, which has compiled everything. */
  private void assertGoesOnToTheSameBits(Path run, Path expected) throws IOException {
    Outcome outcome = TinyRun.in(TinyRun.resume(run));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    TinyRun.assertSameRun(run, expected);
  }

  // ---- told to stop --------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({
    "PPO, -INT, 130",
    "PPO, -TERM, 143",
    "PPO, -HUP, 129",
    "DQN, -INT, 130", // in the midst of an interval, whose rows are written so far
    "PRIORITIZED, -TERM, 143",
    "A2C, -INT, 130",
    "REINFORCE, -TERM, 143"
  })
  void aSignalSavesPrintsTheResultAndEndsWithItsCode(
      TinyAlgorithm algorithm, String signal, int code) throws Exception {
    Path run = temp.resolve("run");
    TrainingProcess process = begin(algorithm, run);
    process.signal(signal);
    Outcome outcome = process.outcome();
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(code);
    assertThat(outcome.err()).endsWith("stride train --resume " + run + "` goes on\n");
    JsonNode result = outcome.jsonWhateverTheExitCode();
    assertThat(result.get("finished").booleanValue()).isFalse();
    assertThat(CheckpointStore.of(run).newest().toString())
        .endsWith("%08d.safetensors".formatted(result.get("iterations").intValue()));
    assertGoesOnToTheSameBits(run, whole(algorithm));
  }

  @ParameterizedTest
  @CsvSource({"PPO, checkpoints, iteration-0000", "DQN, replay, rows-0000"})
  void aSignalDoesNotHideThatSavingFailed(TinyAlgorithm algorithm, String folder, String file)
      throws Exception {
    Path run = temp.resolve("run");
    TrainingProcess process = begin(algorithm, run);
    Path saved = run.resolve(folder);
    Path away = run.resolve("away");
    process.signal("-STOP"); // or a regular checkpoint could fail before the signal comes
    Files.move(saved, away);
    process.signal("-TERM");
    process.signal("-CONT");
    assertThat(process.outcome().failure())
        .startsWith("stride: " + saved + "/" + file)
        .contains(".safetensors: cannot write: ");
    Files.move(away, saved);
    assertGoesOnToTheSameBits(run, whole(algorithm));
  }

  // ---- another process -----------------------------------------------------------------------

  @Test
  void aSecondProcessIsRefusedAndTheFirstGoesOn() throws Exception {
    Path run = temp.resolve("run");
    TrainingProcess first = begin(TinyAlgorithm.PPO, run);
    first.signal("-STOP"); // or it might be done before the others have tried
    Outcome second = TinyRun.in(TinyRun.resume(run));
    assertThat(second.complaint(1))
        .isEqualTo("stride: " + run + " is in use by process " + first.pid());
    Outcome third = TinyRun.in(TinyRun.begin(run, ITERATIONS));
    assertThat(third.complaint(1))
        .isEqualTo("stride: " + run + " exists already: a new run needs a new folder");
    assertThat(Outcome.of("eval", run.toString(), "--episodes", "1").exitCode()).isZero();
    first.signal("-CONT");
    assertThat(first.outcome().exitCode()).isZero();
    TinyRun.assertSameRun(run, whole(TinyAlgorithm.PPO));
  }

  /** What it was started for is no more: the same as TERM. */
  @Test
  void aRunWhoseParentIsGoneSavesAndEnds() throws Exception {
    Path run = temp.resolve("run");
    List<String> args = TinyRun.begin(run, 100 * ITERATIONS, "--hidden", "8");
    List<String> command = StrideProcess.command(StrideProcess.quickFlags(), args);
    // a shell that starts it as Stride starts its trainings, and is killed
    List<String> shell = new ArrayList<>(List.of("sh", "-c", PARENT, "sh"));
    shell.addAll(command);
    TrainingProcess parent = TrainingProcess.start(run, StrideProcess.builder(shell, temp));
    started.add(parent);
    ProcessHandle child = parent.process().children().findFirst().orElseThrow();
    try {
      parent.kill();
      child.onExit().get(1, TimeUnit.MINUTES);
    } finally {
      child.destroyForcibly();
    }
    assertThat(parent.printed()).endsWith("stride train --resume " + run + "` goes on\n");
  }

  private static final String PARENT =
      "STRIDE_PARENT_PID=$$; export STRIDE_PARENT_PID; \"$@\" & wait";

  @Test
  void theLockOfAKilledProcessIsTakenOver() throws Exception {
    Path run = temp.resolve("run");
    TrainingProcess process = begin(TinyAlgorithm.PPO, run);
    process.kill();
    assertThat(run.resolve("lock")).hasContent(Long.toString(process.pid()));
    assertGoesOnToTheSameBits(run, whole(TinyAlgorithm.PPO));
  }

  @Test
  void aKilledRunWhoseNewestRowsAreDamagedGoesBackBeforeThemAndSaysSo() throws Exception {
    Path run = temp.resolve("run");
    TrainingProcess process = begin(TinyAlgorithm.DQN, run);
    // the third may have been written ahead of its checkpoint
    while (filesOfRows(run) < 3) {
      Thread.sleep(2);
    }
    process.kill();
    String newest = CheckpointStore.of(run).newest().getFileName().toString();
    Path rows = run.resolve("replay/" + newest.replace("iteration", "rows"));
    byte[] bytes = Files.readAllBytes(rows);
    bytes[bytes.length / 2] ^= 1;
    Files.write(rows, bytes);
    Outcome outcome = TinyRun.in(TinyRun.resume(run));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err())
        .contains(rows + ": corrupt, ", "; trying the checkpoint before it")
        .doesNotContain("stride: ");
    assertThat(Path.of(rows + ".damaged")).hasBinaryContent(bytes);
    TinyRun.assertSameRun(run, whole(TinyAlgorithm.DQN));
  }

  private static long filesOfRows(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("replay"))) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).count();
    }
  }

  // ---- no room on the disk -------------------------------------------------------------------

  /** What takes room on the disk: checkpoints of PPO, or the rows of a journal. */
  private static List<String> beginLarger(TinyAlgorithm algorithm, Path run) {
    String hidden = algorithm == TinyAlgorithm.PPO ? "64,64" : "8";
    return TinyRun.begin(algorithm, run, 50, "--hidden", hidden);
  }

  private Path largerRun(TinyAlgorithm algorithm) {
    Path run = temp.resolve("larger");
    Outcome outcome = TinyRun.in(beginLarger(algorithm, run));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return run;
  }

  /**
   * A limit on the size of a file fails in the middle of it, as a full disk does, and needs no
   * rights: the blocks of sh are 512 or 1024 bytes.
   */
  private Outcome withLimitedFiles(List<String> args) throws Exception {
    List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f 100; exec \"$@\"", "sh"));
    command.addAll(StrideProcess.command(StrideProcess.quickFlags(), args));
    return Outcome.of(StrideProcess.builder(command, temp), temp);
  }

  @ParameterizedTest
  @CsvSource({"PPO, checkpoints/iteration-00000050", "LARGE_JOURNAL, replay/rows-00000050"})
  void aDiskThatFillsWhileSavingKeepsTheCheckpointBefore(TinyAlgorithm algorithm, String file)
      throws Exception {
    Path larger = largerRun(algorithm);
    Path run = TinyRun.unfinished(larger, temp.resolve("run"));
    Map<String, byte[]> before = TinyRun.saved(run);
    before.keySet().removeIf(name -> !name.endsWith(".safetensors"));
    assertThat(withLimitedFiles(TinyRun.resume(run)).failure())
        .isEqualTo("stride: %s: cannot write: File too large", run.resolve(file + ".safetensors"));
    Map<String, byte[]> after = TinyRun.saved(run);
    before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
    assertGoesOnToTheSameBits(run, larger);
  }

  @Test
  void aDiskThatIsFullAtTheFirstCheckpointLeavesARunThatStartsLater() throws Exception {
    Path larger = largerRun(TinyAlgorithm.PPO);
    Path run = temp.resolve("run");
    assertThat(withLimitedFiles(beginLarger(TinyAlgorithm.PPO, run)).failure())
        .isEqualTo(
            "stride: %s: cannot write: File too large",
            run.resolve("checkpoints/iteration-00000000.safetensors"));
    assertThat(run.resolve("checkpoints")).isEmptyDirectory();
    assertGoesOnToTheSameBits(run, larger);
  }

  /** Room for one checkpoint of 135 kB, or the rows of one, and what is logged; not for two. */
  @ParameterizedTest
  @CsvSource({"PPO, 240, 0, ''", "LARGE_JOURNAL, 560, 20, rows-00000020.safetensors"})
  void aRealFullDiskIsNoDifferent(
      TinyAlgorithm algorithm, int kilobytes, int iteration, String rows) throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    SmallDisk.require(disk);
    Path larger = largerRun(algorithm);
    Path saved = Files.createDirectory(temp.resolve("saved"));
    Outcome outcome =
        SmallDisk.run(disk, kilobytes, saved, beginLarger(algorithm, disk.resolve("run")));
    assertThat(outcome.failure()).endsWith(": cannot write: No space left on device");
    Path run = saved.resolve("run");
    assertThat(CheckpointStore.of(run).newest())
        .hasFileName("iteration-%08d.safetensors".formatted(iteration));
    assertThat(TinyRun.saved(run).keySet())
        .filteredOn(name -> name.startsWith("replay/"))
        .isEqualTo(rows.isEmpty() ? List.of() : List.of("replay/" + rows));
    assertGoesOnToTheSameBits(run, larger);
  }

  @Test
  void aFolderThatFindsNoRoomLeavesNothing() throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    SmallDisk.require(disk);
    Path saved = Files.createDirectory(temp.resolve("saved"));
    // a page, which the file of the lock takes
    Outcome outcome = SmallDisk.run(disk, 4, saved, TinyRun.begin(disk.resolve("run"), 50));
    assertThat(outcome.complaint(1))
        .startsWith("stride: cannot ")
        .endsWith(": No space left on device");
    assertThat(saved).isEmptyDirectory();
  }
}
