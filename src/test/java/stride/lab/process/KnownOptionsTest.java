package stride.lab.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.env.Tasks;
import stride.files.JsonText;
import stride.lab.trials.TinyTrials;
import stride.train.Code;
import stride.train.Installation;

/** Does an earlier revision get the options that it has, and only those? */
class KnownOptionsTest {
  private final StringWriter progress = new StringWriter();

  @TempDir Path temp;

  private ObjectNode config;

  @BeforeEach
  void configure() {
    config =
        (ObjectNode)
            JsonText.parse(
                """
                {"algo": "ppo", "task": "CartPole-v1", "gamma": 0.9, "new_one": 1, "new_two": null}
                """);
  }

  /** A Stride that answers with a text and an exit code, and keeps what it was told. */
  private Build answering(String text, int exit) throws IOException {
    Path script = temp.resolve("stride.sh");
    Files.writeString(
        script,
        """
        echo "$*" > %s
        cat << 'END'
        %s
        END
        exit %d
        """
            .formatted(temp.resolve("told"), text, exit));
    return Build.of(
        Installation.here(),
        Tasks.of("CartPole-v1"),
        List.of("sh", script.toString()),
        Code.NONE,
        TinyTrials.MACHINE);
  }

  private ObjectNode known(Build build) {
    return KnownOptions.of(build, config, new PrintWriter(progress));
  }

  @Test
  void leavesOutWhatTheBuildDoesNotHaveAndSaysSo() throws IOException {
    Build build =
        answering("{\"algo\": \"ppo\", \"task\": \"CartPole-v1\", \"gamma\": 0.99, \"old\": 2}", 0);
    assertThat(JsonText.line(known(build)))
        .isEqualTo("{\"algo\":\"ppo\",\"task\":\"CartPole-v1\",\"gamma\":0.9}");
    assertThat(progress.toString())
        .isEqualToIgnoringNewLines(
            build.origin().revision() + " has no new_one, new_two: its trainings go without");
    assertThat(config.has("new_one")).isTrue();
    assertThat(temp.resolve("told")).hasContent("train CartPole-v1 --print-config --algo ppo");
  }

  @Test
  void saysNothingWhereAllIsKnown() throws IOException {
    assertThat(known(answering(JsonText.line(config), 0))).isEqualTo(config);
    assertThat(progress.toString()).isEmpty();
  }

  @Test
  void leavesItToABuildThatDoesNotAnswer() throws IOException {
    assertThat(known(answering("unknown option --algo", 2))).isEqualTo(config);
    assertThat(progress.toString()).isEmpty();
  }
}
