package stride.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stride.results.Figures;
import stride.results.Percentiles;
import stride.results.ProfileResult;
import stride.results.ProfileRow;
import stride.results.Score;
import stride.results.TimeText;
import stride.results.TimedPiece;

/** Does the page say what the folders say, all of it, and nothing else? */
class ReportTest {
  @TempDir Path temp;

  static List<Path> committed() {
    return Folders.committed();
  }

  // ---- what is there ----

  @Test
  void hasASectionForEachKindOfFile() throws IOException {
    List<Path> all = new ArrayList<>(committed());
    all.add(Folders.run(temp.resolve("run"), "\"preset\": \"tuned\"", 1, 5, 1));
    PageText page = PageText.of(all.toArray(Path[]::new));
    assertThat(page.sections())
        .containsExactly(
            "doubts",
            "summary",
            "machine",
            "rates",
            "peers",
            "stages",
            "latency",
            "jmh",
            "ratios",
            "returns",
            "learning");
    page.sections().forEach(id -> assertThat(page.html()).contains("<a href=\"#" + id + "\">"));
  }

  @Test
  void hasNoSectionOfWhatIsNotThere() throws IOException {
    assertThat(PageText.of(Folders.results(temp.resolve("bare"))).sections())
        .containsExactly("machine");
    assertThat(PageText.of(Folders.profiled(temp)).sections())
        .containsExactly("summary", "machine", "rates", "stages");
    Path run = Folders.run(temp.resolve("run"), "\"preset\": \"tuned\"", 1, 5, 1);
    assertThat(PageText.of(run).sections()).containsExactly("learning");
  }

  @Test
  void leavesOutFilesThatHaveNothingInThem() throws IOException {
    Path folder = Folders.results(temp.resolve("interrupted"));
    Folders.profile(folder, "Hopper-v5");
    Folders.write(folder.resolve("latency-rollout-Hopper-v5.hlog"), "#[a comment]\n");
    Folders.write(folder.resolve("jmh-GaeBenchmark.json"), "[]");
    Folders.write(folder.resolve("returns.json"), "{\"schema_version\": 1, \"rows\": []}");
    PageText page = PageText.of(folder);
    assertThat(page.sections()).containsExactly("machine");
    assertThat(page.plots("")).isEmpty();
  }

  @Test
  void namesTheMachine() throws IOException {
    Path folder = Folders.profiled(temp);
    Folders.write(
        folder.resolve("anchor.json"),
        """
        {"schema_version": 1, "start": {"mj_steps_per_second": 82996.4, "copy_gigabytes_per_second": 31.43,
         "load_average": null},
         "end": {"mj_steps_per_second": 82102.0, "copy_gigabytes_per_second": 32.24, "load_average": 1.5}}
        """);
    assertThat(PageText.of(folder).table("What was measured, and on what"))
        .startsWith("|2026-01-31_some-cpu-2c_0123456", "processor|Some CPU", "cores|2")
        .contains("memory|16.0 GiB", "commit|0123456-dirty", "GPU|-")
        .endsWith(
            "bare mj_step, start / end|82,996 / 82,102 per s",
            "memory copy, start / end|31.4 / 32.2 GB/s");
  }

  // ---- rates ----

  @Test
  void showsRatesAndTheKnee() throws IOException {
    PageText page = PageText.of(Folders.profiled(temp));
    assertThat(page.table("Hopper-v5, 2 threads"))
        .containsExactly(
            "envs|limit, steps/s|rollout, steps/s|of limit|(wall)|training, steps/s|of"
                + " limit|(wall)|spread|B/iteration",
            "1|22,001 ± 220|21,000 ± 210|97.0 %|96.0 %|18,001 ± 180|85.0 %|84.0 %|3.4 %|1,024",
            "64 (knee)|44,000 ± 440|43,000 ± 430|97.0 %|96.0 %|39,000 ± 390|85.0 %|84.0 %|3.4"
                + " %|1,024",
            "256|44,100 ± 441|43,500 ± 435|97.0 %|96.0 %|39,900 ± 399|85.0 %|84.0 %|3.4 %|1,024");
    assertThat(page.says("64 envs reach 97 % of the limit; more gains 1 %.")).isTrue();
    assertThat(page.listItems())
        .containsExactly(
            "Hopper-v5, 1 thread: 64 envs, the only one measured, reach 97 % of the limit;"
                + " the knee may lie higher. Rollouts there do 20,000 env steps/s, training 17,000,"
                + " 85.0 % of the limit. The largest stage beside physics is update, 10.0 %.",
            "Hopper-v5, 2 threads: 64 envs reach 97 % of the limit; more gains 1 %. Rollouts there"
                + " do 43,000 env steps/s, training 39,000, 85.0 % of the limit. The largest stage"
                + " beside physics is update, 10.0 %.");
    JsonNode plot = page.plots("Hopper-v5 on 2 threads").getFirst();
    JsonNode rollout = PageText.series(plot, "rollout").get("points");
    assertThat(rollout.toString()).isEqualTo("[[1.0,21000.25],[64.0,43000.0],[256.0,43500.0]]");
    assertThat(PageText.series(plot, "knee: 64 envs").get("points").get(0).get(0).doubleValue())
        .isEqualTo(64);
    assertThat(PageText.numbers(plot.get("x").get("ticks"))).containsExactly(1, 64, 256);
  }

