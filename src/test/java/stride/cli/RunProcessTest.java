package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
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
  private static Path whole;

  @TempDir Path temp;
  private final List<Process> started = new ArrayList<>();

  @BeforeAll
  static void train() {
    whole = TinyRun.whole(once.resolve("whole"), ITERATIONS, "--hidden", "8");
  }

  @AfterEach
  void endAll() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly().waitFor();
    }
  }

  /** A run of a process of its own, that prints to files beside its folder. */
  private Process begin(Path run) throws IOException, InterruptedException {
    List<String> args = TinyRun.begin(run, ITERATIONS, "--hidden", "8", "--json");
    Process process = StrideProcess.start(args, temp, out(run), err(run));
    started.add(process);
    awaitMetrics(run, process);
    return process;
  }

  private static void awaitMetrics(Path run, Process process)
      throws IOException, InterruptedException {
    Path metrics = run.resolve("metrics.jsonl");
    while (!Files.exists(metrics) || Files.size(metrics) < 10_000) {
      assertThat(process.isAlive()).as(Files.readString(err(run))).isTrue();
      Thread.sleep(2);
    }
  }

  private static Path out(Path run) {
    return Path.of(run + ".out");
  }

  private static Path err(Path run) {
    return Path.of(run + ".err");
  }

  private static Outcome outcome(Process process, Path run)
      throws IOException, InterruptedException {
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("has ended").isTrue();
    return new Outcome(process.exitValue(), Files.readString(out(run)), Files.readString(err(run)));
  }

  /** In this JVM, which has compiled everything. */
  private void assertGoesOnToTheSameBits(Path run, Path expected) throws IOException {
    Outcome outcome = TinyRun.in(TinyRun.resume(run));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    TinyRun.assertSameRun(run, expected);
  }

  // ---- told to stop --------------------------------------------------------------------------

  @ParameterizedTest
  @CsvSource({"-INT, 130", "-TERM, 143", "-HUP, 129"})
  void aSignalSavesPrintsTheResultAndEndsWithItsCode(String signal, int code) throws Exception {
    Path run = temp.resolve("run");
    Process process = begin(run);
    kill(signal, process);
    Outcome outcome = outcome(process, run);
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(code);
    assertThat(outcome.err()).endsWith("stride train --resume " + run + "` goes on\n");
    JsonNode result = outcome.jsonWhateverTheExitCode();
    assertThat(result.get("finished").booleanValue()).isFalse();
    assertThat(CheckpointStore.of(run).newest().toString())
        .endsWith("%08d.safetensors".formatted(result.get("iterations").intValue()));
    assertGoesOnToTheSameBits(run, whole);
  }

  private static void kill(String signal, Process process) throws Exception {
    String pid = Long.toString(process.pid());
    assertThat(new ProcessBuilder("kill", signal, pid).start().waitFor()).isZero();
  }

  @Test
  void aSignalDoesNotHideThatSavingFailed() throws Exception {
    Path run = temp.resolve("run");
    Process process = begin(run);
    Path checkpoints = run.resolve("checkpoints");
    Path away = run.resolve("away");
    kill("-STOP", process); // or a regular checkpoint could fail before the signal comes
    Files.move(checkpoints, away);
    process.destroy();
    kill("-CONT", process);
    assertThat(outcome(process, run).failure())
        .startsWith("stride: " + checkpoints + "/iteration-0000")
        .contains(".safetensors: cannot write: ");
    Files.move(away, checkpoints);
    assertGoesOnToTheSameBits(run, whole);
  }

  // ---- another process -----------------------------------------------------------------------

  @Test
  void aSecondProcessIsRefusedAndTheFirstGoesOn() throws Exception {
    Path run = temp.resolve("run");
    Process first = begin(run);
    kill("-STOP", first); // or it might be done before the others have tried
    Outcome second = TinyRun.in(TinyRun.resume(run));
    assertThat(second.complaint(1))
        .isEqualTo("stride: " + run + " is in use by process " + first.pid());
    Outcome third = TinyRun.in(TinyRun.begin(run, ITERATIONS));
    assertThat(third.complaint(1))
        .isEqualTo("stride: " + run + " exists already: a new run needs a new folder");
    assertThat(Outcome.of("eval", run.toString(), "--episodes", "1").exitCode()).isZero();
    kill("-CONT", first);
    assertThat(outcome(first, run).exitCode()).isZero();
    TinyRun.assertSameRun(run, whole);
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
    Process parent =
        StrideProcess.builder(shell, temp)
            .redirectOutput(out(run).toFile())
            .redirectError(err(run).toFile())
            .start();
    started.add(parent);
    awaitMetrics(run, parent);
    ProcessHandle child = parent.children().findFirst().orElseThrow();
    try {
      parent.destroyForcibly().waitFor();
      child.onExit().get(1, TimeUnit.MINUTES);
    } finally {
      child.destroyForcibly();
    }
    assertThat(Files.readString(out(run))).endsWith("stride train --resume " + run + "` goes on\n");
  }

  private static final String PARENT =
      "STRIDE_PARENT_PID=$$; export STRIDE_PARENT_PID; \"$@\" & wait";

  @Test
  void theLockOfAKilledProcessIsTakenOver() throws Exception {
    Path run = temp.resolve("run");
    Process process = begin(run);
    process.destroyForcibly().waitFor(); // SIGKILL
    assertThat(run.resolve("lock")).hasContent(Long.toString(process.pid()));
    assertGoesOnToTheSameBits(run, whole);
  }

  // ---- no room on the disk -------------------------------------------------------------------

  /** With checkpoints larger than all that is logged. */
  private Path largerRun() {
    return TinyRun.whole(temp.resolve("larger"), 50, "--hidden", "64,64");
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

  @Test
  void aDiskThatFillsWhileSavingKeepsTheCheckpointBefore() throws Exception {
    Path larger = largerRun();
    Path run = TinyRun.unfinished(larger, temp.resolve("run"));
    Map<String, byte[]> before = TinyRun.saved(run.resolve("checkpoints"));
    assertThat(withLimitedFiles(TinyRun.resume(run)).failure())
        .isEqualTo(
            "stride: %s: cannot write: File too large",
            run.resolve("checkpoints/iteration-00000050.safetensors"));
    TinyRun.assertUnchanged(run.resolve("checkpoints"), before);
    assertGoesOnToTheSameBits(run, larger);
  }

  @Test
  void aDiskThatIsFullAtTheFirstCheckpointLeavesARunThatStartsLater() throws Exception {
    Path larger = largerRun();
    Path run = temp.resolve("run");
    List<String> args = TinyRun.begin(run, 50, "--hidden", "64,64");
    assertThat(withLimitedFiles(args).failure())
        .isEqualTo(
            "stride: %s: cannot write: File too large",
            run.resolve("checkpoints/iteration-00000000.safetensors"));
    assertThat(run.resolve("checkpoints")).isEmptyDirectory();
    assertGoesOnToTheSameBits(run, larger);
  }

  @Test
  void aRealFullDiskIsNoDifferent() throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    SmallDisk.require(disk);
    Path larger = largerRun();
    Path saved = Files.createDirectory(temp.resolve("saved"));
    // room for one checkpoint of 135 kB and what is logged, not for two
    List<String> args = TinyRun.begin(disk.resolve("run"), 50, "--hidden", "64,64");
    Outcome outcome = SmallDisk.run(disk, 240, saved, args);
    assertThat(outcome.failure()).endsWith(": cannot write: No space left on device");
    Path run = saved.resolve("run");
    try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
      assertThat(files).containsExactly(run.resolve("checkpoints/iteration-00000000.safetensors"));
    }
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
