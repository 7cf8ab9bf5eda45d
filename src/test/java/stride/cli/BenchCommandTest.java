package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.runner.BenchmarkList;

/** Bad usage only: a suite takes its time. */
class BenchCommandTest {
  @TempDir Path temp;

  @BeforeEach
  void requireSuites() {
    assumeTrue(
        Stride.class.getResource(BenchmarkList.BENCHMARK_LIST) != null,
        "target/jmh-classes is not on the class path");
  }

  @Test
  void namesTheSuitesWhereOneIsUnknown() {
    Outcome outcome = Outcome.of("bench", "--suite", "RolloutBenchmark,Rollout");
    assertThat(outcome.complaint(2))
        .startsWith("stride: --suite=Rollout, required: one of ")
        .contains("DowncallBenchmark, ", "RolloutBenchmark");
  }

  @Test
  void refusesAFileForResultsBeforeItMeasures() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    Outcome outcome = Outcome.of("bench", "--quick", "--out", file.toString());
    assertThat(outcome.complaint(1)).startsWith("stride: cannot make a results folder in " + file);
  }
}
