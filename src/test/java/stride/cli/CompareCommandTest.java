package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes, JSON, and what is refused: the statistics have their own tests. */
class CompareCommandTest {
  @TempDir Path temp;

  /** A results folder of one benchmark; five forks at about this many operations per second. */
  private String folder(String name, String cpu, double opsPerSecond) throws IOException {
    Path folder = Files.createDirectory(temp.resolve(name));
    Files.writeString(
        folder.resolve("machine.json"),
        """
        {"schema_version": 1, "cpu": "%s", "cpu_vendor": null, "cpu_family": null,
         "cpu_model": null, "cpu_stepping": null, "cores": 2, "memory_bytes": 1, "os": "Linux",
         "jdk": "Some 25.0.3+9-LTS", "jvm_flags": [], "vector_bits": 256, "mujoco": "4.0.0",
         "gpu": null, "commit": "0123456789abcdef0123456789abcdef01234567", "dirty": false,
         "code": null}
        """
            .formatted(cpu));
    String anchor =
        "{\"mj_steps_per_second\": 20000, \"copy_gigabytes_per_second\": 10, \"load_average\":"
            + " null}";
    Files.writeString(
        folder.resolve("anchor.json"),
        "{\"schema_version\": 1, \"start\": %s, \"end\": %s}".formatted(anchor, anchor));
    Files.writeString(
        folder.resolve("jmh-GaeBenchmark.json"),
        """
        [{"benchmark": "stride.bench.GaeBenchmark.gae", "mode": "thrpt", "threads": 1, "forks": 5,
          "params": {"envs": "64"}, "secondaryMetrics": {},
          "primaryMetric": {"score": %1$s, "scoreError": "NaN", "scoreUnit": "ops/s",
            "rawData": [[%1$s], [%2$s], [%3$s], [%1$s], [%2$s]]}}]
        """
            .formatted(opsPerSecond, opsPerSecond * 1.01, opsPerSecond * 0.99));
    return folder.toString();
  }

  @Test
  void aRegressionEndsWithOneAndASpeedUpWithZero() throws IOException {
    String fast = folder("fast", "AMD", 100);
    String slow = folder("slow", "AMD", 90);
    Outcome slower = Outcome.of("compare", fast, slow);
    assertThat(slower.exitCode()).isOne();
    assertThat(slower.out())
        .containsPattern(
            "GaeBenchmark.gae envs=64 +100\\.2 +90\\.18 +0\\.900 +0\\.900 .*<0\\.001 +slower\n")
        .contains("1 benchmark compared, 0 faster, 1 slower, 1 of them by more than 5.00 %");
    assertThat(slower.err()).isEmpty();
    assertThat(Outcome.of("compare", slow, fast).exitCode()).isZero();
    assertThat(Outcome.of("compare", fast, fast).exitCode()).isZero();
    assertThat(Outcome.of("compare", fast, slow, "--tolerance", "15%").exitCode()).isZero();
    assertThat(Outcome.of("compare", fast, slow, "--tolerance", "0.02").exitCode()).isOne();
  }

  /** As on a machine that gave a quarter in A's run of what it gave in B's. */
  @Test
  void showsTheRatioBeforeAndAfterItsCorrection() throws IOException {
    String a = folder("a", "AMD", 100);
    String b = folder("b", "AMD", 160);
    Path anchors = Path.of(a, "anchor.json");
    Files.writeString(anchors, Files.readString(anchors).replace(": 10,", ": 2.5,"));
    Outcome outcome = Outcome.of("compare", a, b);
    assertThat(outcome.out())
        .contains("benchmark ", " B/A raw ", " B/A corrected ", " 95 % of both ")
        .containsPattern("gae envs=64 +100\\.2 +160\\.3 +1\\.600 +0\\.400 +0\\.39. to 1\\.6")
        .contains(
            "\nmemory copied was 4.000 times as fast in B's run as in A's: corrected is raw over"
                + " that; a verdict takes both\n");
    JsonNode row = Outcome.of("compare", a, b, "--json").json().get("rows").get(0);
    assertThat(row.get("raw_ratio").doubleValue() / row.get("ratio").doubleValue())
        .isCloseTo(row.get("machine_ratio").doubleValue(), within(1e-12));
  }

  @Test
  void saysHowToGetAVerdict() throws IOException {
    String a = folder("a", "AMD", 100);
    Path jmh = Path.of(a, "jmh-GaeBenchmark.json");
    Files.writeString(jmh, Files.readString(jmh).replaceAll("\\[\\[(\\d+).*\\]\\]", "[[$1]]"));
    assertThat(Outcome.of("compare", a, a).out())
        .endsWith(
            "\nno verdict from 1 fork, it takes 5: `stride bench --against REV`, or `make"
                + " bench-full` on both\n");
  }

