package stride.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {
  @TempDir Path temp;

  private record Inner(@OrNull Double rolloutShare, List<String> stageNames) {}

  private enum Kind {
    HOT,
    COLD
  }

  private record Outer(
      int schemaVersion,
      double p50,
      Inner bestRow,
      boolean dirty,
      long seed,
      String name,
      Kind kind,
      @ValuesOrNull Map<String, Double> diagnostics) {}

  private record Line(int schemaVersion, double a) {}

  private static Map<String, Double> diagnostics() {
    Map<String, Double> diagnostics = new LinkedHashMap<>();
    diagnostics.put("loss", null);
    return diagnostics;
  }

  private static final Outer VALUE =
      new Outer(
          1,
          2.5,
          new Inner(null, List.of("policy", "two\nlines")),
          true,
          3,
          "a name",
          Kind.HOT,
          diagnostics());

  @Test
  void printsOneLineInSnakeCase() {
    assertThat(JsonText.line(VALUE))
        .isEqualTo(
            "{\"schema_version\":1,\"p50\":2.5,\"best_row\":{\"rollout_share\":null,"
                + "\"stage_names\":[\"policy\",\"two\\nlines\"]},\"dirty\":true,\"seed\":3,"
                + "\"name\":\"a name\",\"kind\":\"HOT\",\"diagnostics\":{\"loss\":null}}");
  }

  @Test
  void writesFilesIndentedWithAClosingLineBreak() {
    assertThat(JsonText.file(VALUE))
        .startsWith("{\n  \"schema_version\" : 1,\n")
        .endsWith("\n}\n")
        .doesNotEndWith("\n\n");
  }

  @Test
  void readsWhatItWrote() throws IOException {
    Path file = Files.writeString(temp.resolve("value.json"), JsonText.file(VALUE));
    assertThat(JsonText.read(file, Outer.class)).isEqualTo(VALUE);
  }

  @Test
  void namesAMissingFile() {
    Path file = temp.resolve("none.json");
    assertThatThrownBy(() -> JsonText.read(file, Outer.class))
        .isInstanceOf(FileException.class)
        .hasMessage(file + " does not exist");
  }

  @Test
  void namesAFolder() {
    assertThatThrownBy(() -> JsonText.read(temp, Outer.class))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith("cannot read " + temp + ": ");
  }

  @Test
  void namesAFileThatIsNoText() throws IOException {
    byte[] noText = "\u00ff".getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(temp.resolve("value.json"), noText);
    assertThatThrownBy(() -> JsonText.read(file, Outer.class))
        .isInstanceOf(FileException.class)
        .hasMessage(file + ": not text in UTF-8");
  }

  private String complaint(String text) throws IOException {
    Path file = Files.writeString(temp.resolve("value.json"), text);
    String message =
        catchThrowableOfType(FileException.class, () -> JsonText.read(file, Outer.class))
            .getMessage();
    assertThat(message).startsWith(file.toString()).hasLineCount(1);
    return message.substring(file.toString().length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                           | : not JSON, empty
          {                            | : not JSON, line 1, column 2: it ends in the middle of a value
          {"a": "b                     | : not JSON, line 1, column 9: it ends in the middle of a value
          no JSON                      | : not JSON, line 1, column 1: the word no without quotes
          [1, 2]                       | : not a JSON object
          null                         | : not a JSON object
          {"a": 1, "a": 2}             | : not JSON, line 1, column 13: "a" is there twice
          {"a": 1} {}                  | : not JSON, line 1, column 10: more text after the value
          {"a": NaN}                   | : not JSON, line 1, column 10: NaN is no number in JSON
          {"a": -Infinity}             | : not JSON, line 1, column 16: -Infinity is no number in JSON
          {"a": [0, {"b": -1e400}]}    | : a[1].b: the number is too large
          {"a": 1, // why              | : not JSON, line 1, column 10: JSON has no comments
          {"a": 1, /* why */ "b": 2}   | : not JSON, line 1, column 10: JSON has no comments
          {"a" 1}                      | : not JSON, line 1, column 6: an unexpected 1
          {"a": [1}                    | : not JSON, line 1, column 9: an unexpected }
          {"a": 01}                    | : not JSON, line 1, column 8: a malformed number
          {"a": 1.e}                   | : not JSON, line 1, column 8: a malformed number
          {"a": "\\x"}                 | : not JSON, line 1, column 9: an unknown escape after a backslash
          {'a': 1}                     | : not JSON, line 1, column 2: an unexpected '
          """)
  void namesTheLineAndSaysInPlainWordsWhatIsNoJson(String text, String complaint)
      throws IOException {
    assertThat(complaint(text)).isEqualTo(complaint);
  }

  @Test
  void namesControlCharacters() throws IOException {
    assertThat(complaint("{\"a\": \"two\nlines\"}"))
        .isEqualTo(": not JSON, line 1, column 11: a control character of code 10");
    assertThat(complaint("{\0}"))
        .isEqualTo(": not JSON, line 1, column 3: a control character of code 0");
  }

  @Test
  void refusesWhatIsFarTooDeepTooLongOrTooLarge() throws IOException {
    assertThat(complaint("[".repeat(5000))).isEqualTo(": not JSON, nested deeper than 1000");
    assertThat(complaint("{\"a\":".repeat(1001) + "1" + "}".repeat(1001)))
        .isEqualTo(": not JSON, nested deeper than 1000");
    assertThat(complaint("{\"a\": " + "1".repeat(2000) + "}"))
        .isEqualTo(": not JSON, a number of over 1000 digits");
    Path file = temp.resolve("large.json");
    try (var sparse = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      sparse.write(ByteBuffer.wrap(new byte[] {'{'}), 1L << 31);
    }
    assertThatThrownBy(() -> JsonText.read(file))
        .isInstanceOf(FileException.class)
        .hasMessage(file + ": 2147483649 bytes, required: at most 268435456");
  }

  @Test
  void passesOverAByteOrderMark() throws IOException {
    Path file = Files.writeString(temp.resolve("value.json"), "\ufeff" + JsonText.file(VALUE));
    assertThat(JsonText.read(file, Outer.class)).isEqualTo(VALUE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "schema_version":1,  | ``                       | : schema_version is missing
          ,"rollout_share":null| ``                       | `: best_row.rollout_share is missing`
          "p50":2.5            | "p50":2.5,"p51":1        | `: unknown field p51, there are best_row, diagnostics, dirty, kind, name, p50, schema_version, seed`
          2.5                  | "NaN"                    | : p50: required: a number
          2.5                  | "2.5"                    | : p50: required: a number
          2.5                  | null                     | : p50: null, required: a value
          2.5                  | [2.5]                    | : p50: required: a number
          :1,                  | :1.5,                    | `: schema_version: 1.5, required: an integer in [-2147483648, 2147483647]`
          :1,                  | :"1",                    | `: schema_version: required: an integer in [-2147483648, 2147483647]`
          :1,                  | :3000000000,             | `: schema_version: required: an integer in [-2147483648, 2147483647]`
          :3,                  | :1e30,                   | `: seed: 1.0E30, required: an integer in [-9223372036854775808, 9223372036854775807]`
          "policy"             | null                     | : best_row.stage_names[0]: null, required: a value
          "policy"             | 7                        | : best_row.stage_names[0]: required: text
          "policy"             | []                       | : best_row.stage_names[0]: required: text
          ["policy","two\\nlines"] | "policy"           | : best_row.stage_names: required: an array
          true                 | "true"                   | : dirty: required: true or false
          true                 | 1                        | : dirty: 1, required: true or false
          "a name"             | null                     | : name: null, required: a value
          "HOT"                | "WARM"                   | `: kind: WARM, required: one of "HOT", "COLD"`
          "HOT"                | 0                        | `: kind: 0, required: one of "HOT", "COLD"`
          {"loss":null}        | {"loss":"low"}           | : diagnostics.loss: required: a number
          """)
  void takesRecordsWholeAndNamesWhatIsWrongInThem(String from, String to, String complaint)
      throws IOException {
    String whole = JsonText.line(VALUE);
    String key = from.startsWith(",\"rollout") ? "\"rollout_share\":null," : from;
    assertThat(whole).contains(key);
    assertThat(complaint(whole.replace(key, to))).isEqualTo(complaint);
  }

  @Test
  void leavesOutWhatALaterStrideWritesMoreOnlyWhereToldTo() {
    ObjectNode node = (ObjectNode) JsonText.tree(VALUE);
    node.put("later", 1);
    Path file = temp.resolve("value.json");
    assertThat(JsonText.toRecord(file, node, Outer.class)).isEqualTo(VALUE);
    assertThatThrownBy(() -> JsonText.toRecord(node, Outer.class))
        .isInstanceOf(JsonException.class)
        .hasMessageStartingWith("unknown field later, there are ");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "comment.json | JSON has no comments",
        "dupkeys.json | \"num_envs\" is there twice",
        "inf.json     | max_grad_norm: the number is too large",
        "nan.json     | NaN is no number in JSON",
      })
  void refusesFilesThatUsersWrote(String name, String complaint) throws URISyntaxException {
    Path file = Path.of(JsonTextTest.class.getResource(name).toURI());
    assertThatThrownBy(() -> JsonText.read(file))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith(file + ": ")
        .hasMessageEndingWith(complaint);
  }

  @Test
  void readsTheFileOfAnEditorThatMarksTheByteOrder() throws URISyntaxException {
    Path file = Path.of(JsonTextTest.class.getResource("bom.json").toURI());
    assertThat(JsonText.read(file).get("num_envs").intValue()).isEqualTo(4);
  }

  @Test
  void namesTheLineOfALog() {
    Path file = Path.of("metrics.jsonl");
    String whole = "{\"schema_version\": 1, \"a\": 1, \"later\": 2}";
    assertThat(readLine(file, whole)).isEqualTo(new Line(1, 1));
    assertRefused(file, "null", "line 2: not a JSON object");
    assertRefused(
        file, "{\"a\": 1", "line 2: not JSON, column 8: it ends in the middle of a value");
    assertRefused(file, whole.replace("2}", "1e999}"), "line 2: later: the number is too large");
    assertRefused(file, whole.replace("a\": 1", "a\": \"x\""), "line 2: a: required: a number");
    assertRefused(file, whole.replace("\"a\"", "\"b\""), "line 2: a is missing");
    assertRefused(file, whole.replace("n\": 1", "n\": 2"), "schema_version=2, this Stride reads 1");
  }

  private static void assertRefused(Path file, String line, String complaint) {
    assertThatThrownBy(() -> readLine(file, line))
        .isInstanceOf(FileException.class)
        .hasMessage(file + ": " + complaint);
  }

  private static Line readLine(Path file, String line) {
    return JsonText.readLine(file, 2, line, 1, Line.class);
  }
}
