package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlignCommandTest {
  @TempDir Path temp;

  private final Path hopper = GoldenFiles.of("Hopper-v5");
  private final Path pole = GoldenFiles.of("CartPole-v1");
  private final Path ant = GoldenFiles.of("Ant-v5"); // a task that is not built

  @Test
  void printsTheLargestDeviationOfEachFile() throws IOException {
    Outcome outcome = Outcome.of("align", "--json", hopper.toString(), pole.toString());
    JsonNode files = outcome.json().get("files");
    assertThat(files).hasSize(2);
    assertThat(files.get(0).get("file").textValue()).isEqualTo(hopper.toString());
    assertThat(files.get(0).get("task").textValue()).isEqualTo("Hopper-v5");
    assertThat(files.get(1).get("task").textValue()).isEqualTo("CartPole-v1");
    for (JsonNode file : files) {
      assertThat(file.get("steps").intValue()).isEqualTo(150);
      assertThat(file.get("max_abs_error").isNumber()).isTrue();
      assertThat(file.get("max_abs_error").doubleValue()).isBetween(0.0, 1e-9);
      assertThat(file.get("aligned").booleanValue()).isTrue();
    }
    assertThat(outcome.err()).isEmpty();
  }

  @Test
  void skipsTasksThatAreNotBuiltByName() throws IOException {
    JsonNode file = Outcome.of("align", "--json", ant.toString()).json().get("files").get(0);
    assertThat(file.get("task").textValue()).isEqualTo("Ant-v5");
    assertThat(file.get("skipped").textValue()).isEqualTo("task is not built");
    assertThat(file.has("max_abs_error")).isFalse();

    Outcome outcome = Outcome.of("align", ant.toString());
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("Ant-v5.jsonl.gz", "skipped: task is not built");
  }

  @Test
  void prefersATableForAReader() {
    Outcome outcome = Outcome.of("align", pole.toString());
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out().lines().map(String::strip))
        .hasSize(2)
        .element(1)
        .asString()
        .matches("CartPole-v1\\.jsonl\\.gz +CartPole-v1 +150 +\\d.*");
  }

  @Test
  void namesAMissingFile() throws IOException {
    assertRefused(temp.resolve("none.jsonl.gz"), ": no such file");
  }

  @Test
  void namesAFileThatIsCutShort() throws IOException {
    assertRefused(GoldenFiles.cutShort("Hopper-v5", temp.resolve("cut.jsonl.gz")), ", line ");
  }

  @Test
  void namesAFileThatIsNoGzip() throws IOException {
    assertRefused(Files.writeString(temp.resolve("text"), "{\"task\": \"Hopper-v5\"}"), ": ");
    assertRefused(Files.writeString(temp.resolve("empty"), ""), ": ");
    assertRefused(temp, ": ");
  }

  @Test
  void namesAFileOfWrongJson() throws IOException {
    assertRefused(GoldenFiles.write(temp.resolve("no.gz"), "no JSON\n"), ", line 1: not JSON");
    assertRefused(GoldenFiles.write(temp.resolve("list.gz"), "[1, 2]\n"), ", line 1: not a JSON");
    assertRefused(GoldenFiles.write(temp.resolve("other.gz"), "{\"a\": 1}\n"), ": no \"task\"");
    assertRefused(GoldenFiles.write(temp.resolve("nothing.gz"), ""), ": the file is empty");
    String header = "{\"task\": \"CartPole-v1\", \"obs_dim\": 4, \"act_dim\": 2}\n";
    assertRefused(GoldenFiles.write(temp.resolve("half.gz"), header), "max_episode_steps");
  }

  /**
   * One line names the file and the reason; files before and after it are compared all the same.
   */
  private void assertRefused(Path bad, String reason) throws IOException {
    Outcome outcome =
        Outcome.of("align", "--json", pole.toString(), bad.toString(), ant.toString());
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err()).hasLineCount(1).startsWith("stride: " + bad).contains(reason);
    outcome.assertNoTrace();
    JsonNode files = outcome.jsonWhateverTheExitCode().get("files");
    assertThat(files).hasSize(3);
    assertThat(files.get(0).get("aligned").booleanValue()).isTrue();
    assertThat(files.get(1).get("file").textValue()).isEqualTo(bad.toString());
    assertThat("stride: " + files.get(1).get("error").textValue() + "\n").isEqualTo(outcome.err());
    assertThat(files.get(2).has("skipped")).isTrue();
  }

  @Test
  void failsWhereTheNumbersDiffer() throws IOException {
    String text = GoldenFiles.read(pole);
    String wrong = text.replace("\"reward\": 1.0", "\"reward\": 1.5");
    assertThat(wrong).isNotEqualTo(text);
    Path file = GoldenFiles.write(temp.resolve("wrong.jsonl.gz"), wrong);

    Outcome outcome = Outcome.of("align", "--json", file.toString());
    assertThat(outcome.exitCode()).isEqualTo(1);
    JsonNode row = outcome.jsonWhateverTheExitCode().get("files").get(0);
    assertThat(row.get("max_abs_error").doubleValue()).isEqualTo(0.5);
    assertThat(row.get("worst").textValue()).matches("line \\d+, reward");
    assertThat(row.get("aligned").booleanValue()).isFalse();
    assertThat(Outcome.of("align", file.toString()).out()).contains("OFF at line ");
  }

  @Test
  void debugShowsTheStackTrace() {
    Outcome outcome = Outcome.of("align", "--debug", temp.resolve("none").toString());
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("stride: ")
        .contains("stride.env.GoldenFileException", "\tat stride.cli.AlignCommand.call(");
  }
}
