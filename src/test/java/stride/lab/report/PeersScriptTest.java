package stride.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the measurement of peers says of its options before it fetches or measures anything. */
class PeersScriptTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("stride.home"), "peers", "side_by_side.py");

  @TempDir Path temp;

  private record Ended(int exitCode, String output) {}

  private Ended check(String... options) throws IOException, InterruptedException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3"))),
        "no python3");
    List<String> command =
        new ArrayList<>(List.of("python3", "-EsB", SCRIPT.toString(), "--check"));
    command.addAll(List.of(options));
    command.addAll(List.of("--out", temp.resolve("out").toString()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output.strip());
  }

  @Test
  void takesListsOfEnvironmentsAndSizes() throws IOException, InterruptedException {
    assertThat(check("--envs", "1,8,64,256", "--train-sizes", "64x128,256x128,1x2048"))
        .isEqualTo(new Ended(0, "env train"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--envs        | 0       | 0 is not above zero",
        "--envs        | 8,-1    | -1 is not above zero",
        "--envs        | 1,many  | '1,many' is no list such as 1,8,64,256",
        "--envs        | 1,,8    | '1,,8' is no list such as 1,8,64,256",
        "--envs        | 8,64,8  | 8,64,8 has the same twice",
        "--train-sizes | 64      | '64' is no list such as 64x128,1x2048",
        "--train-sizes | 64x0    | 0 is not above zero",
        "--train-sizes | 3x5     | 3x5: 15 rows do not part into 32 minibatches",
      })
  void namesTheOptionAndWhatIsWrong(String option, String value, String reason)
      throws IOException, InterruptedException {
    Ended ended = check(option, value);
    assertThat(ended.output()).endsWith("make peers: error: argument " + option + ": " + reason);
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(temp).isEmptyDirectory();
  }
}
