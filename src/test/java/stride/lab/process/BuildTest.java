package stride.lab.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.env.Task;
import stride.env.Tasks;
import stride.lab.LabException;
import stride.lab.trials.TinyTrials;
import stride.lab.trials.Trial;
import stride.lab.trials.TrialResult;
import stride.lab.trials.TrialRunner;
import stride.results.Revision;
import stride.train.Code;
import stride.train.Installation;

class BuildTest {
  @TempDir Path home;

  private Build build() {
    return build(TinyTrials.BUILD.task());
  }

  private Build build(Task task) {
    return Build.of(installation(), task, List.of("stride"), Code.NONE, TinyTrials.MACHINE);
  }

  private Installation installation() {
    return Installation.at(home);
  }

  @Test
  void isOfTheCommitAndTheMachine() {
    Origin origin = build().origin();
    assertThat(origin.commit()).isEqualTo(TinyTrials.MACHINE.commit());
    assertThat(origin.dirty()).isTrue();
    assertThat(origin.machine()).isEqualTo(TinyTrials.MACHINE.kind());
    assertThat(origin.revision()).isEqualTo("0123456-dirty");
  }

  private Path write(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Every input of a training, and what an error calls it. */
  @ParameterizedTest
  @CsvSource({
    "target/classes/A.class, other classes",
    "target/lib/some.jar, other libraries",
    "jvm.args, other jvm.args",
    "build/native/libstride_mujoco.so, another libstride_mujoco.so",
    "build/fetched/mujoco/libmujoco.so.4.0.0, another libmujoco.so",
    "build/fetched/gymnasium/envs/mujoco/assets/hopper.xml, another hopper.xml",
    "build/fetched/gymnasium/envs/mujoco/assets/body.xml, another body.xml",
    "build/fetched/gymnasium/envs/mujoco/assets/meshes/foot.stl, another meshes/foot.stl",
  })
  void everyInputIsPartOfTheCode(String file, String difference) throws Exception {
    String assets = "build/fetched/gymnasium/envs/mujoco/assets/";
    write("target/classes/A.class", "a");
    write("target/lib/some.jar", "b");
    write("jvm.args", "c");
    write("build/native/libstride_mujoco.so", "d");
    write("build/fetched/mujoco/libmujoco.so.4.0.0", "e");
    write(assets + "hopper.xml", "<mujoco><include file=\"body.xml\"/></mujoco>");
    write(assets + "body.xml", "<compiler meshdir='meshes'/><mesh file='foot.stl'/>");
    write(assets + "meshes/foot.stl", "f");
    write(assets + "walker2d_v5.xml", "g");
    Task hopper = Tasks.of("Hopper-v5");
    Build before = build(hopper);
    before.requireUnchanged();
    assertThat(build(hopper).origin()).isEqualTo(before.origin());
    write(assets + "walker2d_v5.xml", "of another task");
    assertThat(build(hopper).origin()).isEqualTo(before.origin());

    Files.writeString(home.resolve(file), Files.readString(home.resolve(file)) + " ");
    assertThat(build(hopper).origin().code())
        .matches("[0-9a-f]{64}")
        .isNotEqualTo(before.origin().code());
    assertThatExceptionOfType(LabException.class)
        .isThrownBy(before::requireUnchanged)
        .withMessage(
            "Stride was built anew meanwhile (%s): what is finished is of the code before",
            difference);
  }

  @Test
  void flagsAreOfTheCodeButNotThoseOfTheLauncher() throws IOException {
    Code quick = flags("java", "-Xint", "-Dstride.home=/a", "-cp", "/a", "Stride");
    assertThat(quick.differences(flags("-Xint", "-XX:CICompilerCount=3"))).isEmpty();
    assertThat(quick.differences(flags("-Xcomp", "-cp"))).containsExactly("other flags");
    assertThat(quick.differences(flags("-Xint", "-Xms24m"))).containsExactly("other flags");
    write("jvm.args", "# memory\n-Xms24m\n"); // which the launcher adds
    assertThat(quick.differences(flags("-Xint", "-Xms24m"))).isEmpty();
  }

  private Code flags(String... command) {
    return Build.flags(installation(), Stream.of(command));
  }

  /** Another revision, whose code happens to do the same. */
  @Test
  void anotherRevisionTrainsByItsOwnLauncher() throws Exception {
    Files.createDirectories(home.resolve("target/classes"));
    Files.writeString(home.resolve("target/classes/Other.class"), "other");
    Path launcher = home.resolve("stride");
    Files.writeString(
        launcher,
        "#!/bin/sh\necho \"$1\" >> '%s/calls'\nexec %s \"$@\"\n"
            .formatted(home, quoted(TinyTrials.COMMAND)));
    assertThat(launcher.toFile().setExecutable(true)).isTrue();
    var checkout = new Checkout(home, new Revision("abcdef0123456789", false));
    Build other =
        Build.of(
            checkout,
            TinyTrials.BUILD.task(),
            Code.NONE,
            TinyTrials.machine("abcdef0123456789", false));

    Trial here = TinyTrials.trial(1);
    Trial there = new Trial("reference", here.config(), 1, other, TinyTrials.BUILD);
    assertThat(there.key()).isNotEqualTo(here.key());
    List<TrialResult> results =
        new TrialRunner(
                TinyTrials.settings(home.resolve("trials")),
                new PrintWriter(new StringWriter()),
                new AtomicBoolean())
            .run(List.of(there, here));
    assertThat(home.resolve("calls")).hasContent("train");
    assertThat(results.getFirst().origin()).isEqualTo(other.origin());
    assertThat(results.getFirst().origin().revision()).isEqualTo("abcdef0");
    assertThat(results.getLast().origin()).isEqualTo(TinyTrials.BUILD.origin());
    assertThat(results.getFirst().endsAs(results.getLast())).isTrue();
  }

  private static String quoted(List<String> command) {
    return "'" + String.join("' '", command) + "'";
  }
}
