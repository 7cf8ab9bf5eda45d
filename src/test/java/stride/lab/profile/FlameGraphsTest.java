package stride.lab.profile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.env.Tasks;
import stride.lab.LabException;
import stride.ppo.Ppo;
import stride.results.Machines;
import stride.results.ResultsFolder;

/** Flame graphs by JFR, and by a program that says it is async-profiler. */
class FlameGraphsTest {
  @TempDir Path temp;

  private ResultsFolder folder;
  private int worked;

  @BeforeEach
  void makeAFolder() {
    folder = ResultsFolder.create(temp.resolve("results"), Machines.epyc());
  }

  private Path file(String name) {
    return folder.path().resolve(name);
  }

  private static Map<String, String> path(Path... folders) {
    return Map.of(
        "PATH", "/nowhere:" + String.join(":", Stream.of(folders).map(Path::toString).toList()));
  }

  /** A program of that name; it keeps a list of what it was asked for. */
  private Path asprof(Path bin, String script) throws IOException {
    Files.createDirectories(bin);
    Path program =
        Files.writeString(
            bin.resolve("asprof"), "#!/bin/sh\necho \"$@\" >> " + temp + "/calls\n" + script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    return program;
  }

  private List<String> calls() throws IOException {
    return Files.readAllLines(temp.resolve("calls"));
  }

  private static final String WRITES_A_PAGE =
      "[ \"$1\" = start ] && exit 0\nshift 4\necho '<html>flames</html>' > \"$1\"\n";

  @Test
  void aProfileIsSampledByJfr() throws IOException {
    FlameGraphs flames = new FlameGraphs(folder, Map.of());
    assertThat(flames.choice())
        .isEqualTo("flame graphs by JFR: no asprof on PATH, and ASYNC_PROFILER_HOME is not set");
    var plan = new ProfilePlan(new Ppo(), Tasks.of("CartPole-v1"), 1, Map.of(), 0.5);
    var progress = new StringWriter();
    new Profile(plan, new PrintWriter(progress), flames).run(List.of(64), List.of(1));
    assertThat(progress.toString()).hasLineCount(1);

    List<String> stacks = Files.readAllLines(file("flame-CartPole-v1_64x1.folded"));
    assertThat(stacks).isNotEmpty().allMatch(line -> line.matches("[^ ;]+(;[^ ;]+)* [1-9]\\d*"));
    assertThat(stacks)
        .as("root first")
        .anyMatch(
            line ->
                line.matches(".*stride\\.lab\\.profile\\.Profile\\.run;.*stride\\.ppo\\..* \\d+"));
    assertThat(RecordingFile.readAllEvents(file("flame-CartPole-v1_64x1.jfr")))
        .anyMatch(event -> event.getEventType().getName().endsWith("Sample"));
  }

  @Test
  void asyncProfilerIsPreferred() throws IOException {
    Path program = asprof(temp.resolve("bin"), WRITES_A_PAGE);
    FlameGraphs flames = new FlameGraphs(folder, path(program.getParent()));
    assertThat(flames.choice()).isEqualTo("flame graphs by async-profiler: " + program);
    assertThat(flames.record("flame-x", () -> worked++)).isEmpty();
    assertThat(worked).isEqualTo(1);
    assertThat(file("flame-x.html")).hasContent("<html>flames</html>");
    assertThat(file("flame-x.jfr")).doesNotExist();
    long pid = ProcessHandle.current().pid();
    assertThat(calls()).hasSize(2);
    assertThat(calls().getFirst()).isEqualTo("start -e cpu " + pid);
    assertThat(calls().getLast()).matches("stop -o flamegraph -f /.*\\.html " + pid);
  }

  @Test
  void itsHomeGoesBeforeThePath() throws IOException {
    Path home = asprof(temp.resolve("home/bin"), WRITES_A_PAGE).getParent().getParent();
    Path bin = asprof(temp.resolve("bin"), WRITES_A_PAGE).getParent();
    assertThat(
            new FlameGraphs(
                    folder, Map.of("ASYNC_PROFILER_HOME", home.toString(), "PATH", bin.toString()))
                .choice())
        .endsWith(" " + home.resolve("bin/asprof"));
    Path wrong = temp.resolve("elsewhere");
    assertThat(new FlameGraphs(folder, Map.of("ASYNC_PROFILER_HOME", wrong.toString())).choice())
        .isEqualTo(
            "flame graphs by JFR: no asprof on PATH, and no program "
                + wrong.resolve("bin/asprof"));
  }

  @Test
  void withoutTheKernelsLeaveTheTimerDoes() throws IOException {
    Path program =
        asprof(
            temp.resolve("bin"),
            "[ \"$3\" = cpu ] && { echo 'perf events unavailable'; exit 1; }\n" + WRITES_A_PAGE);
    FlameGraphs flames = new FlameGraphs(folder, path(program.getParent()));
    assertThat(flames.record("flame-x", () -> worked++)).isEmpty();
    assertThat(file("flame-x.html")).exists();
    assertThat(calls()).hasSize(3);
    assertThat(calls().get(1)).startsWith("start -e itimer ");
  }

  @Test
  void whereItFailsJfrTakesItsPlace() throws IOException {
    Path program = asprof(temp.resolve("bin"), "echo 'cannot attach'\nexit 3\n");
    FlameGraphs flames = new FlameGraphs(folder, path(program.getParent()));
    assertThat(flames.record("flame-x", () -> worked++))
        .contains("flame graphs by JFR: " + program + ": cannot attach");
    assertThat(worked).isEqualTo(1);
    assertThat(file("flame-x.jfr")).exists();
    assertThat(flames.record("flame-y", () -> worked++)).as("said once").isEmpty();
    assertThat(file("flame-y.folded")).exists();
    assertThat(calls()).as("asked once, for each event").hasSize(2);
  }

  @Test
  void aPageThatIsNotThereIsAFailureToo() throws IOException {
    Path program = asprof(temp.resolve("bin"), "exit 0\n");
    FlameGraphs flames = new FlameGraphs(folder, path(program.getParent()));
    assertThat(flames.record("flame-x", () -> worked++))
        .contains("flame graphs by JFR: " + program + " wrote no flame graph");
    assertThat(file("flame-x.folded")).exists();
  }

  @Test
  void aFailureOfTheWorkIsTold() throws IOException {
    Path program = asprof(temp.resolve("bin"), WRITES_A_PAGE);
    FlameGraphs flames = new FlameGraphs(folder, path(program.getParent()));
    assertThatThrownBy(
            () ->
                flames.record(
                    "flame-x",
                    () -> {
                      throw new LabException("diverged");
                    }))
        .isInstanceOf(LabException.class)
        .hasMessage("diverged");
    assertThat(calls()).as("it was stopped").hasSize(2);
    assertThat(file("flame-x.html")).doesNotExist();
  }
}
