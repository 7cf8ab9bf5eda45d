package stride.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import stride.results.AnchorKind;

/** Are the suites found, and do their annotations say what is so? */
class SuitesTest {
  private static final Path ROOT = Path.of(System.getProperty("stride.home"));

  private final Suites suites = Suites.here();

  @BeforeEach
  void requireSuites() {
    assumeTrue(
        Suites.class.getResource(BenchmarkList.BENCHMARK_LIST) != null,
        "target/jmh-classes is not on the class path");
  }

  @Test
  void listsTheSuites() {
    assertThat(suites.names())
        .contains("DowncallBenchmark", "EnvStepBenchmark", "InferenceBenchmark", "RolloutBenchmark")
        .contains("GaeBenchmark", "UpdateBenchmark", "TrainBenchmark")
        .contains("RingBenchmark", "PriorityBenchmark", "DqnUpdateBenchmark", "WideLayerBenchmark")
        .contains("ReplayTrainBenchmark", "DequeInvestigation", "StacksInvestigation")
        .contains("CudaLaunchBenchmark", "CudaUpdateBenchmark", "CudaWideUpdateBenchmark")
        .isSorted()
        .doesNotHaveDuplicates()
        .allMatch(name -> name.endsWith("Benchmark") || name.endsWith("Investigation"));
  }

  @Test
  void eachSuiteSaysWhichTrapItAvoidsAndHowItIsRun() throws IOException {
    for (String name : suites.names()) {
      String source = Files.readString(ROOT.resolve("src/jmh/java/stride/bench", name + ".java"));
      assertThat(source.replaceAll("\\s+\\* ", " ").replaceAll("\\s+", " "))
          .as(name)
          .containsIgnoringCase(" trap")
          .contains("How to run: {@code ./stride bench --suite " + name);
    }
  }

  @Test
  void eachInvestigationIsAmongTheInvestigations() throws IOException {
    String page = Files.readString(ROOT.resolve("docs/investigations.md")).replaceAll("\\s+", " ");
    assertThat(suites.names())
        .filteredOn(name -> suites.of(name).isInvestigation())
        .hasSizeGreaterThan(7)
        .allMatch(name -> page.contains("`./stride bench --suite " + name + "`"));
  }

  @Test
  void findsBenchmarksByNamePatternOrPart() {
    List<String> gae = List.of("GaeBenchmark.copy", "GaeBenchmark.gae");
    assertThat(suites.named("GaeBenchmark")).isEqualTo(gae);
    assertThat(suites.named("GaeBenchmark.copy")).containsExactly("GaeBenchmark.copy");
    assertThat(suites.named("Gae.*")).isEqualTo(gae);
    assertThat(suites.named("Gae")).containsAll(gae).anyMatch(n -> n.startsWith("CudaGae"));
    assertThat(suites.named("Rollout")).contains("RolloutBenchmark.limit");
    assertThat(suites.named("EnvStep|Rollout"))
        .contains("RolloutBenchmark.limit", "EnvStepBenchmark.shard");
    assertThat(suites.named("None")).isEmpty();
    assertThat(suites.named("(")).isEmpty();
  }

  @Test
  void namesSayWhatSuitesNeedAndWhichAreInvestigations() {
    assertThat(suites.names())
        .allSatisfy(
            name -> {
              assertThat(suites.of(name).needsGpu()).isEqualTo(name.startsWith("Cuda"));
              assertThat(suites.of(name).needsAle()).isEqualTo(name.equals("FrameBenchmark"));
              assertThat(suites.of(name).isInvestigation())
                  .isEqualTo(name.endsWith("Investigation"));
            });
    assertThat(suites.of("CudaGaeBenchmark.gae")).isEqualTo(suites.of("CudaGaeBenchmark"));
  }

  @Test
  void aSuiteThatIsNotThereIsNamed() {
    assertThat(suites.find("GoneBenchmark")).isEmpty();
    assertThatThrownBy(() -> suites.of("GoneBenchmark.copy"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no suite GoneBenchmark.copy, there are ClockInvestigation, ");
  }

  @ParameterizedTest
  @CsvSource({
    "RingBenchmark.gather, none, COPIES", "PriorityBenchmark.both, none, COPIES",
    "DqnUpdateBenchmark.update, cpu, STEPS", "ReplayTrainBenchmark.iteration, none, STEPS",
    "RolloutBenchmark.limit, cpu, STEPS", "InferenceBenchmark.actor, cpu, STEPS",
    "GaeBenchmark.gae, cpu, COPIES", "GaeBenchmark.gae, cuda, NONE",
    "UpdateBenchmark.update, cuda, NONE", "CudaUploadBenchmark.pinned, none, NONE",
  })
  void theAnchorIsOfTheKindOfWork(String benchmark, String backend, AnchorKind kind) {
    assertThat(suites.of(benchmark).anchor(Map.of("backend", backend))).isEqualTo(kind);
  }

  @Test
  void theQuickRunSetsParametersThatASuiteHas() {
    for (String name : suites.names()) {
      Set<String> declared = new TreeSet<>();
      suites.cases(name).forEach(benchmark -> declared.addAll(benchmark.params().keySet()));
      assertThat(declared).as(name).containsAll(suites.of(name).quick().keySet());
    }
  }

  @Test
  void theQuickRunHasFewerCases() {
    assertThat(suites.quickCases(suites.of("GaeBenchmark")))
        .extracting(BenchmarkCase::key)
        .containsExactly("GaeBenchmark.copy envs=64", "GaeBenchmark.gae backend=cpu envs=64");
    assertThat(suites.cases("GaeBenchmark")).hasSizeGreaterThan(2);
    String cores = Integer.toString(Runtime.getRuntime().availableProcessors());
    assertThat(suites.quickCases(suites.of("TrainBenchmark")))
        .extracting(benchmark -> benchmark.params().get("threads"))
        .containsOnly(cores);
  }

  @ParameterizedTest
  @CsvSource({"GaeBenchmark, 420", "CudaGaeBenchmark, 210"})
  void quickIterationsOfTheGpuAreHalfAsLong(String suite, long millis) {
    JmhArguments arguments = JmhArguments.of(List.of());
    ChainedOptionsBuilder builder = arguments.builder();
    arguments.quicken(builder, suites.of(suite));
    assertThat(builder.build().getWarmupTime().get()).isEqualTo(TimeValue.milliseconds(millis));
    assertThat(builder.build().getMeasurementTime().get())
        .isEqualTo(TimeValue.milliseconds(millis));
  }
}
