package stride.lab.trials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.lab.LabException;

class OriginTest {
  @TempDir Path home;

  private String code() {
    return Origin.here(home, TinyTrials.MACHINE).code();
  }

  @Test
  void isOfTheCommitAndTheMachine() {
    Origin origin = Origin.here(home, TinyTrials.MACHINE);
    assertThat(origin.commit()).isEqualTo(TinyTrials.MACHINE.commit());
    assertThat(origin.dirty()).isTrue();
    assertThat(origin.machine()).isEqualTo("some-chip-2c");
  }

  @Test
  void whatIsBuiltOtherwiseIsOtherCode() throws Exception {
    String without = code();
    assertThat(code()).matches("[0-9a-f]{64}").isEqualTo(without);
    Files.writeString(home.resolve("jvm.args"), "-Xint");
    String with = code();
    assertThat(with).isNotEqualTo(without);
    Files.writeString(home.resolve("jvm.args"), "-Xcomp");
    assertThat(code()).isNotIn(with, without);
  }

  @Test
  void noticesABuildMeanwhile() throws Exception {
    Origin before = Origin.here(home, TinyTrials.MACHINE);
    before.requireUnchanged(home);
    Files.writeString(home.resolve("jvm.args"), "-Xint");
    assertThatExceptionOfType(LabException.class)
        .isThrownBy(() -> before.requireUnchanged(home))
        .withMessageStartingWith("Stride was built anew meanwhile");
  }
}
