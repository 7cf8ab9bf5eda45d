package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openjdk.jmh.runner.BenchmarkList;
import stride.lab.bench.BenchPlan;
import stride.results.Anchor;
import stride.results.Profiles;
import stride.results.ResultsFolder;

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
    Outcome outcome = Outcome.of("bench", "--suite", "RolloutBenchmark,NoSuch");
    assertThat(outcome.complaint(2))
        .startsWith("stride: --suite=NoSuch, required: one of ")
        .contains("DowncallBenchmark, ", "RolloutBenchmark");
  }

  @Test
  void refusesAFileForResultsBeforeItMeasures() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    Outcome outcome = Outcome.of("bench", "--quick", "--out", file.toString());
    assertThat(outcome.complaint(1))
        .isEqualTo(
            "stride: cannot make a results folder in " + file + ": a file of this name is there");
  }

  @ParameterizedTest
  @CsvSource({
    "--resume none --quick, --resume takes no other option",
    "--forks 0, '--forks=0, required: in [1, 100]'",
    "--tolerance 3%, --tolerance goes with --against",
    "--against HEAD --with-training, '--against runs suites only'",
    "--against HEAD -- -wi 1, '--against runs suites only'",
    "--resume none -- -wi 1, '--resume takes no other option'",
    "GaeBenchmark, '''GaeBenchmark'' is no option: suites go after --suite, JMH''s own'",
    "--forks 2 -- -f 1, '--forks and JMH''s -f say the same: use one of them'",
    "--suite Gae -- Rollout, '--suite and names after -- both choose benchmarks'",
    "-- -rff x.json, 'JMH''s -rff cannot be used: results go into the results folder'",
    "-- -jvmArgs -Xmx1g, 'JMH''s -jvmArgs cannot be used: the forks need the flags'",
    "-- -f 0, '-f=0, required: 1 or more'",
    "-- -wi many, 'JMH: '",
    "-- NoSuch, 'benchmark=NoSuch, required: one of '",
    "--against HEAD --tolerance 1, 'Invalid value for option ''--tolerance'''",
  })
  void optionsThatDoNotGoTogetherAreBadUsage(String line, String complaint) {
    String[] args = ("bench " + line).split(" ", -1);
    assertThat(Outcome.of(args).complaint(2)).startsWith("stride: " + complaint);
  }

  @Test
  void goesOnOnlyWithARun() {
    assertThat(Outcome.of("bench", "--resume", temp.toString()).complaint(1))
        .contains(": no machine.json");
  }

  @Test
  void refusesAFolderThatCannotBeWrittenBeforeItMeasures() {
    Outcome outcome = Outcome.of("bench", "--quick", "--suite=Gae.*", "--out", "/proc/results");
    assertThat(outcome.complaint(1)) // root cannot write there either
        .startsWith("stride: cannot make a results folder in /proc/results: ");
  }

  @Test
  void listsBenchmarksAsJmhDoes() throws IOException {
    Outcome list = Outcome.of("bench", "--", "-l");
    assertThat(list.exitCode()).isZero();
    assertThat(list.out()).contains("GaeBenchmark.copy\nGaeBenchmark.gae\n", "CudaGaeBenchmark.");
    Outcome few = Outcome.of("bench", "--", "Gae", "-e", "Cuda|copy", "-lp");
    assertThat(few.out()).startsWith("GaeBenchmark.gae\n  -p backend=").doesNotContain("copy");
    assertThat(Outcome.of("bench", "--json", "--suite=GaeBenchmark.copy", "--", "-l").json())
        .hasToString("{\"benchmarks\":[\"GaeBenchmark.copy\"]}");
  }

  /** A run of this revision that was to measure no suite, and was interrupted. */
  private ResultsFolder interrupted(String... profiles) {
    ResultsFolder folder =
        ResultsFolder.create(temp, ThisMachine.measuring(new PrintWriter(Writer.nullWriter())));
    var start = new Anchor(20_000, 10);
    new BenchPlan(1, true, 0, List.of(), List.of(), List.of(profiles), false, start).write(folder);
    return folder;
  }

  @Test
  void endsInAFewLinesAndWithCommandsThatWork() throws IOException {
    ResultsFolder folder = interrupted("Hopper-v5");
    folder.writeJson("profile-Hopper-v5.json", Profiles.of("Hopper-v5", 0.05));
    Outcome outcome = resume(folder);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    List<String> lines = outcome.out().lines().toList();
    assertThat(lines).hasSizeLessThanOrEqualTo(20);
    assertThat(lines)
        .filteredOn(line -> !line.contains(temp + ""))
        .allMatch(l -> l.length() <= 100);
    assertThat(outcome.err().lines())
        .contains("measuring: quick 0 JMH suites, profile of Hopper-v5, into " + folder.path());
    String report = lines.get(lines.size() - 2);
    assertThat(report).isEqualTo("next: ./stride report %s --out report.html", folder.path());
    String page = temp.resolve("report.html").toString();
    String command = report.replace("next: ./stride ", "").replace("report.html", page);
    assertThat(Outcome.of(command.split(" ", -1)).exitCode()).isZero();
    assertThat(lines.getLast()).startsWith("next: ./stride bench --against HEAD --quick ");
  }

  @Test
  void jsonHasTheDoubts() throws IOException {
    ResultsFolder folder = interrupted("Hopper-v5");
    folder.writeJson("profile-Hopper-v5.json", Profiles.of("Hopper-v5", 0.34));
    Outcome outcome = Outcome.of("bench", "--json", "--resume", folder.path().toString());
    assertThat(outcome.json().get("doubts").valueStream().map(JsonNode::textValue))
        .contains("windows spread by more than 10 % in 6 of 6 rows (marked ?), by 34 % at most")
        .allMatch(doubt -> outcome.err().contains("warning: " + doubt + "\n"));
  }

  private static Outcome resume(ResultsFolder folder) {
    return Outcome.of("bench", "--resume", folder.path().toString());
  }

  @Test
  void aRunThatAnotherProcessIsAtWorkOnIsRefused() throws IOException {
    ResultsFolder folder = interrupted();
    try (var _ = BenchPlan.guard(folder)) {
      assertThat(resume(folder).failure())
          .isEqualTo("stride: %s is in use by another process", folder.path());
    }
    assertThat(BenchPlan.isIn(folder.path())).isTrue();
  }

  @Test
  void doesNotGoOnWithAFileCutShort() throws IOException {
    ResultsFolder folder = interrupted("CartPole-v1");
    folder.writeText("jmh-GaeBenchmark.json", "[{\"benchmark\":");
    refused(folder, "jmh-GaeBenchmark.json", ": not JSON, line 1");
    Files.delete(folder.path().resolve("jmh-GaeBenchmark.json"));
    folder.writeText("profile-CartPole-v1.json", "{\"schema_version\": 1, \"rows\"");
    refused(folder, "profile-CartPole-v1.json", ": not JSON, line 1");
    folder.writeText("profile-CartPole-v1.json", "{\"schema_version\": 2}");
    refused(folder, "profile-CartPole-v1.json", ": schema_version=2, this Stride reads 1");
    for (String name : List.of("plan.json", "machine.json")) {
      Path file = folder.path().resolve(name);
      String text = Files.readString(file);
      Files.writeString(file, text.substring(0, text.length() / 2));
      refused(folder, name, ": not JSON, line ");
      Files.writeString(file, text);
    }
  }

  private static void refused(ResultsFolder folder, String name, String complaint)
      throws IOException {
    Path file = folder.path().resolve(name);
    String before = Files.readString(file);
    assertThat(resume(folder).failure()).startsWith("stride: " + file + complaint);
    assertThat(file).hasContent(before);
    assertThat(folder.has("anchor.json")).isFalse();
  }

  @Test
  void aSummaryThatCannotBeWrittenLeavesARunThatGoesOn() throws IOException {
    ResultsFolder folder = interrupted();
    Path summary = folder.path().resolve("summary.md");
    Path inTheWay = Files.createDirectories(summary.resolve("in/the/way"));
    assertThat(resume(folder).failure())
        .startsWith("stride: cannot write " + summary + ": ")
        .endsWith(
            "; what was finished is kept: `./stride bench --resume " + folder.path() + "` goes on");
    assertThat(inTheWay).exists();
    assertThat(BenchPlan.isFinished(folder)).isFalse();
    for (Path path = inTheWay; !path.equals(folder.path()); path = path.getParent()) {
      Files.delete(path);
    }
    assertThat(resume(folder).exitCode()).isZero();
    assertThat(BenchPlan.isFinished(folder)).isTrue();
  }
}