  @ParameterizedTest
  @MethodSource("committed")
  void hasEveryRateStageAndScoreOfACommittedFolder(Path folder) throws IOException {
    PageText page = PageText.of(folder);
    for (ProfileResult profile : ResultsData.read(folder, "it").profiles()) {
      String task = profile.task();
      JsonNode stack = page.plots("by stage, " + task).getFirst();
      for (ProfileRow row : profile.rows()) {
        String threads = Figures.plural(row.threads(), "thread");
        JsonNode plot = page.plots(task + " on " + threads + ".").getFirst();
        assertThat(PageText.series(plot, "rollout").get("points").toString())
            .contains("[%d.0,%s]".formatted(row.envs(), row.rolloutStepsPerSecond()));
      }
      for (int k = 0; k < stack.get("categories").size(); k++) {
        int at = k;
        double sum =
            stack
                .get("series")
                .valueStream()
                .mapToDouble(s -> s.get("values").get(at).doubleValue())
                .sum();
        assertThat(sum).isCloseTo(100, within(2.0)); // what profiles promise of their stages
      }
    }
    double[] drawn =
        page.plots("JMH scores").stream()
            .flatMap(plot -> plot.get("series").valueStream())
            .flatMapToDouble(series -> DoubleStream.of(PageText.numbers(series.get("values"))))
            .toArray();
    double[] measured =
        ResultsData.read(folder, "it").benchmarks().stream()
            .mapToDouble(benchmark -> Score.of(benchmark).shown().mean())
            .toArray();
    assertThat(measured).isNotEmpty();
    assertThat(Arrays.stream(drawn).sorted().toArray())
        .isEqualTo(Arrays.stream(measured).sorted().toArray());
  }

  @ParameterizedTest
  @MethodSource("committed")
  void readsFromTheLatencyLogsWhatTheProfilesSay(Path folder) {
    PageText page = PageText.of(folder);
    for (ProfileResult profile : ResultsData.read(folder, "it").profiles()) {
      for (ProfileRow row : profile.rows()) {
        assertThat(row.latencies().keySet())
            .contains("shard_step", "rollout", "gae", "minibatch", "iteration");
        row.latencies()
            .forEach(
                (stage, micros) ->
                    assertThat(
                            page.table(
                                profile.task() + ": " + TimedPiece.of(stage).orElseThrow().words()))
                        .contains(
                            "%s|%s|%s|%s|%s|%s|%s"
                                .formatted(
                                    row.name(),
                                    Figures.whole((double) micros.count()),
                                    TimeText.ofMicros(micros.p50()),
                                    resolved(micros, micros.p90(), 10),
                                    resolved(micros, micros.p99(), 100),
                                    resolved(micros, micros.p999(), 1000),
                                    TimeText.ofMicros(micros.max()))));
      }
    }
  }

  /** Committed folders have percentiles of fewer, too. */
  private static String resolved(Percentiles micros, Double percentile, int leastCount) {
    return micros.count() < leastCount ? "-" : TimeText.ofMicros(percentile);
  }

