package stride.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.BenchmarkList;

class BenchRunTest {
  @TempDir Path temp;

  @BeforeEach
  void requireSuites() {
    assumeTrue(
        BenchRun.class.getResource(BenchmarkList.BENCHMARK_LIST) != null,
        "target/jmh-classes is not on the class path");
  }

  @Test
  void listsTheSuites() {
    assertThat(BenchRun.suites())
        .contains("DowncallBenchmark", "EnvStepBenchmark", "InferenceBenchmark", "RolloutBenchmark")
        .contains("GaeBenchmark", "UpdateBenchmark", "TrainBenchmark")
        .contains("CudaLaunchBenchmark", "CudaUpdateBenchmark", "CudaWideUpdateBenchmark")
        .isSorted()
        .doesNotHaveDuplicates()
        .allMatch(name -> name.endsWith("Benchmark") || BenchRun.isInvestigation(name));
  }

  @Test
  void knowsWhichNeedAGpu() {
    assertThat(BenchRun.suites().stream().filter(BenchRun::needsGpu))
        .contains("CudaGaeBenchmark", "CudaInferenceBenchmark", "CudaUploadBenchmark")
        .doesNotContain("GaeBenchmark", "InferenceBenchmark", "UpdateBenchmark");
  }

  @Test
  void refusesToRunNothing() {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    StringWriter progress = new StringWriter();
    BenchRun bench = new BenchRun(temp, true, 0);
    assertThatThrownBy(() -> bench.run(folder, List.of("NoBenchmark"), new PrintWriter(progress)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("no such suite, there are ")
        .hasMessageContaining("RolloutBenchmark");
    assertThat(progress.toString()).isEmpty();
  }
}
