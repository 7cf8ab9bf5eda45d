package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {
  @TempDir Path temp;

  private record Inner(Double rolloutShare, List<String> stageNames) {}

  private record Outer(int schemaVersion, double p50, Inner bestRow) {}

  private static final Outer VALUE =
      new Outer(1, 2.5, new Inner(null, List.of("policy", "two\nlines")));

  @Test
  void printsOneLineInSnakeCase() {
    assertThat(JsonText.line(VALUE))
        .isEqualTo(
            "{\"schema_version\":1,\"p50\":2.5,\"best_row\":{\"rollout_share\":null,"
                + "\"stage_names\":[\"policy\",\"two\\nlines\"]}}");
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
        .isInstanceOf(TrainException.class)
        .hasMessage(file + " does not exist");
  }

  @Test
  void namesAFolder() {
    assertThatThrownBy(() -> JsonText.read(temp, Outer.class))
        .isInstanceOf(TrainException.class)
        .hasMessageStartingWith("cannot read " + temp + ": ");
  }

  @Test
  void namesAFileThatIsNoText() throws IOException {
    byte[] noText = "\u00ff".getBytes(StandardCharsets.ISO_8859_1);
    Path file = Files.write(temp.resolve("value.json"), noText);
    assertThatThrownBy(() -> JsonText.read(file, Outer.class))
        .isInstanceOf(TrainException.class)
        .hasMessage(file + ": not text in UTF-8");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{", "no JSON", "[1, 2]", "{\"p50\": \"fast\"}", "{\"p51\": 1}"})
  void namesAFileOfAnotherForm(String text) throws IOException {
    Path file = Files.writeString(temp.resolve("value.json"), text);
    assertThatThrownBy(() -> JsonText.read(file, Outer.class))
        .isInstanceOf(TrainException.class)
        .hasMessageStartingWith(file + ": ")
        .message()
        .hasLineCount(1);
  }
}