  @Test
  void aRunThatHasNotFinishedIsCalledSo() throws IOException {
    String options = "\"preset\": \"tuned\", \"total_timesteps\": 9000";
    Path run = Folders.run(temp.resolve("run"), options, 1, 3, 5);
    assertThat(PageText.of(run).html()).doesNotContain("nfinished");
    assertThat(Report.of(List.of(run)).title()).isEqualTo("Stride: Hopper-v5, run run");
    Files.delete(run.resolve("result.json"));
    assertThat(PageText.of(run).html())
        .contains(
            "Unfinished: Hopper-v5, tuned, seed 1, stopped or still at work after 3,000 of 9,000"
                + " env steps.",
            "1 (1 unfinished)");
    assertThat(Report.of(List.of(run)).title())
        .isEqualTo("Stride: Hopper-v5, run run (unfinished)");
  }

  // ---- JMH ----

  @Test
  void putsScoresOfFoldersSideBySide() throws IOException {
    Path first = Folders.results(temp.resolve("first"));
    Path second = Folders.results(temp.resolve("second"));
    String plain = "[" + Folders.score("gae", "1000.0", "30.0").replace("rows", "other") + "]";
    Folders.write(first.resolve("jmh-GaeBenchmark.json"), plain);
    Folders.write(
        second.resolve("jmh-GaeBenchmark.json"),
        plain.replace("1000.0, \"scoreError\": 30.0", "2000.0, \"scoreError\": 80.0"));
    PageText page = PageText.of(first, second);
    assertThat(page.table("GaeBenchmark, ops/s"))
        .containsExactly(
            "benchmark|first|second", "GaeBenchmark.gae envs=64|1.000k ± 0.030k|2.000k ± 0.080k");
    JsonNode series = page.plots("JMH scores").getFirst().get("series").get(1);
    assertThat(PageText.numbers(series.get("low"))).containsExactly(1920);
    assertThat(PageText.numbers(series.get("high"))).containsExactly(2080);
  }

  @Test
  void showsWhatABenchmarkCounts() throws IOException {
    Path folder = Folders.results(temp.resolve("folder"));
    Folders.write(
        folder.resolve("jmh-GaeBenchmark.json"),
        "["
            + Folders.score("gae", "4.5", "\"NaN\"")
            + ","
            + Folders.score("copy", "9.0", "0.5")
            + "]");
    PageText page = PageText.of(folder);
    assertThat(page.table("GaeBenchmark, rows/s"))
        .containsExactly(
            "benchmark|mode|cnt|score|± (99.9 %)|unit|counted a second|B/op",
            "GaeBenchmark.gae envs=64|thrpt|1|4.500|-|ops/s|12,345,678 rows|-",
            "GaeBenchmark.copy envs=64|thrpt|1|9.000|0.50|ops/s|12,345,678 rows|-");
  }

  // ---- learning ----

  @Test
  void showsTheMeanOverSeedsWithItsInterval() throws IOException {
    List<Path> runs = new ArrayList<>();
    for (int seed = 1; seed <= 3; seed++) {
      runs.add(
          Folders.run(
              temp.resolve("run" + seed),
              "\"preset\": \"tuned\", \"num_envs\": 16",
              seed,
              50,
              9 + seed));
    }
    runs.add(
        Folders.run(temp.resolve("other"), "\"preset\": \"tuned\", \"num_envs\": 64", 1, 50, 20));
    PageText page = PageText.of(runs.toArray(Path[]::new));
    // 500, 550 and 600: t(0.975, 2) = 4.303 times 50 / sqrt(3)
    assertThat(page.table("Runs by configuration"))
        .containsExactly(
            "task, configuration|seeds|env steps|return at the end|seconds a run",
            "Hopper-v5, tuned, num_envs=16|3|50,000|550.0 ± 124.2|100.0",
            "Hopper-v5, tuned, num_envs=64|1|50,000|1000.0|100.0");
    assertThat(page.table("Hopper-v5: return over seconds"))
        .startsWith("seconds|configuration|return", "2.0|tuned, num_envs=16|11.0 ± 2.5")
        .endsWith("100.0|tuned, num_envs=64|1000.0")
        .hasSize(21);
    JsonNode plot = page.plots("Return over env steps").getFirst();
    JsonNode mean = PageText.series(plot, "tuned, num_envs=16 (3 seeds)");
    JsonNode last = mean.get("points").get(mean.get("points").size() - 1);
    assertThat(PageText.numbers(last)).containsExactly(50_000, 550);
    assertThat(mean.get("low").size()).isEqualTo(mean.get("points").size());
    assertThat(PageText.series(plot, "tuned, num_envs=64 (1 seed)").get("low").isEmpty()).isTrue();
  }

