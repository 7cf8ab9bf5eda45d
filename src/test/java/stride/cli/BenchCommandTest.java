package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest
  @CsvSource({
    "--resume none --quick, --resume takes no other option",
    "--forks 0, '--forks=0, required: in [1, 100]'",
    "--tolerance 3%, --tolerance goes with --against",
    "--against HEAD --with-training, '--against runs suites only'",
    "--against HEAD --tolerance 1, 'Invalid value for option ''--tolerance'''",
  })
  void optionsThatDoNotGoTogetherAreBadUsage(String line, String complaint) {
    String[] args = ("bench " + line).split(" ", -1);
    assertThat(Outcome.of(args).complaint(2)).startsWith("stride: " + complaint);
  }

  @Test
  void goesOnOnlyWithARun() {
    assertThat(Outcome.of("bench", "--resume", temp.toString()).complaint(1))
        .contains(" has no machine.json");
  }
}
