package stride.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.files.FileException;
import stride.files.JsonText;
import stride.lab.bench.JmhFiles;

/** Is what was written read as it was, and what is damaged refused by name? */
class ResultsTest {
  private static final Path COMMITTED = Path.of("bench-results");
  private static final Anchor ANCHOR = new Anchor(20_000, 10);

  @TempDir Path temp;
  private ResultsFolder folder;

  @BeforeEach
  void write() {
    folder = ResultsFolder.create(temp, Machines.epyc());
    JmhFiles.anchors(folder, ANCHOR, new Anchor(21_000, 11));
    JmhFiles.write(
        folder,
        "RolloutBenchmark",
        List.of(
            JmhFiles.result(
                "RolloutBenchmark.rollout",
                Map.of("task", "Hopper-v5", "envs", "8"),
                "thrpt",
                "ops/s",
                new double[] {2, 4},
                new double[] {5, 7})));
  }

  private Results read() {
    return Results.read(folder.path());
  }

  private void replace(String file, String old, String by) throws IOException {
    Path path = folder.path().resolve(file);
    String text = Files.readString(path);
    assertThat(text).contains(old);
    Files.writeString(path, text.replace(old, by));
  }

  @Test
  void hasWhatTheRunWrote() {
    Results results = read();
    assertThat(results.machine()).isEqualTo(Machines.epyc());
    assertThat(results.anchors()).contains(new Anchors(1, ANCHOR, new Anchor(21_000, 11)));
    assertThat(results.profiles()).isEmpty();
    JmhResult result = results.benchmarks().getFirst();
    assertThat(result.key()).isEqualTo("RolloutBenchmark.rollout envs=8 task=Hopper-v5");
    assertThat(result.forks()).containsExactly(List.of(2.0, 4.0), List.of(5.0, 7.0));
    assertThat(result.error()).isNaN();
    assertThat(result.suite()).isEqualTo("RolloutBenchmark");
    assertThat(result.secondaryScore("gc.alloc.rate.norm")).isEqualTo(1.5);
    assertThat(result.secondary().get("gc.alloc.rate.norm").error()).isNaN();
    assertThat(result.secondaryScore("gc.count")).isNull();
    assertThat(result.logSpeeds()).containsExactly(Math.log(3), Math.log(6));
  }

