package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import stride.home.Home;
import stride.mujoco.Model;
import stride.mujoco.MujocoException;

/** Does a signal end a command that waits for MuJoCo to compile a model? */
public final class InterruptedLoadTest {
  /** MuJoCo compiles it for half a minute: its time grows with the square of the bodies. */
  private static final String SLOW =
      "<mujoco><worldbody><replicate count='8000'><body><geom size='0.1'/></body></replicate>"
          + "</worldbody></mujoco>";

  @TempDir Path temp;

  /** A command whose work ends by itself when it is interrupted: its only work is a model. */
  public static void main(String[] args) {
    try (var interrupt = new Interrupt()) {
      Model.load(Path.of(args[0])).close();
      System.out.println("loaded " + interrupt.requested());
    } catch (MujocoException e) {
      System.out.println(e.getMessage());
      Interrupt.exit(1);
    }
  }

  @Test
  @Timeout(120)
  void endsAtOnceAndSaysWhatItWaitedFor() throws IOException, InterruptedException {
    Path model = Files.writeString(temp.resolve("slow.xml"), SLOW);
    List<String> command =
        List.of(
            System.getProperty("java.home") + "/bin/java",
            "--enable-native-access=ALL-UNNAMED",
            "-Dstride.home=" + Home.folder(),
            "-cp",
            System.getProperty("java.class.path"),
            InterruptedLoadTest.class.getName(),
            model.toString());
    Process process = StrideProcess.builder(command, temp).redirectErrorStream(true).start();
    while (!threads(process).contains("stride-model")) {
      assertThat(process.isAlive()).isTrue();
      Thread.sleep(10);
    }
    assertThat(process.toHandle().destroy()).isTrue(); // SIGTERM, and its output stays open
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(output).isEqualTo("interrupted while MuJoCo compiled " + model + "\n");
    assertThat(process.exitValue()).isEqualTo(1);
  }

  private static List<String> threads(Process process) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + process.pid() + "/task"))) {
      return tasks.map(InterruptedLoadTest::name).toList();
    }
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException e) {
      return ""; // the thread has ended
    }
  }
}
