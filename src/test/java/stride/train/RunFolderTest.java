package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.JsonText;

class RunFolderTest {
  private static final Map<String, Object> CONFIG = Map.of("algo", "fake");

  private final FakeLearner learner = new FakeLearner(new FakeClock());
  @TempDir Path temp;

  @AfterEach
  void free() {
    learner.close();
  }

  private static void assertRefused(Runnable action, String message) {
    assertThatThrownBy(action::run)
        .isInstanceOfAny(TrainException.class, FileException.class)
        .hasMessageContaining(message)
        .message()
        .hasLineCount(1);
  }

  private void save(RunFolder folder, long iteration, long best) {
    folder
        .checkpoints()
        .save(
            new CheckpointInfo(
                "fake", "Fake-v0", 1, iteration, iteration, 1, best, null, null, null),
            learner.state(),
            _ -> true);
  }

  private static List<Long> iterations(Path run) {
    return CheckpointStore.of(run).all().stream().map(CheckpointStore::iteration).toList();
  }

  @Test
  void isNamedAfterTheRunAndTheTime() {
    Path parent = temp.resolve("runs");
    try (RunFolder first = RunFolder.create(parent, "ALE/Pong-v5", "ppo", 3, CONFIG);
        RunFolder second = RunFolder.create(parent, "ALE/Pong-v5", "ppo", 3, CONFIG)) {
      assertThat(first.path()).hasParent(parent);
      assertThat(first.path().getFileName().toString()).matches("ALE-Pong-v5__ppo__3__\\d{10}");
      assertThat(second.path()).isNotEqualTo(first.path());
      assertThat(RunFolder.readConfig(first.path())).isEqualTo(JsonText.tree(CONFIG));
    }
  }

  @Test
  void aGivenFolderMustBeNew() throws IOException {
    Path path = temp.resolve("a/b");
    RunFolder.create(path, CONFIG).close();
    assertRefused(() -> RunFolder.create(path, CONFIG).close(), path + " exists already");
    Path file = Files.writeString(temp.resolve("file"), "");
    assertRefused(() -> RunFolder.create(file, CONFIG).close(), file + " exists already");
    assertRefused(() -> RunFolder.create(file.resolve("x"), CONFIG).close(), "cannot make");
    assertRefused(
        () -> RunFolder.create(file.resolve("x"), "t", "a", 1, CONFIG).close(), "cannot make");
  }

  @Test
  void takesOverWhatAProcessLeftThatWasKilledBeforeItHadAConfiguration() throws IOException {
    Path path = temp.resolve("run");
    Files.createDirectories(path.resolve("checkpoints"));
    Files.writeString(path.resolve("lock"), "1\n");
    Files.writeString(path.resolve("config.json.part"), "{");
    try (RunFolder folder = RunFolder.create(path, CONFIG)) {
      assertThat(RunFolder.readConfig(path)).isEqualTo(JsonText.tree(CONFIG));
      assertThat(path.resolve("config.json.part")).doesNotExist();
      assertThat(folder.hasBegun()).isFalse();
    }
  }

  @Test
  void doesNotTouchAFolderWithAnythingElseInIt() throws IOException {
    Path path = Files.createDirectories(temp.resolve("mine"));
    Path note = Files.writeString(path.resolve("note.txt"), "mine");
    assertRefused(() -> RunFolder.create(path, CONFIG).close(), path + " exists already");
    assertThat(path).isDirectoryContaining(note::equals).isDirectoryNotContaining("glob:**lock");
  }

  @Test
  void leavesNothingOfAFolderThatCannotBeFilled() {
    Path path = temp.resolve("run");
    AtomicFile.Disk full = part -> FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
    assertRefused(
        () -> RunFolder.create(path, CONFIG, full).close(),
        "cannot write " + path.resolve("config.json") + ": No space left on device");
    assertThat(path).doesNotExist();
    Object withoutJsonForm = new Object();
    assertThatThrownBy(() -> RunFolder.create(path, withoutJsonForm).close())
        .isInstanceOf(IllegalStateException.class);
    assertThat(path).doesNotExist();
  }

  @Test
  void opensOnlyTheFoldersOfRuns() {
    String without = temp + " is no run folder: it has no config.json";
    assertRefused(() -> RunFolder.open(temp).close(), without);
    assertRefused(() -> RunFolder.readConfig(temp), without);
    Path missing = temp.resolve("missing");
    assertRefused(() -> RunFolder.open(missing).close(), missing + " does not exist");
    assertRefused(() -> RunFolder.readConfig(missing), missing + " does not exist");
    assertRefused(() -> CheckpointStore.of(temp).all(), "cannot read");
  }