  @Test
  void jsonHasARowForEachPair() throws IOException {
    Outcome outcome =
        Outcome.of("compare", folder("a", "AMD", 100), folder("b", "AMD", 90), "--json");
    assertThat(outcome.exitCode()).isOne();
    JsonNode json = outcome.jsonWhateverTheExitCode();
    assertThat(json.get("schema_version").intValue()).isOne();
    assertThat(json.get("regressions").intValue()).isOne();
    JsonNode row = json.get("rows").get(0);
    assertThat(row.get("benchmark").textValue()).isEqualTo("GaeBenchmark.gae");
    assertThat(row.get("params").get("envs").textValue()).isEqualTo("64");
    assertThat(row.get("verdict").textValue()).isEqualTo("slower");
    assertThat(row.get("forks").intValue()).isEqualTo(5);
    assertThat(row.get("ratio").doubleValue())
        .isBetween(row.get("low").doubleValue(), row.get("high").doubleValue())
        .isBetween(0.899, 0.901);
  }

  @Test
  void otherMachinesAreBadUsageUnlessTold() throws IOException {
    String a = folder("a", "AMD", 100);
    String b = folder("b", "Intel", 100);
    assertThat(Outcome.of("compare", a, b).complaint(2))
        .isEqualTo(
            "stride: a and b are of different machines: CPU AMD and Intel"
                + " (--other-machine compares them all the same)");
    Outcome told = Outcome.of("compare", a, b, "--other-machine");
    assertThat(told.exitCode()).isZero();
    assertThat(told.err()).isEqualTo("warning: different machines: CPU AMD and Intel\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"machine.json", "anchor.json", "jmh-GaeBenchmark.json"})
  void aFileCutShortIsNamedInWhicheverFolderItIs(String name) throws IOException {
    String whole = folder("whole", "AMD", 100);
    String cut = folder("cut", "AMD", 100);
    Path file = Path.of(cut, name);
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.length() / 2));
    for (String[] pair : new String[][] {{whole, cut}, {cut, whole}}) {
      assertThat(Outcome.of("compare", pair[0], pair[1]).complaint(1))
          .startsWith("stride: " + file + ": not JSON, line ");
    }
    Files.writeString(file, "");
    assertThat(Outcome.of("compare", whole, cut).complaint(1)).startsWith("stride: " + file + ": ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"machine.json", "anchor.json", "jmh-GaeBenchmark.json"})
  void aFileThatIsMissingIsNamed(String name) throws IOException {
    String a = folder("a", "AMD", 100);
    String b = folder("b", "AMD", 100);
    Files.delete(Path.of(b, name));
    assertThat(Outcome.of("compare", a, b).complaint(1))
        .isEqualTo(
            "stride: "
                + switch (name) {
                  case "machine.json" ->
                      b + ": no machine.json: it is no results folder, or one cut short";
                  case "anchor.json" -> b + " has no anchor.json: its run did not end";
                  default ->
                      "no common benchmark: a has 1, b has 0, and none of the same name and"
                          + " parameters";
                });
  }

  @ParameterizedTest
  @ValueSource(strings = {"machine.json", "anchor.json"})
  void anotherVersionIsRefusedByName(String name) throws IOException {
    String a = folder("a", "AMD", 100);
    String b = folder("b", "AMD", 100);
    Path file = Path.of(b, name);
    Files.writeString(
        file, Files.readString(file).replace("\"schema_version\": 1", "\"schema_version\": 2"));
    assertThat(Outcome.of("compare", a, b).complaint(1))
        .isEqualTo("stride: " + file + ": schema_version=2, this Stride reads 1");
  }

  @Test
  void foldersWithoutACommonBenchmarkAreNotCompared() throws IOException {
    String a = folder("a", "AMD", 100);
    String b = folder("b", "AMD", 100);
    Path jmh = Path.of(b, "jmh-GaeBenchmark.json");
    Files.writeString(jmh, Files.readString(jmh).replace("\"64\"", "\"8\""));
    assertThat(Outcome.of("compare", a, b).complaint(1))
        .startsWith("stride: no common benchmark: a has 1, b has 1, and none of the same name");
  }

  @Test
  void aFolderThatIsNotThereIsNamed() throws IOException {
    String a = folder("a", "AMD", 100);
    assertThat(Outcome.of("compare", a, temp + "/none").complaint(1))
        .isEqualTo("stride: " + temp + "/none does not exist");
    assertThat(Outcome.of("compare", a, a + "/machine.json").complaint(1))
        .isEqualTo("stride: " + a + "/machine.json: not a folder");
  }

  @Test
  void theBaselineIsTheOneThatTheProjectNames() {
    Outcome outcome = Outcome.of("compare", "baseline", "--other-machine", "--json");
    JsonNode json;
    try {
      json = outcome.json();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(json.get("a")).isEqualTo(json.get("b"));
    assertThat(json.get("rows").valueStream())
        .isNotEmpty()
        .allSatisfy(row -> assertThat(row.get("ratio").doubleValue()).isEqualTo(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"100%", "-1%", "x", "%", "1", "NaN", ""})
  void aToleranceIsAShare(String text) {
    assertThat(Outcome.of("compare", "a", "b", "--tolerance=" + text).complaint(2))
        .contains("'--tolerance'");
  }
}
