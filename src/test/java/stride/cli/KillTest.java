package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.train.Checkpoint;
import stride.train.CheckpointStore;

/**
 * Kills a run again and again, at random moments, and resumes it each time: it must end in the
 * bytes of a run that nobody killed. {@code make test-kill} kills it fifty times.
 */
class KillTest {
  private static final int KILLS = Integer.getInteger("stride.kills", 4);
  private static final int ITERATIONS_OF_A_LIFE = 50;
  private static final int TRAINING_MILLIS = 200; // of a life, at most
  private static final int SAVING_MICROS = 10_000; // writing, synchronising, renaming, deleting

  private final long seed = Long.getLong("stride.kill.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final int iterations = ITERATIONS_OF_A_LIFE * (KILLS + 1);
  private final Map<String, Integer> moments = new TreeMap<>();

  @TempDir Path temp;
  private Path run;
  private Path err;

  @Test
  void aRunThatIsKilledAgainAndAgainEndsInTheSameBytes() throws Exception {
    Path whole = TinyRun.whole(temp.resolve("whole"), iterations, "--hidden", "8");
    run = temp.resolve("run");
    err = temp.resolve("stderr");
    int startMillis = startMillis(whole);
    for (int kill = 1; kill <= KILLS; kill++) {
      Process process = live();
      await(kill, process, startMillis);
      process.destroyForcibly().waitFor();
      assertDied("kill %d of seed %d".formatted(kill, seed), process);
    }
    Process last = live();
    assertThat(last.waitFor(10, TimeUnit.MINUTES)).as("has ended").isTrue();
    assertThat(last.exitValue()).as("seed %d: %s", seed, Files.readString(err)).isZero();
    TinyRun.assertSameRun(run, whole);
    System.out.printf("KillTest, seed %d: %d kills %s%n", seed, KILLS, moments);
  }

  /** How long a process takes that has nothing to do. */
  private int startMillis(Path whole) throws IOException, InterruptedException {
    long start = System.nanoTime();
    Process process = StrideProcess.start(TinyRun.resume(whole), temp, temp.resolve("stdout"), err);
    assertThat(process.waitFor()).as(Files.readString(err)).isZero();
    return (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
  }

  /** A new process, which begins the run if there is nothing yet to go on from. */
  private Process live() throws IOException {
    boolean begun = Files.exists(run.resolve("config.json"));
    if (!begun) {
      deleteWhatIsNoRunYet();
    }
    return StrideProcess.start(
        begun ? TinyRun.resume(run) : TinyRun.begin(run, iterations, "--hidden", "8"),
        temp,
        temp.resolve("stdout"),
        err);
  }

  /** Killed between making the folder and writing the configuration: nothing was saved. */
  private void deleteWhatIsNoRunYet() throws IOException {
    if (Files.exists(run)) {
      try (Stream<Path> files = Files.walk(run)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  /** By turns until a moment of the start, of the training, and of the saving of a checkpoint. */
  private void await(int kill, Process process, int startMillis)
      throws IOException, InterruptedException {
    if (kill % 3 == 0) {
      process.waitFor(random.nextInt(startMillis), TimeUnit.MILLISECONDS);
      return;
    }
    Path metrics = run.resolve("metrics.jsonl");
    long logged = size(metrics);
    while (process.isAlive() && size(metrics) == logged) {
      Thread.sleep(1);
    }
    if (kill % 3 == 1) {
      process.waitFor(random.nextInt(TRAINING_MILLIS), TimeUnit.MILLISECONDS);
      return;
    }
    while (process.isAlive() && !isSaving()) {
      Thread.onSpinWait();
    }
    process.waitFor(random.nextInt(SAVING_MICROS), TimeUnit.MICROSECONDS);
  }

  private static long size(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private boolean isSaving() throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("checkpoints"))) {
      return files.anyMatch(file -> file.toString().endsWith(".part"));
    }
  }

  private void assertDied(String kill, Process process) throws IOException {
    String said = Files.readString(err);
    assertThat(process.exitValue()).as("%s: %s", kill, said).isIn(0, 128 + 9);
    assertThat(said).as(kill).doesNotContain("stride: ");
    String moment = moment(process);
    moments.merge(moment, 1, Integer::sum);
    if (Files.exists(run.resolve("config.json"))) {
      for (Path file : CheckpointStore.of(run).all()) {
        Checkpoint.read(file).close(); // whole, or it would say
      }
    }
  }

  private String moment(Process process) throws IOException {
    if (process.exitValue() == 0) {
      return "too late";
    }
    if (!Files.readString(err).contains("run folder ")) {
      return "before its folder";
    }
    return isSaving() ? "saving" : "training";
  }
}
