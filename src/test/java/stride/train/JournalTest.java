package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.files.AtomicFile;
import stride.files.DamagedFileException;
import stride.files.FileException;
import stride.files.Safetensors;
import stride.memory.Slab;

/** Rows that lie in files of their own: the run goes on with them, whatever ended it. */
class JournalTest {
  private static final int ITERATIONS = 23;
  private static final int CAPACITY = 30; // steps, of 7.5 iterations
  private static final TrainPlan PLAN =
      new TrainPlan(
          "Fake-v0",
          "fake",
          7,
          FakeLearner.ENV_STEPS * ITERATIONS,
          new Cadence.EverySteps(5 * FakeLearner.ENV_STEPS),
          0,
          new Code(new TreeMap<>(Map.of("classes", "1"))));
  private static final Map<String, Object> CONFIG = Map.of("algo", "fake");

  @TempDir Path temp;
  private final List<String> notes = new ArrayList<>();
  private Path expected;
  private Path run;

  @BeforeEach
  void trainWhole() {
    expected = temp.resolve("whole");
    run = temp.resolve("run");
    begin(expected, CAPACITY, Long.MAX_VALUE, AtomicFile.Disk.REAL);
  }

  private void begin(Path path, int capacity, long stopAt, AtomicFile.Disk disk) {
    try (RunFolder folder = RunFolder.create(path, CONFIG, disk)) {
      sit(folder, capacity, stopAt);
    }
  }

  private void until(long stopAt) {
    begin(run, CAPACITY, stopAt, AtomicFile.Disk.REAL);
  }

  private TrainResult goOn(long stopAt) {
    return goOn(CAPACITY, stopAt);
  }

  private TrainResult goOn(int capacity, long stopAt) {
    try (RunFolder folder = RunFolder.open(run)) {
      return sit(folder, capacity, stopAt);
    }
  }

  private TrainResult sit(RunFolder folder, int capacity, long stopAt) {
    var clock = new FakeClock();
    var stop = new AtomicBoolean();
    TrainListener listener =
        new TrainListener() {
          @Override
          public void iteration(TrainProgress progress, Timing timing) {
            stop.set(progress.iteration() == stopAt);
          }

          @Override
          public void note(String line) {
            notes.add(line);
          }
        };
    try (var learner = new FakeLearner(clock, new FakeJournal(capacity))) {
      Trainer trainer = new Trainer(PLAN, learner, folder, listener, stop, clock);
      return folder.hasBegun() ? trainer.resume(false) : trainer.start();
    }
  }

  /** The newest checkpoints, and each file of rows. */
  private static Map<String, byte[]> bytes(Path run) throws IOException {
    Map<String, byte[]> all = new TreeMap<>();
    List<Path> files = new ArrayList<>(CheckpointStore.of(run).all().subList(0, 2));
    files.addAll(rows(run));
    for (Path file : files) {
      all.put(run.relativize(file).toString(), Files.readAllBytes(file));
    }
    return all;
  }

