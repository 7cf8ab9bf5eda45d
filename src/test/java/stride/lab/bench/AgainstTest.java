package stride.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.lab.LabException;
import stride.lab.process.Checkout;
import stride.results.Anchor;
import stride.results.JmhResult;
import stride.results.Machines;
import stride.results.Results;
import stride.results.ResultsFolder;
import stride.results.Revision;

/** Do forks run in turn, and do their results reach the right folders? Nothing is measured. */
class AgainstTest {
  private static final String OTHER_COMMIT = "fedcba9876543210fedcba9876543210fedcba98";
  private static final String LIST = "META-INF/BenchmarkList";

  @TempDir Path temp;
  private final StringWriter progress = new StringWriter();
  private final List<String> runs = new ArrayList<>();
  private Checkout a;
  private Checkout b;

  /** B has the suites too: their annotations hold for A, which may be of a time before them. */
  @BeforeEach
  void copySuites() throws IOException {
    Path list = Path.of("target/jmh-classes", LIST);
    assumeTrue(Files.exists(list), "the suites are not compiled");
    a = new Checkout(temp.resolve("a"), new Revision(OTHER_COMMIT, false));
    b = new Checkout(temp.resolve("b"), new Revision(Machines.COMMIT, true));
    for (Checkout checkout : List.of(a, b)) {
      Path copy = checkout.suiteClasses().resolve(LIST);
      Files.createDirectories(copy.getParent());
      Files.copy(list, copy);
    }
    Path classes = b.suiteClasses().resolve("stride/bench");
    Files.createDirectories(classes);
    try (Stream<Path> all = Files.list(Path.of("target/jmh-classes/stride/bench"))) {
      for (Path suite : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        Files.copy(suite, classes.resolve(suite.getFileName()));
      }
    }
  }

  /** Leaves out lines of the other revision's list. */
  private void withoutInA(String word) throws IOException {
    Path list = a.suiteClasses().resolve(LIST);
    Files.write(list, Files.readAllLines(list).stream().filter(l -> !l.contains(word)).toList());
  }

  /** A is at 100 ops/s, B at 80; each fork differs a little. */
  private JsonNode fake(Checkout checkout, BenchmarkCase benchmark) {
    runs.add((checkout.equals(a) ? "A " : "B ") + benchmark.key());
    double mean = (checkout.equals(a) ? 100 : 80) * (1 + 0.001 * (runs.size() % 7));
    Map<String, Object> result =
        JmhFiles.result(
            benchmark.name().replace("stride.bench.", ""),
            benchmark.params(),
            "thrpt",
            "ops/s",
            new double[] {mean});
    return new ObjectMapper().valueToTree(result);
  }

  private Against against(int rounds) {
    return new Against(a, b, true, rounds, this::fake, new PrintWriter(progress));
  }

  @Test
  void forksRunInTurn() {
    ResultsFolder folderA = ResultsFolder.create(temp, Machines.epyc());
    ResultsFolder folderB = ResultsFolder.create(temp, Machines.epyc());
    against(5).run(List.of("GaeBenchmark"), folderA, folderB);

    String copy = "GaeBenchmark.copy envs=64";
    String gae = "GaeBenchmark.gae backend=cpu envs=64";
    List<String> round = List.of("A " + copy, "B " + copy, "A " + gae, "B " + gae);
    assertThat(runs)
        .hasSize(20)
        .containsSubsequence(round)
        .startsWith(round.toArray(String[]::new));
    for (int k = 0; k < runs.size(); k++) {
      assertThat(runs.get(k)).isEqualTo(round.get(k % 4));
    }
    assertThat(progress.toString())
        .contains(
            "suite 1 of 1: GaeBenchmark, 2 benchmarks, 5 rounds of A fedcba9 and B 0123456-dirty, ")
        .contains("round 5 of 5  " + gae + "  A 10", " left\n");

    for (ResultsFolder folder : List.of(folderA, folderB)) {
      JmhFiles.anchors(folder, new Anchor(20_000, 10), new Anchor(10_000, 1));
      List<JmhResult> results = Results.read(folder.path()).benchmarks();
      assertThat(results).extracting(JmhResult::key).containsExactly(copy, gae);
      assertThat(results).allSatisfy(result -> assertThat(result.forks()).hasSize(5));
    }
    Comparison comparison =
        Comparison.of(Results.read(folderA.path()), Results.read(folderB.path()), 0.05, false);
    assertThat(comparison.regressions()).isEqualTo(2);
    assertThat(comparison.rows()).allSatisfy(row -> assertThat(row.ratio()).isBetween(0.79, 0.81));
    assertThat(comparison.rows()).extracting(ComparisonRow::machineRatio).containsOnly(1.0);
    assertThat(comparison.warnings())
        .containsExactly(
            "both, in turn: the machine changed while it was measured,"
                + " memory copied by 900.0 % between start and end");
  }

