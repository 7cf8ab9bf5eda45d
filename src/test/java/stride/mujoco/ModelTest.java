package stride.mujoco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelTest {
  @TempDir Path temp;

  @Test
  void describesTheHopper() {
    try (Model model = Model.load(Mujoco.assets().resolve("hopper.xml"))) {
      assertThat(model.nq()).isEqualTo(6);
      assertThat(model.nv()).isEqualTo(6);
      assertThat(model.nu()).isEqualTo(3);
      assertThat(model.timestep()).isEqualTo(0.002);
      assertThat(model.controlRange(2)).containsExactly(-1, 1);
      assertThat(model.path()).isEqualTo(Mujoco.assets().resolve("hopper.xml"));
      assertThat(model).hasToString("Model[hopper.xml, nq=6, nv=6, nu=3]");
      assertThatThrownBy(() -> model.controlRange(3))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("actuator=3, nu=3");
      assertThatThrownBy(() -> model.controlRange(-1))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void anActuatorWithoutALimitHasAnInfiniteRange() throws IOException {
    try (Model model = Model.load(write(Fixtures.SLIDER))) {
      assertThat(model.controlRange(0))
          .containsExactly(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }
  }

  @Test
  void missing() {
    Path file = temp.resolve("none.xml");
    assertThatThrownBy(() -> Model.load(file))
        .isInstanceOf(MujocoException.class)
        .hasMessage("no model file " + file);
  }

  @Test
  void aFolder() {
    assertThatThrownBy(() -> Model.load(temp))
        .isInstanceOf(MujocoException.class)
        .hasMessage("no model file " + temp);
  }

  @Test
  void damagedXml() throws IOException {
    String hopper = Files.readString(Mujoco.assets().resolve("hopper.xml"));
    assertRefused(hopper.substring(0, hopper.length() / 2), "XML");
  }

  @Test
  void notXml() throws IOException {
    assertRefused("neither XML nor anything else", "XML");
  }

  @Test
  void empty() throws IOException {
    assertRefused("", "XML");
  }

  @Test
  void xmlThatIsNoModel() throws IOException {
    assertRefused("<mujoco><worldbody><sphere/></worldbody></mujoco>", "sphere");
    assertRefused("<html/>", "html");
  }

  @Test
  void aModelThatDoesNotCompile() throws IOException {
    String massless = "<mujoco><worldbody><body><joint type='hinge'/></body></worldbody></mujoco>";
    assertRefused(massless, "mass and inertia");
  }

  /** MuJoCo's own words, on one line, after the call and the file. */
  private void assertRefused(String text, String reason) throws IOException {
    Path file = write(text);
    assertThatThrownBy(() -> Model.load(file))
        .isInstanceOf(MujocoException.class)
        .hasMessageStartingWith("mj_loadXML: " + file + ": ")
        .hasMessageContaining(reason)
        .message()
        .doesNotContain("\n");
  }

  private Path write(String text) throws IOException {
    return Files.writeString(temp.resolve("model.xml"), text);
  }

  @Test
  void closesTwice() {
    Model model = Model.load(Mujoco.assets().resolve("hopper.xml"));
    model.close();
    model.close();
    assertThat(model.nq()).isEqualTo(6);
    assertThatThrownBy(() -> model.controlRange(0)).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> new SimulationBatch(model, 1, 1, false))
        .isInstanceOf(IllegalStateException.class);
  }
}