  static List<Path> committed() throws IOException {
    try (Stream<Path> all = Files.list(COMMITTED)) {
      return all.filter(Files::isDirectory).sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("committed")
  void readsEveryCommittedRun(Path path) {
    Results results = Results.read(path);
    assertThat(results.machine().cores()).isPositive();
    assertThat(results.anchors()).isPresent();
    assertThat(results.benchmarks()).isNotEmpty().allMatch(r -> r.logSpeeds().length > 0);
    assertThat(results.profiles())
        .allSatisfy(
            profile -> {
              assertThat(profile.rows()).isNotEmpty();
              assertThat(profile.knee()).isEqualTo(Knee.ofRows(profile.rows()));
              assertThat(path.resolve("profile-" + profile.task() + ".json"))
                  .hasContent(JsonText.file(profile));
            });
    assertThat(Results.locate(COMMITTED, results.name())).isEqualTo(path);
  }

  @Test
  void theCommittedBaselineHasWhatTheReadmeShows() {
    Results baseline = Results.read(Results.locate(COMMITTED, "baseline"));
    assertThat(baseline.profiles()).extracting(ProfileResult::task).contains("Hopper-v5");
    assertThat(baseline.peers()).isPresent();
    assertThat(baseline.returns()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ops/s, 2, 2",
    "ops/ms, 2, 2000",
    "ns/op, 2, 5e8",
    "us/op, 4, 250000",
    "ms/op, 1, 1000",
    "s/op, 4, 0.25",
  })
  void speedIsOperationsPerSecondWhateverTheUnit(String unit, double score, double speed) {
    JmhResult result =
        new JmhResult(
            Path.of("jmh-S.json"),
            "S.m",
            Map.of(),
            "thrpt",
            unit,
            score,
            0,
            List.of(List.of(score)),
            Map.of());
    assertThat(Math.exp(result.logSpeeds()[0])).isCloseTo(speed, withinParts(1e-12));
  }

  private static org.assertj.core.data.Percentage withinParts(double part) {
    return org.assertj.core.data.Percentage.withPercentage(100 * part);
  }

  @ParameterizedTest
  @ValueSource(strings = {"B/op2", "ops", "ops/day", "counts", "ops/s/op"})
  void whatIsNoSpeedIsRefused(String unit) {
    JmhResult result =
        new JmhResult(
            Path.of("jmh-S.json"),
            "S.m",
            Map.of(),
            "thrpt",
            unit,
            1,
            0,
            List.of(List.of(1.0)),
            Map.of());
    assertThatThrownBy(result::logSpeeds)
        .isInstanceOf(FileException.class)
        .hasMessageContaining(unit);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void aForkWithoutAPositiveFigureIsRefused(double figure) {
    JmhResult result =
        new JmhResult(
            Path.of("jmh-S.json"),
            "S.m",
            Map.of(),
            "thrpt",
            "ops/s",
            1,
            0,
            List.of(List.of(figure)),
            Map.of());
    assertThatThrownBy(result::logSpeeds)
        .isInstanceOf(FileException.class)
        .hasMessageContaining("S.m");
  }

  @ParameterizedTest
  @ValueSource(strings = {"machine.json", "anchor.json"})
  void anotherVersionIsRefusedByName(String file) throws IOException {
    replace(file, "\"schema_version\" : 1", "\"schema_version\" : 2");
    assertThatThrownBy(() -> read().anchors())
        .isInstanceOf(FileException.class)
        .hasMessage(folder.path().resolve(file) + ": schema_version=2, this Stride reads 1");
    replace(file, "\"schema_version\" : 2", "\"version\" : 1");
    assertThatThrownBy(() -> read().anchors())
        .hasMessage(folder.path().resolve(file) + " has no \"schema_version\"");
  }

  @Test
  void aLaterStrideMayWriteMoreAndNoneMayWriteLess() throws IOException {
    replace("machine.json", "\"cores\" : 2", "\"cores\" : 2, \"sockets\" : {\"count\" : 1}");
    replace("anchor.json", "\"start\"", "\"middle\" : 1, \"start\"");
    assertThat(read().machine()).isEqualTo(Machines.epyc());
    assertThat(read().anchors().orElseThrow().start()).isEqualTo(ANCHOR);
    replace("machine.json", "\"cores\"", "\"kernels\"");
    assertThatThrownBy(this::read)
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith(folder.path().resolve("machine.json") + ": cores is missing");
    replace("machine.json", "\"kernels\" : 2", "\"cores\" : \"two\"");
    assertThatThrownBy(this::read)
        .hasMessageStartingWith(folder.path().resolve("machine.json") + ": cores: ");
    replace("machine.json", "\"cores\" : \"two\"", "\"cores\" : 2");
    replace("anchor.json", "\"mj_steps_per_second\" : 20000.0,", "");
    assertThatThrownBy(() -> read().anchors())
        .hasMessageStartingWith(
            folder.path().resolve("anchor.json") + ": start.mj_steps_per_second is missing")
        .message()
        .hasLineCount(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"machine.json", "anchor.json", "jmh-RolloutBenchmark.json"})
  void aFileCutShortIsNamed(String file) throws IOException {
    Path path = folder.path().resolve(file);
    String text = Files.readString(path);
    Files.writeString(path, text.substring(0, text.length() / 2));
    assertThatThrownBy(
            () -> {
              Results results = read();
              results.anchors();
              results.benchmarks();
            })
        .hasMessageContaining(file + ": not JSON, line ")
        .message()
        .hasLineCount(1);
  }

  @Test
  void aFolderWithoutAMachineIsNoResultsFolder() throws IOException {
    Files.delete(folder.path().resolve("machine.json"));
    assertThatThrownBy(this::read)
        .isInstanceOf(FileException.class)
        .hasMessage(folder.path() + ": no machine.json: it is no results folder, or one cut short");
    assertThatThrownBy(() -> Results.read(temp.resolve("none")))
        .hasMessage(temp.resolve("none") + " does not exist");
  }

  @Test
  void resultsWithoutForksAndResultsTwiceAreRefused() throws IOException {
    Path file = folder.path().resolve("jmh-RolloutBenchmark.json");
    Files.copy(file, folder.path().resolve("jmh-Another.json"));
    assertThatThrownBy(() -> read().benchmarks())
        .hasMessageEndingWith("RolloutBenchmark.rollout envs=8 task=Hopper-v5 is there twice");
    Files.delete(folder.path().resolve("jmh-Another.json"));
    replace("jmh-RolloutBenchmark.json", "rawData", "rawDataHistogram");
    assertThatThrownBy(() -> read().benchmarks())
        .hasMessageContaining("no figures of single forks");
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> read().benchmarks()).hasMessage(file + ": not a JSON array");
  }

  @Test
  void theBaselineIsTheFolderThatItsOneLineNames() throws IOException {
    assertThatThrownBy(() -> Results.locate(temp, "baseline"))
        .hasMessage(temp.resolve("baseline") + " does not exist");
    Path file = temp.resolve("baseline");
    String name = folder.path().getFileName().toString();
    Files.writeString(file, name + "\n");
    assertThat(Results.locate(temp, "baseline")).isEqualTo(folder.path());
    for (String wrong : List.of("", "none\n", name + "\n" + name + "\n")) {
      Files.writeString(file, wrong);
      assertThatThrownBy(() -> Results.locate(temp, "baseline"))
          .isInstanceOf(FileException.class)
          .hasMessageStartingWith(file.toString());
    }
  }
}