  @Test
  void drawsAsFarAsAllSeedsGot() throws IOException {
    PageText page =
        PageText.of(
            Folders.run(temp.resolve("long"), "\"preset\": \"tuned\"", 1, 50, 1),
            Folders.run(temp.resolve("short"), "\"preset\": \"tuned\"", 2, 20, 1));
    assertThat(page.table("Hopper-v5: return over env steps").getLast()).startsWith("20,000|");
  }

  @Test
  void aSeedThatIsThereTwiceCountsOnce() throws IOException {
    PageText page =
        PageText.of(
            Folders.run(temp.resolve("short"), "\"preset\": \"tuned\"", 1, 20, 1),
            Folders.run(temp.resolve("long"), "\"preset\": \"tuned\"", 1, 50, 1));
    assertThat(page.table("Runs by configuration"))
        .endsWith("Hopper-v5, tuned|1|50,000|50.0|100.0");
    assertThat(page.says("Left out: short, which is Hopper-v5, tuned, seed 1 again.")).isTrue();
  }

  @Test
  void trialsOfSeveralRevisionsAreCurvesOfTheirOwnAndFailedOnesAreNamed() throws IOException {
    Path trials = temp.resolve("trials/Hopper-v5");
    for (int seed = 1; seed <= 2; seed++) {
      trial(trials.resolve("old/seed-" + seed), "0123456789", false, seed, 50, null);
      trial(trials.resolve("new/seed-" + seed), "abcdef6789", true, seed, 50, null);
    }
    trial(trials.resolve("new/seed-3"), "abcdef6789", true, 3, 10, "stopped in iteration 11");
    PageText page = PageText.of(temp.resolve("trials")); // the folder that holds them
    assertThat(page.table("Runs by configuration"))
        .contains(
            "Hopper-v5, tuned, revision=0123456|2|50,000|50.0 ± 0.0|100.0",
            "Hopper-v5, tuned, revision=abcdef6-dirty-c0de000|3 (1 failed)|36,667|36.7 ±"
                + " 57.4|73.3");
    assertThat(
            page.says(
                "Failed: Hopper-v5, tuned, revision=abcdef6-dirty-c0de000, seed 3: stopped in"
                    + " iteration 11."))
        .isTrue();
    // 50, 50 and the 10 that the third one reached
    assertThat(page.table("Hopper-v5: return over env steps"))
        .contains("50,000|tuned, revision=abcdef6-dirty-c0de000|36.7 ± 57.4");
  }

  private static void trial(
      Path folder, String commit, boolean dirty, int seed, int iterations, String failed)
      throws IOException {
    Folders.run(folder, "\"preset\": \"tuned\"", seed, iterations, 1);
    Folders.write(
        folder.resolve("trial.json"),
        """
        {"schema_version": 1, "failed": %s,
         "origin": {"commit": "%s", "dirty": %s, "code": "c0de000000", "machine": "some-cpu-2c"}}
        """
            .formatted(failed == null ? "null" : "\"" + failed + "\"", commit, dirty));
  }

  @Test
  void readsRunsThatHaveNotEnded() throws IOException {
    Path begun = Folders.run(temp.resolve("begun"), "\"preset\": \"begun\"", 1, 0, 1);
    Files.delete(begun.resolve("metrics.jsonl"));
    Path killed = Folders.run(temp.resolve("killed"), "\"preset\": \"killed\"", 1, 4, 1);
    Path metrics = killed.resolve("metrics.jsonl");
    String whole = Files.readString(metrics);
    Files.writeString(metrics, whole.substring(0, whole.length() - 20)); // in the midst of a line
    Path first = Folders.run(temp.resolve("first"), "\"preset\": \"first\"", 1, 1, 7);
    assertThat(PageText.of(begun, killed, first).table("Runs by configuration"))
        .contains(
            "Hopper-v5, begun|1|0|-|0.0",
            "Hopper-v5, killed|1|3,000|3.0|6.0",
            "Hopper-v5, first|1|1,000|7.0|2.0");
    assertThat(PageText.of(begun).html()).doesNotContain("<canvas");
  }
}
