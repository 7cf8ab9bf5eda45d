package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.files.FileException;

class MetricsLogTest {
  private static final String TWO = "{\"iteration\":1}\n{\"iteration\":2}\n";

  @TempDir Path temp;

  private String reopened(String content, long lastIteration) throws IOException {
    Path file = Files.writeString(temp.resolve("metrics.jsonl"), content);
    try (MetricsLog log = MetricsLog.open(file, lastIteration)) {
      log.add(Map.of("iteration", lastIteration + 1));
      log.sync();
    }
    return Files.readString(file);
  }

  @Test
  void isCutBackToTheCheckpoint() throws IOException {
    assertThat(reopened(TWO + "{\"iteration\":3}\n", 2)).isEqualTo(TWO + "{\"iteration\":3}\n");
    assertThat(reopened(TWO, 0)).isEqualTo("{\"iteration\":1}\n");
    assertThat(reopened(TWO, 2)).isEqualTo(TWO + "{\"iteration\":3}\n");
    assertThat(reopened("", 0)).isEqualTo("{\"iteration\":1}\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"iter",
        "{\"iteration\":3}",
        "\0\0\0\0\n",
        "x\n",
        "\n",
        "{}\n",
        "null\n",
        "{\"iteration\":0}\n",
        "{\"iteration\":3}x\n"
      })
  void cutsWhatAKilledProcessLeft(String rest) throws IOException {
    assertThat(reopened(TWO + rest, 5)).isEqualTo(TWO + "{\"iteration\":6}\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "{\"iteration\":", "\0\0", "{}", ""})
  void losesNoLinesThatFollowADamagedOne(String line) throws IOException {
    Path file = temp.resolve("metrics.jsonl");
    String lines = TWO.replaceFirst("\n", "\n" + line + "\n");
    assertThatThrownBy(() -> reopened(lines, 5))
        .isInstanceOf(FileException.class)
        .hasMessage(
            file
                + ": line 2 is damaged, and whole lines follow it, which would be lost: mend it or"
                + " delete it");
    assertThat(file).hasContent(lines);
    assertThat(reopened(lines, 1)).isEqualTo("{\"iteration\":1}\n{\"iteration\":2}\n");
  }

  @Test
  void refusesLinesOfAnotherVersion() throws IOException {
    String lines =
        "{\"schema_version\":1,\"iteration\":1}\n{\"schema_version\":2,\"iteration\":2}\n";
    Path file = temp.resolve("metrics.jsonl");
    assertThatThrownBy(() -> reopened(lines, 5))
        .isInstanceOf(FileException.class)
        .hasMessage(file + ": schema_version=2, this Stride reads 1");
    assertThat(file).hasContent(lines);
  }

  @Test
  void aFullDiskIsOneClearLine() {
    try (MetricsLog log = MetricsLog.open(temp.resolve("metrics.jsonl"), 0)) {
      assertThat(log).isNotNull();
    }
    assertThatThrownBy(() -> addTo(Path.of("/dev/full")))
        .isInstanceOf(FileException.class)
        .hasMessage("cannot write /dev/full: No space left on device");
    assertThatThrownBy(() -> addTo(temp))
        .isInstanceOf(FileException.class)
        .hasMessage("cannot write " + temp + ": Is a directory");
  }

  private static void addTo(Path file) {
    try (MetricsLog log = MetricsLog.open(file, -1)) {
      log.add(Map.of("iteration", 1));
    }
  }
}