  private static List<Path> rows(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run.resolve("replay"))) {
      return files.sorted().toList();
    }
  }

  private static List<String> names(Path run) throws IOException {
    return rows(run).stream().map(file -> file.getFileName().toString()).toList();
  }

  private Path rows(int iteration) {
    return run.resolve("replay/rows-%08d.safetensors".formatted(iteration));
  }

  private void assertSameRun() throws IOException {
    Map<String, byte[]> mine = bytes(run);
    Map<String, byte[]> wanted = bytes(expected);
    assertThat(mine.keySet()).isEqualTo(wanted.keySet());
    wanted.forEach((name, bytes) -> assertThat(mine.get(name)).as(name).isEqualTo(bytes));
  }

  @Test
  void keepsWhatTheNewestTwoCheckpointsNeed() throws IOException {
    // that of 20 needs steps [50, 80), and a file has 20
    assertThat(names(expected))
        .containsExactly(
            "rows-00000015.safetensors", "rows-00000020.safetensors", "rows-00000023.safetensors");
    try (Safetensors last = Safetensors.read(rows(expected).getLast(), 1);
        Safetensors before = Safetensors.read(rows(expected).get(1), 1);
        Checkpoint newest = Checkpoint.read(CheckpointStore.of(expected).newest())) {
      assertThat(last.metadata())
          .containsEntry("from", "80")
          .containsEntry("to", "92")
          .containsEntry("oldest", "62")
          .containsEntry("before", "20")
          .containsEntry("before_sha256", before.digest());
      assertThat(newest.info().journal()).isEqualTo(new JournalEnd(23, last.digest()));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 4, 5, 6, 9, 10, 12, 19, 20, 21, 22})
  void aStoppedRunEndsInTheSameFiles(long stopAt) throws IOException {
    until(stopAt);
    goOn(Long.MAX_VALUE);
    assertSameRun();
  }

  @Test
  void soDoesOneThatIsStoppedAfterEveryIteration() throws IOException {
    until(1);
    for (int iteration = 2; iteration < ITERATIONS; iteration++) {
      goOn(iteration);
      assertThat(rows(iteration)).exists();
      assertThat(names(run).size()).isLessThanOrEqualTo(4);
    }
    goOn(Long.MAX_VALUE);
    assertSameRun();
  }

  /** As if the process were killed while it writes its n-th file, whatever that is. */
  @Test
  void soDoesOneThatIsKilledWhileAnyFileIsWritten() throws IOException {
    for (int file = 1; ; file++) {
      var left = new AtomicInteger(file);
      AtomicFile.Disk failing =
          part -> {
            if (left.decrementAndGet() == 0) {
              throw new IOException("killed");
            }
            return AtomicFile.Disk.REAL.create(part);
          };
      run = temp.resolve("killed-" + file);
      try {
        begin(run, CAPACITY, 17, failing);
        assertThat(file).as("files of a run").isGreaterThan(10);
        return;
      } catch (FileException e) {
        assertThat(e).hasMessageContaining("killed");
      }
      if (Files.exists(run)) {
        goOn(19);
        goOn(Long.MAX_VALUE);
        assertSameRun();
      }
    }
  }

  /** As if the process were killed before it deleted what a new checkpoint makes superfluous. */
  @ParameterizedTest
  @ValueSource(longs = {12, 15, 20, 21})
  void soDoesOneThatIsKilledBeforeItDeletesWhatIsOld(long killedAt) throws IOException {
    Map<Path, byte[]> all = new TreeMap<>();
    until(1);
    for (long iteration = 2; iteration <= killedAt; iteration++) {
      goOn(iteration);
      for (Path file : rows(run)) {
        all.put(file, Files.readAllBytes(file));
      }
      for (Path file : CheckpointStore.of(run).all()) {
        all.put(file, Files.readAllBytes(file));
      }
    }
    for (Map.Entry<Path, byte[]> file : all.entrySet()) {
      if (!Files.exists(file.getKey())) {
        Files.write(file.getKey(), file.getValue());
      }
    }
    goOn(Long.MAX_VALUE);
    assertSameRun();
  }

  @Test
  void aFileWithoutItsCheckpointIsWrittenAgain() throws IOException {
    until(22);
    goOn(Long.MAX_VALUE);
    Files.delete(CheckpointStore.of(run).newest());
    Files.delete(run.resolve("result.json"));
    assertThat(rows(23)).exists();
    goOn(Long.MAX_VALUE);
    assertSameRun();
  }

  @Test
  void aMemoryThatIsSmallerThanAnIntervalNeedsOneFile() throws IOException {
    begin(run, 6, 12, AtomicFile.Disk.REAL);
    assertThat(names(run))
        .containsExactly(
            "rows-00000005.safetensors", "rows-00000010.safetensors", "rows-00000012.safetensors");
    goOn(6, Long.MAX_VALUE);
    expected = temp.resolve("small");
    begin(expected, 6, Long.MAX_VALUE, AtomicFile.Disk.REAL);
    assertSameRun();
    try (Safetensors rows = Safetensors.read(rows(20), 1)) {
      assertThat(rows.slabs().get("numbers").length()).isEqualTo(6);
    }
  }

  // ---- damage ----

  private static void flipABit(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
  }

  @Test
  void goesBackBeforeACheckpointWhoseRowsAreDamaged() throws IOException {
    until(20);
    flipABit(rows(20));
    byte[] damaged = Files.readAllBytes(rows(20));
    goOn(Long.MAX_VALUE);
    assertThat(notes)
        .containsExactly(
            rows(20)
                + ": corrupt, its content is not what was written; trying the checkpoint before it");
    assertThat(Path.of(rows(20) + ".damaged")).hasBinaryContent(damaged);
    Files.delete(Path.of(rows(20) + ".damaged"));
    assertSameRun();
  }

  @ParameterizedTest
  @CsvSource({
    "flipped, corrupt",
    "missing, missing",
    "foreign, of another run or state",
    "cut, trunc"
  })
  void refusesWhatLacksItsRowsAndLosesNothing(String how, String complaint) throws IOException {
    until(20);
    Path needed = rows(15); // by both checkpoints
    switch (how) {
      case "flipped" -> flipABit(needed);
      case "missing" -> Files.delete(needed);
      case "foreign" -> Files.copy(rows(20), needed, StandardCopyOption.REPLACE_EXISTING);
      default -> Files.write(needed, Arrays.copyOf(Files.readAllBytes(needed), 100));
    }
    Map<String, byte[]> before = bytes(run);
    assertThatThrownBy(() -> goOn(Long.MAX_VALUE))
        .isInstanceOf(DamagedFileException.class)
        .hasMessageStartingWith(needed + ": " + complaint);
    Map<String, byte[]> after = bytes(run);
    assertThat(after.keySet()).isEqualTo(before.keySet());
    before.forEach((name, bytes) -> assertThat(after.get(name)).as(name).isEqualTo(bytes));
  }

  @Test
  void rowsOfAnotherFormAreRefused() throws IOException {
    until(4);
    try (Safetensors rows = Safetensors.read(rows(4), 1);
        Checkpoint checkpoint = Checkpoint.read(CheckpointStore.of(run).newest())) {
      var other = new LinkedHashMap<String, Slab>();
      other.put("letters", rows.slabs().get("numbers"));
      String digest =
          Safetensors.write(
              rows(4),
              AtomicFile.Disk.REAL,
              1,
              RowsInfo.of(rows(4), rows.metadata()).metadata(),
              other);
      CheckpointInfo info = checkpoint.info();
      Checkpoint.write(
          CheckpointStore.of(run).newest(),
          new CheckpointInfo(
              info.algo(),
              info.task(),
              info.seed(),
              info.iteration(),
              info.envSteps(),
              info.bestReturn(),
              info.bestIteration(),
              info.configuration(),
              info.code(),
              new JournalEnd(4, digest)),
          checkpoint.slabs());
    }
    assertThatThrownBy(() -> goOn(Long.MAX_VALUE))
        .isInstanceOf(TrainException.class)
        .hasMessage(rows(4) + " does not fit the configuration: no slab numbers");
  }

  @Test
  void aFinishedRunNeedsNoRows() throws IOException {
    until(Long.MAX_VALUE);
    for (Path file : rows(run)) {
      Files.delete(file);
    }
    assertThat(goOn(Long.MAX_VALUE).finished()).isTrue();
  }

  @Test
  void runsWithoutAJournalHaveNoFolderForIt() {
    var clock = new FakeClock();
    try (var learner = new FakeLearner(clock);
        RunFolder folder = RunFolder.create(run, CONFIG)) {
      new Trainer(PLAN, learner, folder, (_, _) -> {}, new AtomicBoolean(), clock).start();
      assertThat(run.resolve("replay")).doesNotExist();
      assertThat(CheckpointStore.of(run).newest()).isRegularFile();
    }
  }
}
