package stride.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Does a bad golden file say what is wrong with it, and where? */
class GoldenFileTest {
  private static final Path HOPPER = GoldenEdit.of("Hopper-v5");

  @TempDir Path temp;

  private static GoldenFileException refusal(Path file) {
    GoldenFileException refusal =
        catchThrowableOfType(GoldenFileException.class, () -> Alignment.replay(file));
    assertThat(refusal).as("refusal of %s", file).isNotNull();
    assertThat(refusal.file()).isEqualTo(file);
    assertThat(refusal)
        .hasMessageStartingWith(file.toString())
        .hasMessageEndingWith(refusal.reason());
    assertThat(refusal.getMessage()).doesNotContain("\n");
    return refusal;
  }

  private Path hopperWith(int line, String text) throws IOException {
    List<String> lines = new ArrayList<>(GoldenEdit.lines(HOPPER));
    lines.set(line - 1, text);
    return GoldenEdit.write(temp.resolve("edited.jsonl.gz"), lines);
  }

  private Path hopperReplacing(int line, String from, String to) throws IOException {
    String text = GoldenEdit.lines(HOPPER).get(line - 1);
    assertThat(text).contains(from);
    return hopperWith(line, text.replaceFirst(from, to));
  }

  @Test
  void missing() {
    GoldenFileException refusal = refusal(temp.resolve("none.jsonl.gz"));
    assertThat(refusal.line()).isZero();
    assertThat(refusal.reason()).isEqualTo("no such file");
  }

  @Test
  void aLineThatWouldFillTheHeap() throws IOException {
    Path file = temp.resolve("long.jsonl.gz");
    byte[] blanks = new byte[1 << 20];
    Arrays.fill(blanks, (byte) ' ');
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("{\"task\": \"Hopper-v5\"".getBytes(StandardCharsets.UTF_8));
      for (int k = 0; k < 1200; k++) {
        out.write(blanks);
      }
      out.write("}\n".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(refusal(file)).hasMessage(file + ", line 1: a line of more than 16777216 bytes");
  }

  @Test
  void aFolder() {
    assertThat(refusal(temp).reason()).isNotBlank();
  }

  @Test
  void notGzip() throws IOException {
    Path file = Files.writeString(temp.resolve("plain.jsonl.gz"), "{\"task\": \"Hopper-v5\"}\n");
    assertThat(refusal(file).reason()).containsIgnoringCase("gzip");
  }

  @Test
  void withoutAByte() throws IOException {
    assertThat(refusal(Files.createFile(temp.resolve("void.jsonl.gz"))).reason()).isNotBlank();
  }

  @Test
  void emptyInside() throws IOException {
    Path file = GoldenEdit.write(temp.resolve("empty.jsonl.gz"), List.of());
    assertThat(refusal(file).reason()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.3, 0.7, 0.999})
  void cutShort(double share) throws IOException {
    byte[] bytes = Files.readAllBytes(HOPPER);
    Path file = temp.resolve("cut.jsonl.gz");
    Files.write(file, Arrays.copyOf(bytes, (int) (share * bytes.length)));
    assertThat(refusal(file).reason()).contains("end of ZLIB input stream");
  }

  @Test
  void damaged() throws IOException {
    byte[] bytes = Files.readAllBytes(HOPPER);
    Arrays.fill(bytes, 2000, 2100, (byte) 0x55);
    Path file = Files.write(temp.resolve("damaged.jsonl.gz"), bytes);
    assertThat(refusal(file).reason()).isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"reset\": tru", "not json", "{} {}", "[1, 2]", "", "null"})
  void wrongJson(String text) throws IOException {
    GoldenFileException refusal = refusal(hopperWith(5, text));
    assertThat(refusal.line()).isEqualTo(5);
    assertThat(refusal.reason()).containsPattern("not JSON: .+|not a JSON object");
  }

