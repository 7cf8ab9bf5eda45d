package stride.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.runner.BenchmarkList;
import stride.lab.LabException;
import stride.lab.process.TimeLeft;
import stride.results.Anchor;
import stride.results.Machine;
import stride.results.Machines;
import stride.results.ResultsFolder;

/** Does an interrupted run go on where it was, and only there? */
class BenchPlanTest {
  private static final Anchor START = new Anchor(20_000, 10);

  @TempDir Path temp;
  private ResultsFolder folder;
  private BenchPlan plan;

  @BeforeEach
  void begin() {
    folder = ResultsFolder.create(temp, Machines.epyc());
    plan =
        new BenchPlan(
            1,
            true,
            0,
            List.of("GaeBenchmark.gae", "GaeBenchmark.copy"),
            List.of("-wi", "1"),
            List.of("Hopper-v5"),
            true,
            START);
    plan.write(folder);
  }

  private BenchPlan read(Machine here) {
    return BenchPlan.read(folder.path(), here);
  }

  @Test
  void isReadAsItWasWritten() {
    assertThat(read(Machines.epyc())).isEqualTo(plan);
    assertThat(BenchPlan.isFinished(folder)).isFalse();
    new BenchReport(folder, START, Optional.empty()).close(START);
    assertThat(BenchPlan.isFinished(ResultsFolder.open(folder.path()))).isTrue();
  }

  @Test
  void anotherRevisionOrMachineDoesNotGoOn() {
    assertThatThrownBy(() -> read(Machines.of("AMD EPYC", 2, true)))
        .isInstanceOf(LabException.class)
        .hasMessage(folder.path() + " is of revision 0123456, and this is 0123456-dirty");
    assertThatThrownBy(() -> read(Machines.of("AMD EPYC", 4, false)))
        .isInstanceOf(LabException.class)
        .hasMessage(folder.path() + " is of another machine: cores 2 and 4");
  }

  @Test
  void otherCodeDoesNotGoOn() {
    Map<String, String> other = new TreeMap<>(Map.of("classes", "1", "hopper.xml", "3"));
    assertThatThrownBy(() -> read(Machines.epyc().with(other)))
        .isInstanceOf(LabException.class)
        .hasMessage(folder.path() + " was measured with another hopper.xml: begin anew");
  }

  /** Two trees outside of git are not the same for that. */
  @Test
  void withoutACommitTheCodeDecides() {
    Machine nowhere = Machines.at("unknown");
    folder = ResultsFolder.create(temp, nowhere);
    plan.write(folder);
    assertThat(read(nowhere)).isEqualTo(plan);
    Map<String, String> other = new TreeMap<>(Map.of("classes", "4", "hopper.xml", "2"));
    assertThatThrownBy(() -> read(nowhere.with(other)))
        .hasMessage(folder.path() + " was measured with other classes: begin anew");
    assertThatThrownBy(() -> read(Machines.epyc()))
        .hasMessage(folder.path() + " is of revision unknown, and this is 0123456");
  }

  @Test
  void aRunOfBeforeCodeWasRecordedDoesNotGoOn() {
    folder = ResultsFolder.create(temp, Machines.epyc().with(null));
    plan.write(folder);
    assertThatThrownBy(() -> read(Machines.epyc()))
        .hasMessage(folder.path() + " does not say what it was measured with: begin anew");
  }

  @Test
  void aFolderWithoutAPlanDoesNotGoOn() throws IOException {
    Files.delete(folder.path().resolve("plan.json"));
    assertThatThrownBy(() -> read(Machines.epyc()))
        .hasMessage(folder.path() + " has no plan.json: it is of no run that can go on");
  }

  @Test
  void finishedSuitesAreNotRunAgain() {
    assumeTrue(BenchRun.class.getResource(BenchmarkList.BENCHMARK_LIST) != null, "no suites");
    folder.writeText("jmh-GaeBenchmark.json", "kept");
    StringWriter progress = new StringWriter();
    assertThat(plan.suites()).containsExactly("GaeBenchmark");
    new BenchRun(temp, true, 0, JmhArguments.of(plan.jmh()))
        .run(folder, plan.benchmarks(), new PrintWriter(progress));
    assertThat(progress.toString()).isEmpty();
    assertThat(folder.path().resolve("jmh-GaeBenchmark.json")).hasContent("kept");
  }

  @Test
  void timeLeftFollowsThePaceOfWhatIsDone() {
    TimeLeft left = new TimeLeft(6000);
    assertThat(left.words(0)).isEqualTo("about 100 min left");
    left.done(3000);
    assertThat(left.words(6000)).isEqualTo("about 100 min left");
    assertThat(left.words(1500)).isEqualTo("about 25 min left");
    left.done(2940);
    assertThat(left.words(5940)).isEqualTo("about 60 s left");
  }

  @ParameterizedTest
  @ValueSource(strings = {"plan.json", "machine.json"})
  void aRunCutShortDoesNotGoOn(String name) throws IOException {
    Path file = folder.path().resolve(name);
    String text = Files.readString(file);
    Files.writeString(file, text.substring(0, text.length() / 2));
    assertThatThrownBy(() -> read(Machines.epyc()))
        .hasMessageStartingWith(file + ": not JSON, line ")
        .message()
        .hasLineCount(1);
    Files.writeString(file, text.replace("\"schema_version\" : 1", "\"schema_version\" : 2"));
    assertThatThrownBy(() -> read(Machines.epyc()))
        .hasMessage(file + ": schema_version=2, this Stride reads 1");
  }
}
