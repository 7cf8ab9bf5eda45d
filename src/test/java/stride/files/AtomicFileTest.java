package stride.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  private static final int WRITERS = 4;
  private static final int TIMES = 100;

  @TempDir Path temp;

  private List<String> names() throws IOException {
    try (Stream<Path> all = Files.list(temp)) {
      return all.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void replacesAFileAndLeavesNothingBeside() throws IOException {
    Path file = temp.resolve("a.json");
    AtomicFile.write(file, "one");
    AtomicFile.write(file, "two");
    assertThat(file).hasContent("two");
    assertThat(names()).containsExactly("a.json");
  }

  @Test
  void ofSeveralThatWriteOneFileAtOnceEachWritesAWholeOne() throws Exception {
    Path file = temp.resolve("a.json");
    try (ExecutorService threads = Executors.newFixedThreadPool(WRITERS)) {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < WRITERS; writer++) {
        String text = Integer.toString(writer).repeat(50_000);
        writers.add(threads.submit(() -> write(file, text)));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    assertThat(names()).containsExactly("a.json");
  }

  /** Whoever wrote last, what is there is of one writer alone. */
  private static Void write(Path file, String text) throws IOException {
    for (int k = 0; k < TIMES; k++) {
      AtomicFile.write(file, text);
      String now = Files.readString(file);
      assertThat(now).hasSize(text.length());
      assertThat(now.chars().distinct().count()).isEqualTo(1);
    }
    return null;
  }

  @Test
  void writesThroughNoLinkThatWasPlanted() throws IOException {
    Path other = Files.writeString(temp.resolve("other"), "precious");
    Path link = Files.createSymbolicLink(temp.resolve("a.json.part"), other);
    AtomicFile.write(temp.resolve("a.json"), "new");
    assertThat(other).hasContent("precious");
    assertThat(temp.resolve("a.json")).isRegularFile().hasContent("new");
    assertThatThrownBy(() -> AtomicFile.Disk.REAL.create(link))
        .isInstanceOf(FileAlreadyExistsException.class);
  }

  @Test
  void aFullDiskChangesNothing() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no /dev/full");
    Path file = temp.resolve("a.json");
    AtomicFile.write(file, "old");
    AtomicFile.Disk disk =
        part -> {
          AtomicFile.Disk.REAL.create(part).close();
          return FileChannel.open(full, StandardOpenOption.WRITE);
        };
    assertThatThrownBy(() -> AtomicFile.write(file, disk, "new"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
    assertThat(file).hasContent("old");
    assertThat(names()).containsExactly("a.json");
  }

  @Test
  void clearsAwayWhatProcessesLeftThatWereKilledLongAgo() throws IOException {
    Path stale = Files.writeString(temp.resolve("a.json.1-1.part"), "half");
    Files.setLastModifiedTime(stale, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
    Files.writeString(temp.resolve("a.json.2-1.part"), "of one that is at work");
    AtomicFile.write(temp.resolve("a.json"), "new");
    assertThat(names()).containsExactly("a.json", "a.json.2-1.part");
  }
}