  @Test
  void keepsTheNewestTwoAndTheBest() {
    Path path = temp.resolve("run");
    try (RunFolder folder = RunFolder.create(path, CONFIG)) {
      assertRefused(() -> CheckpointStore.of(path).newest(), "has no checkpoint");
      save(folder, 0, -1);
      assertThat(CheckpointStore.of(path).best()).isEmpty();
      for (long iteration = 10; iteration <= 60; iteration += 10) {
        save(folder, iteration, Math.min(iteration, 30));
      }
      assertThat(iterations(path)).containsExactly(60L, 50L, 30L);
      assertThat(CheckpointStore.of(path).best())
          .hasValueSatisfying(f -> assertThat(CheckpointStore.iteration(f)).isEqualTo(30));
      folder.checkpoints().forgetAfter(50);
      assertThat(CheckpointStore.iteration(CheckpointStore.of(path).newest())).isEqualTo(50);
      assertThat(path.resolve("checkpoints/iteration-00000060.safetensors.damaged")).exists();
    }
  }

  @Test
  void hasBegunWithItsFirstCheckpoint() throws IOException {
    Path path = temp.resolve("run");
    try (RunFolder folder = RunFolder.create(path, CONFIG)) {
      assertThat(folder.hasBegun()).isFalse();
      save(folder, 0, -1);
      assertThat(folder.hasBegun()).isTrue();
      folder.openMetrics(0).close();
      Files.delete(CheckpointStore.of(path).newest());
      assertThat(folder.hasBegun()).isTrue(); // somebody deleted it
    }
  }

  @Test
  void aFolderWithAConfigurationIsComplete() {
    Path path = temp.resolve("run");
    AtomicFile.Disk looking =
        part -> {
          assertThat(path.resolve("checkpoints")).isEmptyDirectory();
          return AtomicFile.Disk.REAL.create(part);
        };
    RunFolder.create(path, CONFIG, looking).close();
    assertThat(path.resolve("config.json")).exists();
  }

  @Test
  void removesWhatAKilledProcessLeftHalfWritten() throws IOException {
    Path path = temp.resolve("run");
    RunFolder.create(path, CONFIG).close();
    Path part = path.resolve("checkpoints/iteration-00000010.safetensors.part");
    Files.writeString(part, "half");
    Files.writeString(path.resolve("result.json.part"), "half");
    assertThat(CheckpointStore.of(path).all()).isEmpty();
    RunFolder.open(path).close();
    assertThat(part).doesNotExist();
    assertThat(path.resolve("result.json.part")).doesNotExist();
  }

  @Test
  void isOfOneOwnerAtATime() {
    Path path = temp.resolve("run");
    RunFolder folder = RunFolder.create(path, CONFIG);
    long pid = ProcessHandle.current().pid();
    assertRefused(() -> RunFolder.open(path).close(), path + " is in use by process " + pid);
    assertRefused(() -> RunFolder.open(path).close(), path + " is in use by process " + pid);
    folder.close();
    folder.close();
    RunFolder.open(path).close();
  }

  @Test
  void aRefusalInItsOwnProcessDoesNotGiveItToAnother() throws Exception {
    Path path = temp.resolve("run");
    try (RunFolder folder = RunFolder.create(path, CONFIG)) {
      assertRefused(() -> RunFolder.open(folder.path()).close(), path + " is in use by process ");
      Process other = LockHolder.start(path);
      try (BufferedReader out = other.inputReader()) {
        assertThat(out.readLine()).isNull();
      } finally {
        other.destroyForcibly().waitFor();
      }
    }
  }

  @Test
  void isRefusedToASecondProcessAndTakenOverFromAKilledOne() throws Exception {
    Path path = temp.resolve("run");
    RunFolder.create(path, CONFIG).close();
    Process holder = LockHolder.start(path);
    try (BufferedReader out = holder.inputReader()) {
      assertThat(out.readLine()).isEqualTo(path.toString());
      assertRefused(
          () -> RunFolder.open(path).close(), path + " is in use by process " + holder.pid());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(path.resolve("lock")).hasContent(Long.toString(holder.pid()));
    RunFolder.open(path).close();
  }
}
