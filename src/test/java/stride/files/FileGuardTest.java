package stride.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Among threads; LedgerTest has two processes. */
class FileGuardTest {
  private static final int THREADS = 4;
  private static final int TIMES = 50;

  @TempDir Path temp;

  @Test
  void noChangeIsLost() throws Exception {
    Path file = Files.writeString(temp.resolve("count"), "0");
    Path otherName = Files.createSymbolicLink(temp.resolve("link"), temp).resolve("count");
    try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> counting = new ArrayList<>();
      for (int k = 0; k < THREADS; k++) {
        Path name = k % 2 == 0 ? file : otherName;
        counting.add(threads.submit(() -> count(name)));
      }
      for (Future<?> thread : counting) {
        thread.get();
      }
    }
    assertThat(file).hasContent(Integer.toString(THREADS * TIMES));
  }

  private static Void count(Path file) throws IOException {
    for (int k = 0; k < TIMES; k++) {
      try (var _ = FileGuard.of(file)) {
        int before = Integer.parseInt(Files.readString(file));
        AtomicFile.write(file, Integer.toString(before + 1));
      }
    }
    return null;
  }

  @Test
  void tellsWhetherItIsFree() throws IOException {
    Path file = temp.resolve("file");
    FileGuard first = FileGuard.ifFree(file).orElseThrow();
    Optional<FileGuard> second = FileGuard.ifFree(file);
    assertThat(second).isEmpty();
    first.close();
    first.close();
    FileGuard.ifFree(file).orElseThrow().close();
  }

  @Test
  void takesOverWhatAKilledProcessLeft() throws IOException {
    Files.createFile(temp.resolve(".file.lock"));
    FileGuard.of(temp.resolve("file")).close();
  }

  @Test
  void followsNoLinkThatWasPlanted() throws IOException {
    Path other = Files.writeString(temp.resolve("other"), "precious");
    Files.createSymbolicLink(temp.resolve(".file.lock"), other);
    assertThatThrownBy(() -> FileGuard.of(temp.resolve("file"))).isInstanceOf(IOException.class);
    assertThat(other).hasContent("precious");
    assertThatThrownBy(() -> FileGuard.of(temp.resolve("none/file")))
        .isInstanceOf(IOException.class);
  }
}
