package stride.lab.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.files.FileException;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.results.Machines;

final class InvestigationTablesTest {
  private static final String RUN = "2026-01-31_amd-epyc-2c_0123456";
  private static final String PAGE =
      """
      # Investigations

      <!-- measured
      TwoWays.ours | TwoWays.theirs n=1
      -->
      what was here before
      <!-- /measured -->

      Theirs takes twice as long.
      """;

  @TempDir Path root;
  private InvestigationTables tables;

  @BeforeEach
  void lay() throws IOException {
    tables = new InvestigationTables(root);
    write("docs/investigations.md", PAGE);
    write("bench-results/investigations", RUN + "\n");
    write("bench-results/" + RUN + "/machine.json", JsonText.file(Machines.epyc()));
    write(
        "bench-results/" + RUN + "/jmh-TwoWays.json",
        "["
            + result("ours", "{}", 100, 104)
            + ","
            + result("theirs", "{\"n\": \"1\"}", 200, 208)
            + "]");
  }

  private static String result(String method, String params, int low, int high) {
    return """
    {"benchmark": "stride.bench.TwoWays.%s", "mode": "avgt", "params": %s,
     "primaryMetric": {"score": %d, "scoreError": 1, "scoreUnit": "ns/op",
       "rawData": [[%d], [%d], [%d], [%d], [%d]]},
     "secondaryMetrics": {"gc.alloc.rate.norm": {"score": 24.2, "scoreError": "NaN"}}}
    """
        .formatted(method, params, low, low, high, low, high, low);
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void putsTimesRatiosAndIntervalsBetweenTheMarkers() throws IOException {
    assertThat(tables.isCurrent()).isFalse();
    tables.update();
    assertThat(tables.isCurrent()).isTrue();
    String page = Files.readString(root.resolve("docs/investigations.md"));
    assertThat(page)
        .contains("| ours")
        .contains("102 ns")
        .contains("203 ns")
        .containsPattern("2\\.00 \\(1\\.9\\d to 2\\.0\\d\\)")
        .contains("commit 0123456: [bench-results/" + RUN + "]")
        .contains("Theirs takes twice as long.")
        .doesNotContain("what was here before");
    tables.update();
    assertThat(Files.readString(root.resolve("docs/investigations.md"))).isEqualTo(page);
  }

  @Test
  void comparesCountersOfOneBenchmarkForkByFork() throws IOException {
    write(
        "docs/investigations.md",
        PAGE.replace("TwoWays.ours | TwoWays.theirs n=1", "TwoWays.ours#off | TwoWays.ours#on"));
    String forks = "[[1.0], [2.0], [3.0], [4.0], [5.0]]";
    String more = "[[1.011], [2.021], [3.03], [4.04], [5.05]]"; // forks differ, pairs hardly
    write(
        "bench-results/" + RUN + "/jmh-TwoWays.json",
        "["
            + result("ours", "{}", 100, 104)
                .replace(
                    "\"secondaryMetrics\": {",
                    "\"secondaryMetrics\": {\"off\": {\"score\": 3, \"scoreError\": 1, \"rawData\": %s}, \"on\": {\"score\": 3, \"scoreError\": 1, \"rawData\": %s}, "
                        .formatted(forks, more))
            + "]");
    tables.update();
    assertThat(Files.readString(root.resolve("docs/investigations.md")))
        .containsPattern(
            "ours#on +\\| +2,6\\d\\d.\\d ms \\| 1\\.010 \\(1\\.0\\d\\d to 1\\.0\\d\\d\\)");
    write("docs/investigations.md", PAGE.replace("TwoWays.theirs n=1", "TwoWays.ours#none"));
    assertThatThrownBy(tables::update)
        .hasMessageEndingWith("/jmh-TwoWays.json: TwoWays.ours has no counter none");
  }

  @Test
  void aTableMayNameAFolderOfItsOwn() throws IOException {
    String other = RUN.replace("0123456", "7654321");
    write(
        "docs/investigations.md", PAGE.replace("<!-- measured\n", "<!-- measured " + other + "\n"));
    write("bench-results/" + other + "/machine.json", JsonText.file(Machines.epyc()));
    write(
        "bench-results/" + other + "/jmh-TwoWays.json",
        "["
            + result("ours", "{}", 300, 300)
            + ","
            + result("theirs", "{\"n\": \"1\"}", 200, 208)
            + "]");
    tables.update();
    assertThat(tables.isCurrent()).isTrue();
    assertThat(Files.readString(root.resolve("docs/investigations.md")))
        .contains("300 ns", "[bench-results/" + other + "]");
  }

  @Test
  void namesABenchmarkThatIsMissing() throws IOException {
    write("docs/investigations.md", PAGE.replace("theirs n=1", "theirs n=2"));
    assertThatThrownBy(tables::update)
        .isInstanceOf(LabException.class)
        .hasMessage("the investigations' results have no TwoWays.theirs n=2");
    assertThat(Files.readString(root.resolve("docs/investigations.md"))).contains("what was here");
  }

  @Test
  void namesAFileThatNamesNoFolder() throws IOException {
    Path file = root.resolve("bench-results/investigations");
    write("bench-results/investigations", "none\n");
    assertThatThrownBy(tables::isCurrent)
        .isInstanceOf(FileException.class)
        .hasMessage(file + ": not one line with the name of a folder beside it");
    Files.delete(file);
    assertThatThrownBy(tables::isCurrent)
        .isInstanceOf(FileException.class)
        .hasMessage(file + " does not exist");
  }
}
