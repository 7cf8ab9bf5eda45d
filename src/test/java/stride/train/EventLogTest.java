package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.Python;
import stride.files.FileException;
import stride.files.JsonText;

class EventLogTest {
  private static final String TABLE_TAG = "hyperparameters/text_summary";

  // as CleanRL writes it, but for the bar within a value
  private static final String TABLE = "|param|value|\n|-|-|\n|task|a\\|b|\n|hidden|[64,64]|";

  private static final SequencedMap<String, String> OPTIONS = new LinkedHashMap<>();

  static {
    OPTIONS.put("task", "a|b");
    OPTIONS.put("hidden", "[64,64]");
  }

  @TempDir Path temp;

  private Path only() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.findFirst().orElseThrow();
    }
  }

  @Test
  void writesScalarsThatAnIndependentParserReads() throws IOException {
    SequencedMap<String, Double> scalars = new LinkedHashMap<>();
    scalars.put("charts/SPS", 44_000.0);
    scalars.put("losses/ä€𝄞", -0.125);
    scalars.put("x".repeat(300), Double.NaN);
    try (EventLog log = EventLog.create(temp, OPTIONS)) {
      log.add(1, Map.of("a", 1.0));
      log.add(127, Map.of());
      log.add(5_000_000_000L, scalars);
    }
    assertThat(only().getFileName().toString()).contains("tfevents");
    List<EventFile.Event> events = EventFile.read(only());
    assertThat(events).hasSize(5);
    assertThat(events.getFirst().fileVersion()).isEqualTo("brain.Event:2");
    assertThat(events.get(1).step()).isZero();
    assertThat(events.get(1).texts()).containsExactly(entry(TABLE_TAG, TABLE));
    assertThat(events.get(2)).isEqualTo(scalars(1, Map.of("a", 1f)));
    assertThat(events.get(3)).isEqualTo(scalars(127, Map.of()));
    Map<String, Float> last = events.get(4).scalars();
    assertThat(events.get(4).step()).isEqualTo(5_000_000_000L);
    assertThat(last.keySet()).containsExactlyElementsOf(scalars.keySet());
    assertThat(last.values()).containsExactly(44_000f, -0.125f, Float.NaN);
  }

  private static EventFile.Event scalars(long step, Map<String, Float> scalars) {
    return new EventFile.Event(step, null, scalars, Map.of(), false);
  }

  @Test
  void theParsersChecksumIsCrc32c() {
    // the check value that every catalogue of checksums gives for these digits
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(EventFile.maskedCrc(digits))
        .isEqualTo(Integer.rotateRight(0xE3069283, 15) + 0xA282EAD8);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1024})
  void tellsOfARestart(long done) throws IOException {
    try (EventLog log = EventLog.resume(temp, done)) {
      log.add(1280, Map.of("a", 2.0));
    }
    List<EventFile.Event> events = EventFile.read(only());
    assertThat(events)
        .extracting(EventFile.Event::sessionStart)
        .containsExactly(false, true, false);
    assertThat(events).extracting(EventFile.Event::step).containsExactly(0L, done + 1, 1280L);
  }

  @Test
  void tensorBoardReadsARunThatWasResumed() throws IOException, InterruptedException {
    Path run = Files.createDirectory(temp.resolve("run"));
    try (EventLog log = EventLog.create(run, OPTIONS)) {
      log.add(128, Map.of("charts/SPS", 44_000.0, "losses/ä€𝄞", -0.125));
      log.add(5_000_000_000L, Map.of("charts/SPS", 45_000.0));
      log.add(5_000_000_128L, Map.of("charts/SPS", 1.0)); // beyond the last checkpoint
    }
    try (EventLog log = EventLog.resume(run, 5_000_000_000L)) {
      log.add(5_000_000_128L, Map.of("charts/SPS", 46_000.0));
    }
    JsonNode read = read(run);
    assertThat(read.get("scalars").properties())
        .extracting(Map.Entry::getKey, its -> its.getValue().toString())
        .containsExactlyInAnyOrder(
            tuple("charts/SPS", "[[128,44000.0],[5000000000,45000.0],[5000000128,46000.0]]"),
            tuple("losses/ä€𝄞", "[[128,-0.125]]"));
    assertThat(read.get("texts").toString())
        .isEqualTo(JsonText.line(Map.of(TABLE_TAG, List.of(List.of(0, TABLE)))));
  }

  @Test
  void tensorBoardShowsStepsOnceAfterARestartFromTheBeginning()
      throws IOException, InterruptedException {
    Path run = Files.createDirectory(temp.resolve("run"));
    try (EventLog log = EventLog.create(run, OPTIONS)) {
      log.add(64, Map.of("charts/SPS", 1.0));
      log.add(128, Map.of("charts/SPS", 2.0)); // killed before the first checkpoint after it
    }
    try (EventLog log = EventLog.resume(run, 0)) {
      log.add(64, Map.of("charts/SPS", 3.0));
    }
    JsonNode read = read(run);
    assertThat(read.at("/scalars/charts~1SPS").toString()).isEqualTo("[[64,3.0]]");
    assertThat(read.get("texts").properties()).as("the table stays").hasSize(1);
  }

  private JsonNode read(Path run) throws IOException, InterruptedException {
    return new ObjectMapper().readTree(Python.run(temp, "read_events.py", run));
  }

  @Test
  void takesTheNextFreeName() throws IOException {
    for (int k = 0; k < 3; k++) {
      EventLog.resume(temp, 0).close();
    }
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).hasSize(3);
    }
  }

  @Test
  void aFullDiskIsOneClearLine() throws IOException {
    Path full = Path.of("/dev/full");
    try (EventLog log = EventLog.open(full, StandardOpenOption.WRITE)) {
      assertThatThrownBy(() -> log.add(1, Map.of("a", 1.0)))
          .isInstanceOf(FileException.class)
          .hasMessage("cannot write /dev/full: No space left on device");
    }
    assertThatThrownBy(() -> EventLog.resume(temp.resolve("missing"), 0))
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith("cannot write ");
  }
}
