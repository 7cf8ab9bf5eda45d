package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.mujoco.Mujoco;

/** Is a model that a task cannot be simulated with refused when it is opened? */
class ModelShapeTest {
  private static final String PROPERTY = "stride.assets";

  @TempDir Path models;
  private Path fetched;

  @BeforeEach
  void useOtherModels() {
    fetched = Mujoco.assets();
    System.setProperty(PROPERTY, models.toString());
  }

  @AfterEach
  void useTheFetchedModels() {
    System.clearProperty(PROPERTY);
  }

  private void assertRefused(String task, String reason) {
    assertThatThrownBy(() -> new Shard(Tasks.of(task), 0, 2, 1, ShardOptions.DEFAULTS))
        .isInstanceOf(ModelShapeException.class)
        .hasMessage(task + ": " + reason);
  }

  /** A model of the build's in which a part is another. */
  private void edit(String model, String from, String to) throws IOException {
    String text = Files.readString(fetched.resolve(model));
    assertThat(text).contains(from);
    Files.writeString(models.resolve(model), text.replace(from, to));
  }

  @Test
  void aJointThatIsMissing() throws IOException {
    try (InputStream model =
        ModelShapeTest.class.getResourceAsStream("half_cheetah_without_rootz.xml")) {
      String text = new String(model.readAllBytes(), StandardCharsets.UTF_8);
      Files.writeString(models.resolve("half_cheetah.xml"), text);
    }
    assertRefused("HalfCheetah-v5", "half_cheetah.xml has nq=8, nv=8, required: nq=9, nv=9");
  }

  @ParameterizedTest
  @CsvSource({
    "Hopper-v5, hopper.xml, foot_geom, 7, 6",
    "Walker2d-v5, walker2d_v5.xml, foot_geom, 10, 9",
    "HalfCheetah-v5, half_cheetah.xml, bfoot, 10, 9",
    "InvertedPendulum-v5, inverted_pendulum.xml, cpole, 3, 2",
  })
  void aJointMore(String task, String model, String geom, int has, int required)
      throws IOException {
    String text = Files.readString(fetched.resolve(model));
    // before the last geom of that name, in the body that holds it
    int at = text.lastIndexOf("<geom", text.indexOf("name=\"" + geom + "\" "));
    String joint = "<joint type=\"hinge\" limited=\"false\" name=\"more\"/>";
    Files.writeString(models.resolve(model), text.substring(0, at) + joint + text.substring(at));
    assertRefused(
        task,
        "%s has nq=%2$d, nv=%2$d, required: nq=%3$d, nv=%3$d".formatted(model, has, required));
  }

  @Test
  void aBallInThePlaceOfThreeHinges() throws IOException {
    edit(
        "inverted_pendulum.xml",
        "name=\"hinge\" pos=\"0 0 0\" range=\"-90 90\" type=\"hinge\"",
        "name=\"hinge\" pos=\"0 0 0\" range=\"0 90\" type=\"ball\"");
    assertRefused(
        "InvertedPendulum-v5", "inverted_pendulum.xml has nq=5, nv=4, required: nq=2, nv=2");
  }

  @Test
  void anActuatorMoreAndAnotherTimestep() throws IOException {
    edit("inverted_pendulum.xml", "</actuator>", "<motor joint=\"hinge\"/></actuator>");
    assertRefused("InvertedPendulum-v5", "inverted_pendulum.xml has nu=2, required: nu=1");
    edit("inverted_pendulum.xml", "timestep=\"0.02\"", "timestep=\"0.01\"");
    assertRefused("InvertedPendulum-v5", "inverted_pendulum.xml has dt=0.02, required: dt=0.04");
  }

  /** As many numbers, but what was the height is the position. */
  @ParameterizedTest
  @CsvSource({
    "Hopper-v5, hopper.xml",
    "Walker2d-v5, walker2d_v5.xml",
    "HalfCheetah-v5, half_cheetah.xml",
  })
  void jointsInAnotherOrder(String task, String model) throws IOException {
    String text = Files.readString(fetched.resolve(model));
    String swapped =
        text.replace("\"rootx\"", "\"x\"")
            .replace("\"rootz\"", "\"rootx\"")
            .replace("\"x\"", "\"rootz\"");
    Files.writeString(models.resolve(model), swapped);
    assertRefused(
        task, model + " has joint 0=rootz, joint 1=rootx, required: joint 0=rootx, joint 1=rootz");
  }

  @Test
  void aJointWithoutAName() throws IOException {
    edit("inverted_pendulum.xml", "name=\"hinge\" ", "");
    assertRefused(
        "InvertedPendulum-v5", "inverted_pendulum.xml has joint 1=, required: joint 1=hinge");
  }

  /** What a task does not rely on is the user's: masses, gears, geometry. */
  @Test
  void anEditedModelOfTheSameShapeIsOpened() throws IOException {
    edit("inverted_pendulum.xml", "gear=\"100\"", "gear=\"1\"");
    try (Harness env = new Harness("InvertedPendulum-v5", 2)) {
      env.reset();
      env.step();
    }
  }

  /**
   * The state then holds more than positions and velocities, and all of it is the environment's.
   */
  @Test
  void aModelWithUserDataIsOpened() throws IOException {
    edit("inverted_pendulum.xml", "<size nstack=\"3000\"/>", "<size nuserdata=\"150000\"/>");
    try (Harness env = new Harness("InvertedPendulum-v5", 2)) {
      env.reset();
      env.step();
      assertThat(env.shard.stateSize()).isGreaterThan(150_000);
    }
  }
}
