package stride.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.files.FileException;
import stride.files.JsonText;

class ResultsFolderTest {
  @TempDir Path temp;

  private static String name(ResultsFolder folder) {
    return folder.path().getFileName().toString();
  }

  private static List<String> files(ResultsFolder folder) throws IOException {
    try (Stream<Path> files = Files.list(folder.path())) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void isNamedAfterDayMachineAndCommit() {
    LocalDate before = LocalDate.now(ZoneOffset.UTC);
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    LocalDate after = LocalDate.now(ZoneOffset.UTC);
    assertThat(folder.path()).isDirectory().hasParent(temp);
    assertThat(name(folder)).endsWith("_amd-epyc-2c_0123456");
    assertThat(LocalDate.parse(name(folder).substring(0, 10))).isBetween(before, after);
  }

  @Test
  void goesAgainUnlessSomethingWasMeasured() {
    ResultsFolder nothing = ResultsFolder.create(temp, Machines.epyc());
    nothing.writeText("plan.json", "{}");
    assertThat(nothing.isUnmeasured()).isTrue();
    assertThat(nothing.deleteIfUnmeasured()).isTrue();
    assertThat(temp).isEmptyDirectory();
    assertThat(nothing.deleteIfUnmeasured()).isTrue();
    ResultsFolder something = ResultsFolder.create(temp, Machines.epyc());
    something.writeText("jmh-GaeBenchmark.json", "[]");
    assertThat(something.deleteIfUnmeasured()).isFalse();
    assertThat(something.path()).isDirectory();
  }

  @Test
  void tellsThatFilesWereChanged() {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.of("AMD EPYC", 2, true));
    assertThat(name(folder)).endsWith("_0123456-dirty");
  }

  @Test
  void takesTheNextFreeName() {
    List<String> names = new ArrayList<>();
    for (int k = 0; k < 3; k++) {
      names.add(name(ResultsFolder.create(temp, Machines.epyc())).substring(10));
    }
    assertThat(names)
        .containsExactly(
            "_amd-epyc-2c_0123456", "_amd-epyc-2c_0123456-2", "_amd-epyc-2c_0123456-3");
  }

  @Test
  void holdsItsMachine() {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    assertThat(JsonText.read(folder.path().resolve("machine.json"), Machine.class))
        .isEqualTo(Machines.epyc());
  }

  @Test
  void makesItsParents() {
    Path parent = temp.resolve("some/new/place");
    assertThat(ResultsFolder.create(parent, Machines.epyc()).path()).hasParent(parent);
  }

  @Test
  void refusesAParentThatIsAFile() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    for (Path parent : List.of(file, file.resolve("below"))) {
      assertThatThrownBy(() -> ResultsFolder.create(parent, Machines.epyc()))
          .isInstanceOf(FileException.class)
          .hasMessageStartingWith("cannot make a results folder in " + parent + ": ")
          .message()
          .hasLineCount(1);
    }
    assertThat(file).isEmptyFile();
  }

  @Test
  void writesFilesWholeAndLeavesNoParts() throws IOException {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    folder.writeText("summary.md", "# what was measured\n");
    folder.writeJson("anchor.json", Map.of("schema_version", 1));
    assertThat(files(folder)).containsExactly("anchor.json", "machine.json", "summary.md");
    assertThat(folder.path().resolve("summary.md")).hasContent("# what was measured\n");
    assertThat(folder.path().resolve("anchor.json")).hasContent("{\n  \"schema_version\" : 1\n}\n");
  }

  @Test
  void leavesNoPartWhereAFileCannotBeWritten() throws IOException {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    Files.createDirectories(folder.path().resolve("summary.md/taken"));
    assertThatThrownBy(() -> folder.writeText("summary.md", "text"))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith("cannot write " + folder.path().resolve("summary.md") + ": ");
    assertThat(files(folder)).containsExactly("machine.json", "summary.md");
    assertThatThrownBy(() -> folder.writeText("no/such/folder", "text"))
        .isInstanceOf(FileException.class);
  }

  /** Writing to /dev/full fails as on a device without room. */
  @Test
  void namesTheFileThatCannotBeWritten() throws IOException {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    Files.delete(folder.path().resolve("machine.json"));
    Files.delete(folder.path());
    Map<String, Runnable> writes =
        Map.of(
            "summary.md", () -> folder.writeText("summary.md", "text"),
            "anchor.json", () -> folder.writeJson("anchor.json", Map.of("schema_version", 1)),
            "a.hlog", () -> folder.writeHistograms("a.hlog", List.of(histogram("tag", 1_000))));
    writes.forEach(
        (name, write) ->
            assertThatThrownBy(write::run)
                .isInstanceOf(FileException.class)
                .hasMessage(
                    "cannot write " + folder.path().resolve(name) + ": no such file or folder"));
  }

  @Test
  void writesHistogramsThatHdrHistogramReads() throws IOException {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    Histogram few = histogram("Hopper-v5_1x1", 1_000, 2_000);
    Histogram more = histogram("Hopper-v5_64x2", 50_000, 60_000, 70_000);
    folder.writeHistograms("latency.hlog", List.of(few, more));

    List<EncodableHistogram> read = new ArrayList<>();
    try (HistogramLogReader log =
        new HistogramLogReader(folder.path().resolve("latency.hlog").toFile())) {
      while (log.hasNext()) {
        read.add(log.nextIntervalHistogram());
      }
    }
    assertThat(read).hasSize(2);
    assertThat(read.get(0)).isEqualTo(few);
    assertThat(read.get(1)).isEqualTo(more);
    assertThat(read)
        .extracting(EncodableHistogram::getTag)
        .containsExactly("Hopper-v5_1x1", "Hopper-v5_64x2");
  }

  private static Histogram histogram(String tag, long... nanos) {
    Histogram histogram = new Histogram(1_000_000_000, 2);
    for (long value : nanos) {
      histogram.recordValue(value);
    }
    histogram.setTag(tag);
    return histogram;
  }
}
