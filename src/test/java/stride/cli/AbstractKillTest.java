package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import stride.train.Checkpoint;
import stride.train.CheckpointStore;

/**
 * Kills a run again and again, at random moments, and resumes it each time: it must end in the
 * bytes of a run that nobody killed. {@code make test-kill} kills each algorithm fifty times.
 */
abstract class AbstractKillTest {
  /** Of an algorithm. */
  static final int KILLS = Integer.getInteger("stride.kills", 4);

  private static final int ITERATIONS_OF_A_LIFE = 50;
  private static final int TRAINING_MILLIS = 200; // of a life, at most
  private static final int SAVING_MICROS = 10_000; // writing, synchronising, renaming, deleting
  private static final long LOOK_NANOS = 20_000;

  // a memory of 1000 steps lies in four files of 320, and the checkpoint before needs one more
  private static final int FILES_OF_ROWS = 5;

  private final long seed = Long.getLong("stride.kill.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<String, Integer> moments = new TreeMap<>();

  @TempDir Path temp;
  private TinyAlgorithm algorithm;
  private int iterations;
  private Path run;
  private Path err;

  /** When a process is killed. */
  enum Moment {
    START,
    TRAINING,
    /** While a checkpoint is written, or soon after. */
    SAVING,
    /** While a file of the journal is written, or before the checkpoint that needs it. */
    WRITING_ROWS,
    /** When a checkpoint has its name, and what it makes superfluous is about to be deleted. */
    DELETING
  }

  /**
   * Trains, kills and compares.
   *
   * @param its what learns
   * @param kills how often it is killed
   * @param in when, by turns
   */
  final void killAgainAndAgain(TinyAlgorithm its, int kills, List<Moment> in) throws Exception {
    algorithm = its;
    iterations = ITERATIONS_OF_A_LIFE * (kills + 1);
    Path whole = TinyRun.whole(its, temp.resolve("whole"), iterations, "--hidden", "8");
    run = temp.resolve("run");
    err = temp.resolve("stderr");
    int startMillis = startMillis(whole);
    for (int kill = 0; kill < kills; kill++) {
      Process process = live();
      await(in.get(kill % in.size()), process, startMillis);
      process.destroyForcibly().waitFor();
      assertDied("kill %d of seed %d".formatted(kill + 1, seed), process);
    }
    Process last = live();
    assertThat(last.waitFor(10, TimeUnit.MINUTES)).as("has ended").isTrue();
    assertThat(last.exitValue()).as("seed %d: %s", seed, Files.readString(err)).isZero();
    TinyRun.assertSameRun(run, whole);
    System.out.printf("%s killed, seed %d: %d times, %s%n", its, seed, kills, moments);
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
        begun ? TinyRun.resume(run) : TinyRun.begin(algorithm, run, iterations, "--hidden", "8"),
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

  private void await(Moment moment, Process process, int startMillis)
      throws IOException, InterruptedException {
    if (moment == Moment.START) {
      process.waitFor(random.nextInt(startMillis), TimeUnit.MILLISECONDS);
      return;
    }
    Path metrics = run.resolve("metrics.jsonl");
    long logged = size(metrics);
    while (process.isAlive() && size(metrics) == logged) {
      Thread.sleep(1);
    }
    if (moment == Moment.TRAINING) {
      process.waitFor(random.nextInt(TRAINING_MILLIS), TimeUnit.MILLISECONDS);
      return;
    }
    List<Path> before = saved();
    while (process.isAlive() && !isNow(moment, before)) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    // as often at once as within the time that the disk takes at most
    int micros = random.nextBoolean() ? 0 : random.nextInt(SAVING_MICROS);
    process.waitFor(micros, TimeUnit.MICROSECONDS);
  }

  private boolean isNow(Moment moment, List<Path> before) throws IOException {
    return switch (moment) {
      case SAVING -> isWriting("checkpoints");
      case WRITING_ROWS -> isWriting("replay");
      default -> !before.containsAll(saved());
    };
  }

  private List<Path> saved() {
    return CheckpointStore.of(run).all();
  }

  private static long size(Path file) throws IOException {
    return Files.exists(file) ? Files.size(file) : 0;
  }

  private boolean isWriting(String folder) throws IOException {
    if (!Files.exists(run.resolve(folder))) {
      return false;
    }
    try (Stream<Path> files = Files.list(run.resolve(folder))) {
      return files.anyMatch(file -> file.toString().endsWith(".part"));
    }
  }

  private void assertDied(String kill, Process process) throws IOException {
    String said = Files.readString(err);
    assertThat(process.exitValue()).as("%s: %s", kill, said).isIn(0, 128 + 9);
    assertThat(said).as(kill).doesNotContain("stride: ");
    moments.merge(moment(process), 1, Integer::sum);
    if (Files.exists(run.resolve("config.json"))) {
      for (Path file : saved()) {
        Checkpoint.read(file).close(); // whole, or it would say
      }
    }
  }

  /** Where the kill was, by what it left. */
  private String moment(Process process) throws IOException {
    if (process.exitValue() == 0) {
      return "too late";
    }
    if (!Files.readString(err).contains("run folder ")) {
      return "before its folder";
    }
    if (isWriting("replay")) {
      return "writing rows";
    }
    if (isWriting("checkpoints")) {
      return "writing a checkpoint";
    }
    return leftover();
  }

  private String leftover() throws IOException {
    List<Path> rows = rows();
    if (rows.isEmpty()) {
      return "training";
    }
    List<Path> saved = saved();
    long newest = saved.isEmpty() ? -1 : number(saved.getFirst());
    if (number(rows.getLast()) > newest) {
      return "between rows and checkpoint";
    }
    return rows.size() > FILES_OF_ROWS ? "deleting rows" : "training";
  }

  /** The files of the journal, oldest first. */
  private List<Path> rows() throws IOException {
    if (!Files.exists(run.resolve("replay"))) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(run.resolve("replay"))) {
      return files.sorted().toList();
    }
  }

  private static long number(Path file) {
    return Long.parseLong(file.getFileName().toString().replaceAll("\\D", ""));
  }
}
