package stride.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.BenchmarkList;
import stride.lab.LabException;
import stride.results.BenchmarkTables;
import stride.results.JmhResult;
import stride.results.Machines;
import stride.results.Results;
import stride.results.ResultsFolder;

class BenchRunTest {
  @TempDir Path temp;

  @BeforeEach
  void requireSuites() {
    assumeTrue(
        BenchRun.class.getResource(BenchmarkList.BENCHMARK_LIST) != null,
        "target/jmh-classes is not on the class path");
  }

  /** One real fork, as short as can be. */
  @Test
  void runsOneBenchmarkAsJmhIsTold() {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    StringWriter progress = new StringWriter();
    List<String> words = List.of("-p", "envs=8", "-wi", "0", "-i", "2", "-r", "20ms", "-f", "1");
    new BenchRun(Path.of("").toAbsolutePath(), false, 0, JmhArguments.of(words))
        .run(folder, List.of("GaeBenchmark.copy"), new PrintWriter(progress));
    List<JmhResult> results = Results.read(folder.path()).benchmarks();
    assertThat(results).extracting(JmhResult::key).containsExactly("GaeBenchmark.copy envs=8");
    assertThat(results.getFirst().count()).isEqualTo(2);
    assertThat(results.getFirst().mode()).isEqualTo("thrpt");
    assertThat(results.getFirst().secondaryScore("gc.alloc.rate.norm")).isNotNull();
    assertThat(progress.toString())
        .startsWith(BenchProgress.LEGEND + "\nsuite 1 of 1: GaeBenchmark\n")
        .containsPattern("\n  copy envs=8 \\+\\+ [\\d,.]+ ops/s\n");
    assertThat(BenchmarkTables.scores(results).toText())
        .containsPattern(
            "benchmark +mode +cnt +score +± \\(99.9 %\\) +unit +counted a second +B/op")
        .containsPattern("GaeBenchmark.copy envs=8 +thrpt +2 +[\\d,.]+ +- +ops/s +[\\d,]+ rows");
  }

  /** One fork that cannot set up its state, and one that can. */
  @Test
  void whatFailsTakesNothingElseWithItAndIsNotFinished() throws IOException {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    StringWriter progress = new StringWriter();
    List<String> words = List.of("-p", "envs=-1,8", "-wi", "0", "-i", "2", "-r", "20ms", "-f", "1");
    BenchRun bench = new BenchRun(Path.of("").toAbsolutePath(), false, 0, JmhArguments.of(words));
    List<String> benchmarks = List.of("GaeBenchmark.copy");
    assertThatThrownBy(() -> bench.run(folder, benchmarks, new PrintWriter(progress)))
        .isInstanceOf(LabException.class)
        .hasMessage("1 benchmark failed: GaeBenchmark.copy envs=-1");
    assertThat(progress.toString())
        .containsPattern("\n  copy envs=-1 (?s:.*) failed\n  copy envs=8 \\+\\+ [\\d,.]+ ops/s\n");
    Path partial = folder.path().resolve("jmh-GaeBenchmark.partial.json");
    assertThat(JmhResult.read(partial))
        .extracting(JmhResult::key)
        .containsExactly("GaeBenchmark.copy envs=8");
    assertThat(Results.read(folder.path()).benchmarks()).isEmpty();

    // a second run does the suite again
    List<String> possible = List.of("-p", "envs=8", "-wi", "0", "-i", "1", "-r", "20ms", "-f", "1");
    new BenchRun(Path.of("").toAbsolutePath(), false, 0, JmhArguments.of(possible))
        .run(folder, benchmarks, new PrintWriter(progress));
    assertThat(Results.read(folder.path()).benchmarks()).hasSize(1);
    assertThat(partial).doesNotExist();
  }

  @Test
  void refusesToRunNothing() {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    StringWriter progress = new StringWriter();
    BenchRun bench = new BenchRun(temp, true, 0, JmhArguments.of(List.of()));
    assertThatThrownBy(
            () -> bench.run(folder, List.of("NoBenchmark.none"), new PrintWriter(progress)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no such benchmark, there are suites ")
        .hasMessageContaining("RolloutBenchmark");
    assertThat(progress.toString()).isEmpty();
  }
}
