package stride.lab.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.lab.Checkout;
import stride.lab.LabException;
import stride.lab.Revision;

class BuildTest {
  @TempDir Path home;

  private Build build() {
    return Build.here(home, List.of("stride"), TinyTrials.MACHINE);
  }

  @Test
  void isOfTheCommitAndTheMachine() {
    Origin origin = build().origin();
    assertThat(origin.commit()).isEqualTo(TinyTrials.MACHINE.commit());
    assertThat(origin.dirty()).isTrue();
    assertThat(origin.machine()).isEqualTo("some-chip-2c");
    assertThat(origin.revision()).isEqualTo("0123456-dirty");
  }

  @Test
  void whatIsBuiltOtherwiseIsOtherCode() throws Exception {
    String without = build().origin().code();
    assertThat(build().origin().code()).matches("[0-9a-f]{64}").isEqualTo(without);
    Files.writeString(home.resolve("jvm.args"), "-Xint");
    String with = build().origin().code();
    assertThat(with).isNotEqualTo(without);
    Files.writeString(home.resolve("jvm.args"), "-Xcomp");
    assertThat(build().origin().code()).isNotIn(with, without);
  }

  @Test
  void noticesABuildMeanwhile() throws Exception {
    Build before = build();
    before.requireUnchanged();
    Files.writeString(home.resolve("jvm.args"), "-Xint");
    assertThatExceptionOfType(LabException.class)
        .isThrownBy(before::requireUnchanged)
        .withMessageStartingWith("Stride was built anew meanwhile");
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
    Build other = Build.of(checkout, TinyTrials.machine("abcdef0123456789", false));

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
