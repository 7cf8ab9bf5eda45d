package stride.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.files.JsonText;
import stride.learn.StageRow;
import stride.results.Anchor;
import stride.results.Anchors;
import stride.results.JmhResult;
import stride.results.Machines;
import stride.results.Profiles;
import stride.results.ResultsFolder;
import stride.results.Warnings;
import stride.train.TrainResult;

class BenchReportTest {
  @TempDir Path temp;

  @Test
  void anchorsFrameTheRun() {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    BenchReport report = new BenchReport(folder, new Anchor(20_000, 10.5), Optional.empty());
    report.close(new Anchor(21_000, 9.5));

    JsonNode anchor = JsonText.read(folder.path().resolve("anchor.json"));
    assertThat(anchor.get("schema_version").intValue()).isEqualTo(1);
    assertThat(anchor.get("start").get("mj_steps_per_second").doubleValue()).isEqualTo(20_000);
    assertThat(anchor.get("end").get("copy_gigabytes_per_second").doubleValue()).isEqualTo(9.5);
    String line = "anchor at start and end: 20,000 and 21,000 mj_step/s, ";
    assertThat(report.text("summary.md", List.of("./stride a", "./stride b")))
        .startsWith("AMD EPYC, 2 cores, 256-bit vectors, JDK 25, commit 0123456\n")
        .endsWith("\nall tables: summary.md\nnext: ./stride a\nnext: ./stride b\n");
    assertThat(folder.path().resolve("summary.md"))
        .content()
        .startsWith("# " + folder.path().getFileName() + "\n")
        .contains("\n## JMH\n\n| benchmark |")
        .contains("\n## Anchors\n\n" + line);
  }

  @Test
  void aTrainingBelowItsFloorIsSaidAloud() {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    BenchReport report = new BenchReport(folder, new Anchor(20_000, 10.5), Optional.empty());
    report.add(training(599.5));
    report.close(new Anchor(21_000, 9.5));

    String sentence =
        "trained Hopper-v5, tuned, seed 1: return 599.5, BELOW its floor of 600, after 400,000"
            + " steps, 10.5 s";
    assertThat(report.text("summary.md", List.of())).contains("\n" + sentence + "\n");
    assertThat(folder.path().resolve("summary.md"))
        .content()
        .contains("\n## Training\n\n" + sentence + "\n\n| stage");
    JsonNode json = JsonText.read(folder.path().resolve("returns-Hopper-v5.json"));
    assertThat(json.get("schema_version").intValue()).isEqualTo(1);
    assertThat(json.get("learnt").booleanValue()).isFalse();
    assertThat(json.get("result").get("return_mean_last_100").doubleValue()).isEqualTo(599.5);
    assertThat(training(600).sentence()).contains("return 600.0, above its floor of 600, ");
  }

  /** Everything that can be doubted is, so that no run prints more. */
  private BenchReport ruined(double spread, String... tasks) {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    var usual = new Anchors(1, new Anchor(80_000, 30), new Anchor(80_000, 30));
    var report = new BenchReport(folder, new Anchor(20_000, 5, 18.5), Optional.of(usual));
    List<List<Double>> forks = List.of(List.of(1e-3, 1e9, 1.0));
    report.addBenchmarks(
        List.of(
            new JmhResult(
                Path.of("jmh-S.json"),
                "S.m",
                Map.of(),
                "thrpt",
                "ops/s",
                12_345.6,
                98_765,
                forks,
                Map.of())));
    for (String task : tasks) {
      report.add(Profiles.of(task, spread));
    }
    report.add(training(599.5));
    report.close(new Anchor(40_000, 10, 18.5));
    return report;
  }

  private static List<String> lines(BenchReport report) {
    String summary = "bench-results/2026-01-31_intel-r-xeon-r-platinum-2c_0123456-dirty/summary.md";
    return report.text(summary, List.of("./stride a", "./stride b")).lines().toList();
  }

  @Test
  void aTerminalGetsTwentyLinesOfAHundredColumns() {
    List<String> lines = lines(ruined(0.34, "HumanoidStandup-v5"));
    assertThat(lines).hasSizeLessThanOrEqualTo(20).allMatch(line -> line.length() <= 100);
    assertThat(lines)
        .containsSubsequence(
            "HumanoidStandup-v5, steps/s    limit  rollout  CPU share  training  CPU share  spread",
            "64 x 2 ?                     246,913  241,975     98.0 %   217,284     88.0 %  34.0 %",
            "knee on 2 threads: withheld, because rollouts of 1 x 2 and 2 more spread by more than"
                + " 10 %");
    assertThat(lines).filteredOn(line -> line.startsWith("warning: ")).hasSize(5);
  }

  @Test
  void severalTasksShareTheTable() {
    List<String> lines = lines(ruined(0.34, "HumanoidStandup-v5", "HalfCheetah-v5", "Hopper-v5"));
    assertThat(lines).hasSizeLessThanOrEqualTo(20).allMatch(line -> line.length() <= 100);
    assertThat(lines)
        .anyMatch(line -> line.startsWith("HalfCheetah-v5 64 x 2 ? "))
        .anyMatch(line -> line.startsWith("Hopper-v5: withheld, because "));
  }

  @Test
  void doubtsStandAboveEverythingInTheSummary() {
    BenchReport report = ruined(0.34, "Hopper-v5");
    assertThat(temp).isDirectoryContaining("glob:**/*");
    String summary = summary();
    assertThat(summary)
        .contains("\n**The measurement is doubtful:**\n\n- load average 18.5 on 2 cores ")
        .contains("\n| S.m ? ", "\n| 64 x 2 ? ", "\n" + Warnings.ROWS_NOTE + "\n")
        .contains("\n" + Warnings.BENCHMARKS_NOTE + "\n");
    assertThat(summary.indexOf("doubtful:")).isLessThan(summary.indexOf("## JMH"));
    assertThat(report.doubts()).hasSize(5);
  }

  private String summary() {
    try (Stream<Path> folders = Files.list(temp)) {
      return Files.readString(folders.findFirst().orElseThrow().resolve("summary.md"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aGoodRunHasNoWarningsAndNoSigns() {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    BenchReport report = new BenchReport(folder, new Anchor(80_000, 30, 0.5), Optional.empty());
    report.add(Profiles.of("Hopper-v5", 0.05));
    report.close(new Anchor(80_000, 30, 2.5));
    assertThat(report.doubts()).isEmpty();
    assertThat(report.text("summary.md", List.of())).doesNotContain("warning", "?", "withheld");
    assertThat(summary()).doesNotContain("doubt", "?", "withheld");
  }

  private static ShortTraining.Outcome training(double episodeReturn) {
    SequencedMap<String, Double> stages = new LinkedHashMap<>();
    stages.put("rollout", 8.0);
    stages.put("update", 2.0);
    var rows = List.of(new StageRow("rollout.physics", 100, 8, 8e7, 2e4, 76));
    var result =
        new TrainResult(
            1,
            "Hopper-v5",
            "ppo",
            1,
            true,
            100,
            400_000,
            40_000.0,
            41_000.0,
            episodeReturn,
            1000,
            0,
            10.5,
            stages,
            rows);
    return new ShortTraining.Outcome(1, "tuned", 600, episodeReturn >= 600, result);
  }

  @Test
  void anchorsAreRates() {
    Anchor anchor = MachineProbe.measure();
    assertThat(anchor.mjStepsPerSecond()).isBetween(1e3, 1e8);
    assertThat(anchor.copyGigabytesPerSecond()).isBetween(0.05, 5000.0);
  }
}
