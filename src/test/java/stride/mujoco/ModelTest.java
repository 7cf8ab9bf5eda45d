package stride.mujoco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
      assertThat(model.joint(0)).isEqualTo("rootx");
      assertThat(model.joint(5)).isEqualTo("foot_joint");
      assertThatThrownBy(() -> model.joint(6))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("joint=6, njnt=6");
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
    assertRefused(hopper.substring(0, hopper.length() / 2), "mj_parseXML: ", "XML");
  }

  @Test
  void notXml() throws IOException {
    assertRefused("neither XML nor anything else", "mj_parseXML: ", "XML");
  }

  @Test
  void empty() throws IOException {
    assertRefused("", "mj_parseXML: ", "XML");
  }

  @Test
  void xmlThatIsNoModel() throws IOException {
    assertRefused("<mujoco><worldbody><sphere/></worldbody></mujoco>", "mj_parseXML: ", "sphere");
    assertRefused("<html/>", "mj_parseXML: ", "html");
  }

  @Test
  void aModelThatDoesNotCompile() throws IOException {
    String massless = "<mujoco><worldbody><body><joint type='hinge'/></body></worldbody></mujoco>";
    assertRefused(massless, "mj_compile: ", "mass and inertia");
  }

  /** What a few words declare, and MuJoCo would fill for minutes, or end the process for. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<asset><hfield name='h' nrow='100000' ncol='100000' size='1 1 1 1'/></asset>"
            + "|hfield h: nrow=100000, ncol=100000, required: nrow * ncol <= 67108864",
        "<asset><texture name='t' type='2d' builtin='flat' width='8193' height='8192'/></asset>"
            + "|texture t: width=8193, height=8192, required: width * height <= 67108864",
        "<size nuserdata='2000000000'/>|size: nuserdata=2000000000, required: <= 67108864",
        "<size nkey='2000000000'/>|size: nkey=2000000000, required: <= 22369621",
        "<size nuser_body='2000000000'/>|size: nuser_body=2000000000, required: <= 33554432",
        "<size nuser_jnt='67108865'/>|size: nuser_jnt=67108865, required: <= 67108864",
        "<size nuser_geom='67108865'/>|size: nuser_geom=67108865, required: <= 67108864",
      })
  @Timeout(60)
  void aModelThatDeclaresLargeArrays(String part, String reason) throws IOException {
    String body = "<worldbody><body><joint/><geom size='0.1'/></body></worldbody>";
    Path file = write("<mujoco>" + part + body + "</mujoco>");
    assertThatThrownBy(() -> Model.load(file))
        .isInstanceOf(MujocoException.class)
        .hasMessage(file + ": " + reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<include file='part.xml'/>",
        "<asset><model name='m' file=\"part.xml\"/></asset>"
      })
  void aLargeHeightFieldInAFileThatIsIncluded(String include) throws IOException {
    Path part =
        Files.writeString(
            temp.resolve("part.xml"),
            "<mujoco><asset>\n<hfield size='1 1 1 1'\n ncol=\"1e5\" nrow = '100000'  name='>'/></asset>"
                + "<include file='model.xml'/></mujoco>");
    Path file = write("<mujoco>" + include + "</mujoco>");
    assertThatThrownBy(() -> Model.load(file))
        .isInstanceOf(MujocoException.class)
        .hasMessage(part + ": hfield >: nrow=100000, ncol=1e5, required: nrow * ncol <= 67108864");
  }

  @Test
  void heightFieldsThatAreNotTooLargeAreMujocos() throws IOException {
    String field = "<hfield name='h' nrow='8' ncol='9' size='1 1 1 1'/>";
    String comment = "<!-- <hfield name='h' nrow='100000' ncol='100000'/> -->";
    Model.load(write("<mujoco><asset>" + comment + field + "</asset></mujoco>")).close();
    assertRefused(
        "<mujoco><asset>" + field.replace("8", "-8") + "</asset></mujoco>",
        "mj_compile: ",
        "hfield");
  }

  @Test
  void aModelWithMuchUserData() throws IOException {
    try (Model model = Model.load(write(Fixtures.withUserData(150_000)))) {
      assertThat(model.stateSize()).isGreaterThan(150_000);
    }
  }

  /** MuJoCo works on at it; whoever waits does not. */
  @Test
  @Timeout(60)
  void waitingForAModelCanBeInterrupted() throws Exception {
    Path file = write(Fixtures.SLOW);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread waiting =
        new Thread(
            () -> {
              thrown.set(catchThrowable(() -> Model.load(file)));
              assertThat(Thread.interrupted()).isTrue();
            });
    waiting.start();
    while (waiting.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    waiting.interrupt();
    waiting.join();
    assertThat(thrown.get())
        .isInstanceOf(MujocoException.class)
        .hasMessage("interrupted while MuJoCo compiled " + file);
  }

  /** MuJoCo's own words, on one line, after the call and the file. */
  private void assertRefused(String text, String call, String reason) throws IOException {
    Path file = write(text);
    assertThatThrownBy(() -> Model.load(file))
        .isInstanceOf(MujocoException.class)
        .hasMessageStartingWith(call + file + ": ")
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
