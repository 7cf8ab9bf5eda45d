package stride.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.lab.bench.Comparison;
import stride.results.Results;

/** Does the page say of two folders what {@code stride compare} says of them? */
class ReportRatiosTest {
  private static final String CAPTION = "GaeBenchmark, ratio to A";

  @TempDir Path temp;

  private Path first;
  private Path second;

  @BeforeEach
  void measureTwice() throws IOException {
    first = folder("first", Folders.forks("gae", 100, 101, 99, 100, 101));
    second = folder("second", Folders.forks("gae", 50, 51, 49, 50, 51));
  }

  private Path folder(String name, String... benchmarks) throws IOException {
    Path folder = Folders.results(temp.resolve(name));
    Folders.anchors(folder);
    suite(folder, benchmarks);
    return folder;
  }

  private static void suite(Path folder, String... benchmarks) throws IOException {
    Folders.write(
        folder.resolve("jmh-GaeBenchmark.json"), "[" + String.join(",", benchmarks) + "]");
  }

  @Test
  void isWhatCompareSays() throws IOException {
    PageText page = PageText.of(first, second);
    Comparison compared = Comparison.of(Results.read(first), Results.read(second), 0.05, false);
    List<String> cells = compared.rows().getFirst().cells();
    assertThat(cells.getLast()).isEqualTo("slower");
    assertThat(page.table(CAPTION))
        .containsExactly(
            "benchmark|B|A ops/s|B ops/s|B/A raw|B/A corrected|95 % of both|p (Holm)|verdict",
            (cells.getFirst() + "|second|" + String.join("|", cells.subList(1, cells.size())))
                .replace("<", "&lt;"));
    JsonNode plot = page.plots("JMH ratios").getFirst();
    JsonNode series = PageText.series(plot, "second");
    assertThat(plot.get("categories").get(0).textValue()).isEqualTo("gae envs=64");
    assertThat(PageText.numbers(series.get("values")))
        .containsExactly(compared.rows().getFirst().ratio());
    assertThat(PageText.numbers(series.get("low")))
        .containsExactly(compared.rows().getFirst().low());
    assertThat(PageText.numbers(series.get("high")))
        .containsExactly(compared.rows().getFirst().high());
    // both are of changed files, which compare warns of
    assertThat(page.listItems())
        .containsExactlyElementsOf(
            Stream.concat(Stream.of(compared.correction()), compared.warnings().stream())
                .map(doubt -> "second: " + doubt)
                .toList());
  }

  @Test
  void fewForksGiveFiguresWithoutAVerdict() throws IOException {
    suite(second, Folders.forks("gae", 50, 51));
    assertThat(PageText.of(first, second).table(CAPTION).getLast())
        .startsWith("GaeBenchmark.gae envs=64|second|100.2|50.50|0.504|0.504|0.4")
        .endsWith("|-|no verdict: 2 forks");
    suite(second, Folders.forks("gae", 50));
    PageText page = PageText.of(first, second);
    assertThat(page.table(CAPTION).getLast())
        .isEqualTo(
            "GaeBenchmark.gae envs=64|second|100.2|50.00|0.499|0.499|-|-|no verdict: 1 fork");
    JsonNode series = PageText.series(page.plots("JMH ratios").getFirst(), "second");
    assertThat(series.get("low")).isEqualTo(series.get("values")); // no interval to draw
  }

  @Test
  void comparesEachFolderWithTheFirstInItsColour() throws IOException {
    Path third =
        folder(
            "third",
            Folders.forks("gae", 200, 201, 199, 200, 201),
            Folders.forks("copy", 9, 9, 9, 9, 9));
    suite(
        first, Folders.forks("gae", 100, 101, 99, 100, 101), Folders.forks("copy", 9, 9, 9, 9, 9));
    PageText page = PageText.of(first, second, third);
    assertThat(page.table(CAPTION))
        .hasSize(4)
        .anyMatch(row -> row.matches("GaeBenchmark.gae envs=64\\|second\\|.*\\|slower"))
        .anyMatch(row -> row.matches("GaeBenchmark.gae envs=64\\|third\\|.*\\|faster"))
        .anyMatch(row -> row.matches("GaeBenchmark.copy envs=64\\|third\\|.*\\|no difference.*"));
    JsonNode ratios = page.plots("JMH ratios").getFirst();
    JsonNode scores = page.plots("JMH scores").getFirst();
    for (String name : List.of("second", "third")) {
      assertThat(PageText.series(ratios, name).get("color"))
          .isEqualTo(PageText.series(scores, name).get("color"));
    }
    assertThat(PageText.series(ratios, "second").get("values").get(1).isNull()).isTrue();
  }

  @Test
  void saysWhyFoldersAreNotCompared() throws IOException {
    suite(second, Folders.forks("other", 1, 1));
    Path unfinished = folder("unfinished", Folders.forks("gae", 1));
    Files.delete(unfinished.resolve("anchor.json"));
    PageText page = PageText.of(first, second, unfinished);
    assertThat(page.sections()).contains("jmh", "ratios");
    assertThat(page.listItems())
        .containsExactly(
            "second is not compared: no common benchmark: first has 1, second has 1, and none of the"
                + " same name and parameters",
            "unfinished is not compared: unfinished has no anchor.json: its run did not end");
    assertThat(page.plots("JMH ratios")).isEmpty();
    assertThat(page.html()).doesNotContain(temp.toString());
  }

  @Test
  void otherMachinesAreComparedWithAWarning() throws IOException {
    Path machine = second.resolve("machine.json");
    Files.writeString(machine, Files.readString(machine).replace("Some CPU", "Another CPU"));
    PageText page = PageText.of(first, second);
    assertThat(page.listItems())
        .contains("second: different machines: CPU Some CPU and Another CPU");
    assertThat(page.table(CAPTION)).hasSize(2);
  }

  @Test
  void oneFolderWithBenchmarksHasNothingToBeComparedWith() throws IOException {
    Path bare = Folders.results(temp.resolve("bare"));
    assertThat(PageText.of(first).sections()).doesNotContain("ratios");
    assertThat(PageText.of(bare, first).sections()).contains("jmh").doesNotContain("ratios");
  }
}