  @ParameterizedTest
  @CsvSource({
    "'\"task\": \"Hopper-v5\"', '\"task\": 5', task is 5",
    "'\"task\"', '\"name\"', no \"task\"",
    "'\"obs_dim\": 11', '\"obs_dim\": 12', 'obs_dim=12.0, required: 11.0'",
    "'\"obs_dim\": 11', '\"obs_dim\": \"x\"', 'obs_dim is \"x\", required: an integer'",
    "'\"obs_dim\"', '\"obs\"', no \"obs_dim\"",
    "'\"act_dim\": 3', '\"act_dim\": 4', 'act_dim=4.0, required: 3.0'",
    "'\"frame_skip\": 4', '\"frame_skip\": 5', 'frame_skip=5.0, required: 4.0'",
    "'\"dt\": 0.008', '\"dt\": 0.01', 'dt=0.01, required: 0.008'",
    "'-1.0, -1.0, -1.0', '-1.0, -2.0, -1.0', 'action_low[1]=-2.0, required: -1.0'",
    "'-1.0, -1.0, -1.0', '-1.0', 'action_low has 1 numbers, required: 3'",
    "'\"max_episode_steps\": 15', '\"max_episode_steps\": 0', 'max_episode_steps=0'",
  })
  void wrongHeader(String from, String to, String reason) throws IOException {
    GoldenFileException refusal = refusal(hopperReplacing(1, from, to));
    assertThat(refusal.line()).isEqualTo(1);
    assertThat(refusal.reason()).contains(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "'\"reward\": ', '\"reward\": NaN, \"x\": ', NaN",
    "'\"reward\": ', '\"reward\": 1e999, \"x\": ', 'reward is '",
    "'\"reward\"', '\"gain\"', no \"reward\"",
    "'\"obs\": \\[', '\"obs\": [0.5, ', 'obs has 12 numbers, required: 11'",
    "'\"obs\": \\[', '\"obs\": 3, \"x\": [', 'obs has no array, required: 11'",
    "'\"action\": \\[', '\"action\": [0.5, ', 'action has 4 numbers, required: 3'",
    "'\"qvel\": \\[', '\"qvel\": [0.5, ', 'qvel has 7 numbers, required: 6'",
    "'\"terminated\": false', '\"terminated\": 0', 'terminated is 0, required: true or false'",
    "'\"obs\": \\[', '\"obs\": [null, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], \"x\": [',"
        + " 'obs[0] is null, required: a finite number'",
  })
  void wrongStep(String from, String to, String reason) throws IOException {
    String text = GoldenEdit.lines(HOPPER).get(2);
    Path file = hopperWith(3, text.replaceFirst(from, to));
    GoldenFileException refusal = refusal(file);
    assertThat(refusal.line()).isEqualTo(3);
    assertThat(refusal.reason()).contains(reason);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2", "-1", "0.5", "\"left\"", "[0]"})
  void wrongChoice(String action) throws IOException {
    List<String> lines = new ArrayList<>(GoldenEdit.lines(GoldenEdit.of("CartPole-v1")));
    lines.set(2, lines.get(2).replaceFirst("\"action\": \\d", "\"action\": " + action));
    GoldenFileException refusal = refusal(GoldenEdit.write(temp.resolve("c.jsonl.gz"), lines));
    assertThat(refusal.reason()).contains("required: an integer in [0, 2)");
  }

  @Test
  void aStepBeforeTheFirstEpisode() throws IOException {
    List<String> lines = new ArrayList<>(GoldenEdit.lines(HOPPER));
    lines.remove(1);
    GoldenFileException refusal = refusal(GoldenEdit.write(temp.resolve("x.jsonl.gz"), lines));
    assertThat(refusal).hasMessageContaining(", line 2: a step of no episode");
  }

  @Test
  void aHeaderAlone() throws IOException {
    List<String> header = GoldenEdit.lines(HOPPER).subList(0, 1);
    Path file = GoldenEdit.write(temp.resolve("header.jsonl.gz"), header);
    assertThat(refusal(file).reason()).isEqualTo("no steps");
  }
}
