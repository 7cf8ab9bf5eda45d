package stride.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.files.FileException;

/** Does the page show what profiles have? */
class ReportProfilesTest {
  @TempDir Path temp;
  private Path folder;

  @BeforeEach
  void makeFolder() throws IOException {
    folder = Folders.results(temp.resolve("folder"));
  }

  private static String row(int envs, double rate) {
    return Folders.row(envs, 2, rate, rate, rate);
  }

  @Test
  void showsIntervalsSpreadAndAllocation() throws IOException {
    Folders.profile(folder, "Hopper-v5", row(8, 10_000), row(64, 40_000));
    PageText page = PageText.of(folder);
    assertThat(page.table("Hopper-v5, 2 threads"))
        .containsExactly(
            "envs|limit, steps/s|rollout, steps/s|of limit|(wall)|training, steps/s|of"
                + " limit|(wall)|spread|B/iteration",
            "8|10,000 ± 100|10,000 ± 100|97.0 %|96.0 %|10,000 ± 100|85.0 %|84.0 %|3.4 %|1,024",
            "64 (knee)|40,000 ± 400|40,000 ± 400|97.0 %|96.0 %|40,000 ± 400|85.0 %|84.0 %|3.4"
                + " %|1,024");
    JsonNode plot = page.plots("Hopper-v5 on 2 threads").getFirst();
    for (String name : List.of("limit (bare mj_step)", "rollout", "training")) {
      JsonNode series = PageText.series(plot, name);
      assertThat(PageText.numbers(series.get("low"))).containsExactly(9_900, 39_600);
      assertThat(PageText.numbers(series.get("high"))).containsExactly(10_100, 40_400);
    }
  }

  @Test
  void tasksWithoutALimitHaveNoIntervalOfIt() throws IOException {
    Folders.profile(folder, "CartPole-v1", Folders.row(8, 2, null, 10_000, 10_000));
    PageText page = PageText.of(folder);
    assertThat(page.table("CartPole-v1, 2 threads").getLast()).startsWith("8|-|10,000 ± 100|");
  }

  @Test
  void refusesAnIntervalThatIsNone() throws IOException {
    for (String wrong : List.of("[1]", "[2, 1]", "\"wide\"")) {
      Path file = Folders.profile(folder, "Hopper-v5", row(8, 10_000));
      String text = Files.readString(file);
      Files.writeString(
          file,
          text.replaceFirst("\"rollout_interval\" : \\[[^]]*]", "\"rollout_interval\" : " + wrong));
      assertThatThrownBy(() -> PageText.of(folder))
          .isInstanceOf(FileException.class)
          .hasMessageStartingWith(
              folder.resolve("profile-Hopper-v5.json") + ": rows[0].rollout_interval")
          .message()
          .hasLineCount(1);
    }
  }

  // ---- latencies ----

  private void log(String stage, long... nanos) throws IOException {
    var histogram = new Histogram(3);
    for (long value : nanos) {
      histogram.recordValue(value);
    }
    histogram.setTag("Hopper-v5_64x2");
    Path file = folder.resolve("latency-" + stage + "-Hopper-v5.hlog");
    try (var out = new PrintStream(file.toFile(), StandardCharsets.UTF_8)) {
      new HistogramLogWriter(out).outputIntervalHistogram(histogram);
    }
  }

  @Test
  void showsEveryWorkThatIsTimedInTheOrderOfAnIteration() throws IOException {
    Folders.profile(folder, "Hopper-v5", row(64, 40_000));
    log("shard_step", 1_000_000, 2_000_000);
    log("rollout", 200_000_000);
    log("gae", 60_000);
    log("minibatch", 700_000);
    log("iteration", 250_000_000);
    PageText page = PageText.of(folder);
    assertThat(page.plots("Time by percentile, ")).hasSize(5);
    assertThat(page.html())
        .containsSubsequence(
            "<h4>Hopper-v5: shard step</h4>",
            "One step of all environments of a thread, ",
            "<h4>Hopper-v5: rollout</h4>",
            "The stage rollout of one iteration, ",
            "<h4>Hopper-v5: gae</h4>",
            "The stage gae of one iteration, ",
            "<h4>Hopper-v5: update step</h4>",
            "One update of the parameters on one thread, ",
            "<h4>Hopper-v5: iteration</h4>",
            "One whole iteration: ");
    assertThat(page.table("Hopper-v5: shard step").getLast()).startsWith("64 x 2|2|");
    assertThat(page.table("Hopper-v5: gae").getLast()).isEqualTo("64 x 2|1|60.0 µs|-|-|-|60.0 µs");
    assertThat(page.table("Hopper-v5: rollout").getLast()).endsWith(" ms");
  }

  @Test
  void aLogOfAnotherNameKeepsIt() throws IOException {
    log("rollout", 1_000_000);
    Files.copy(folder.resolve("latency-rollout-Hopper-v5.hlog"), folder.resolve("mine.hlog"));
    assertThat(PageText.of(folder).html()).contains("<h4>Hopper-v5: rollout</h4>", "<h4>mine</h4>");
  }

  @Test
  void namesTheRecordings() throws IOException {
    Folders.profile(folder, "Hopper-v5", row(64, 40_000));
    assertThat(PageText.of(folder).says("What ran within the stages")).isFalse();
    for (String name : List.of("flame-Hopper-v5.html", "flame-Hopper-v5.jfr", "a.folded")) {
      Files.createFile(folder.resolve(name));
    }
    Files.createFile(folder.resolve("notes.html"));
    assertThat(
            PageText.of(folder)
                .says(
                    "What ran within the stages is in these files of the folder: a.folded,"
                        + " flame-Hopper-v5.html, flame-Hopper-v5.jfr."))
        .isTrue();
  }
}