  @Test
  void oneBenchmarkOfASuiteIsEnough() {
    ResultsFolder folderA = ResultsFolder.create(temp, Machines.epyc());
    ResultsFolder folderB = ResultsFolder.create(temp, Machines.epyc());
    against(1).only(List.of("GaeBenchmark.copy")).run(List.of("GaeBenchmark"), folderA, folderB);
    assertThat(runs).containsExactly("A GaeBenchmark.copy envs=64", "B GaeBenchmark.copy envs=64");
    assertThat(progress.toString()).doesNotContain("not compared");
  }

  @Test
  void aSuiteThatTheRevisionLacksIsNamed() throws IOException {
    withoutInA("EnvStepBenchmark");
    assertThatThrownBy(() -> against(5).suites(List.of("EnvStepBenchmark")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("revision fedcba9 has no suite EnvStepBenchmark, it has ");
    assertThat(against(5).suites(null))
        .contains("RolloutBenchmark")
        .doesNotContain("EnvStepBenchmark");
    assertThat(progress.toString())
        .isEqualTo("only here, not compared: EnvStepBenchmark" + System.lineSeparator());
  }

  @Test
  void aBenchmarkThatTheRevisionLacksIsLeftOut() throws IOException {
    withoutInA("GaeBenchmark.copy"); // no word of it elsewhere in a line
    withoutInA("GaeBenchmark_copy");
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    against(1).run(List.of("GaeBenchmark"), folder, ResultsFolder.create(temp, Machines.epyc()));
    assertThat(runs).hasSize(2).allMatch(run -> run.contains("GaeBenchmark.gae"));
    assertThat(progress.toString()).contains("only in B, not compared: GaeBenchmark.copy envs=64");
  }

  @Test
  void aRevisionWithoutSuitesIsRefused() throws IOException {
    Files.delete(a.suiteClasses().resolve(LIST));
    assertThatThrownBy(() -> against(5).suites(null))
        .isInstanceOf(LabException.class)
        .hasMessage("revision fedcba9 has no JMH suites");
  }

  @Test
  void sourcesNewerThanTheBuildAreRefused() throws IOException {
    assertThatThrownBy(b::requireFresh).hasMessageContaining(" is not built: run `make build`");
    Files.createFile(b.root().resolve("pom.xml"));
    for (String folder : List.of("src/main", "src/jmh", "native/cuda")) {
      Files.createDirectories(b.root().resolve(folder));
    }
    Path source = Files.createFile(b.root().resolve("src/main/Edited.java"));
    Path built = Files.createFile(b.root().resolve("target/.built"));
    b.requireFresh();
    long later = Files.getLastModifiedTime(built).toMillis() + 10_000;
    Files.setLastModifiedTime(source, FileTime.fromMillis(later));
    assertThatThrownBy(b::requireFresh)
        .isInstanceOf(LabException.class)
        .hasMessage("src/main/Edited.java has changed since the build: run `make build`");
  }
}
