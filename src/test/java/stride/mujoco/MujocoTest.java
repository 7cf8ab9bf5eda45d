package stride.mujoco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MujocoTest {
  private static final Path LOG = Path.of("MUJOCO_LOG.TXT");

  @Test
  void isTheVersionThatStrideIsBuiltFor() {
    assertThat(Mujoco.version()).isEqualTo("4.0.0");
    assertThat(Mujoco.library()).isRegularFile().hasFileName("libmujoco.so.4.0.0");
  }

  @Test
  void trapsErrorsInsteadOfEndingTheProcess() {
    for (int k = 0; k < 3; k++) {
      assertThatThrownBy(Mujoco::provokeError)
          .isInstanceOf(MujocoException.class)
          .hasMessage("mju_error: provoked error 42");
    }
    assertThat(LOG).doesNotExist();
  }

  @Test
  void handsWarningsOverOnceAndWritesNoLogFile() {
    Mujoco.takeWarnings(_ -> {});
    Model.load(Mujoco.assets().resolve("half_cheetah.xml")).close();
    List<String> warnings = new ArrayList<>();
    Mujoco.takeWarnings(warnings::add);
    assertThat(warnings).anyMatch(warning -> warning.contains("settotalmass"));
    warnings.clear();
    Mujoco.takeWarnings(warnings::add);
    assertThat(warnings).isEmpty();
    assertThat(LOG).doesNotExist();
  }

  @Test
  void keepsTheNewestWarnings() {
    Mujoco.takeWarnings(_ -> {});
    for (int k = 0; k < 70; k++) {
      Model.load(Mujoco.assets().resolve("half_cheetah.xml")).close();
    }
    List<String> warnings = new ArrayList<>();
    Mujoco.takeWarnings(warnings::add);
    assertThat(warnings).hasSize(64);
  }

  @Test
  void findsTheModelsThatTheBuildFetched() {
    assertThat(Files.isRegularFile(Mujoco.assets().resolve("hopper.xml"))).isTrue();
    String before = System.getProperty("stride.assets");
    System.setProperty("stride.assets", "/elsewhere");
    try {
      assertThat(Mujoco.assets()).isEqualTo(Path.of("/elsewhere"));
    } finally {
      if (before == null) {
        System.clearProperty("stride.assets");
      } else {
        System.setProperty("stride.assets", before);
      }
    }
  }
}
