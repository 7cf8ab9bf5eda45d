package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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
import stride.Python;

class EventLogTest {
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
    try (EventLog log = EventLog.create(temp, 0)) {
      log.add(1, Map.of("a", 1.0));
      log.add(127, Map.of());
      log.add(5_000_000_000L, scalars);
    }
    assertThat(only().getFileName().toString()).contains("tfevents");
    List<EventFile.Event> events = EventFile.read(only());
    assertThat(events).hasSize(4);
    assertThat(events.getFirst().fileVersion()).isEqualTo("brain.Event:2");
    assertThat(events.get(1)).isEqualTo(scalars(1, Map.of("a", 1f)));
    assertThat(events.get(2)).isEqualTo(scalars(127, Map.of()));
    Map<String, Float> last = events.get(3).scalars();
    assertThat(events.get(3).step()).isEqualTo(5_000_000_000L);
    assertThat(last.keySet()).containsExactlyElementsOf(scalars.keySet());
    assertThat(last.values()).containsExactly(44_000f, -0.125f, Float.NaN);
  }

  private static EventFile.Event scalars(long step, Map<String, Float> scalars) {
    return new EventFile.Event(step, null, scalars, false);
  }

  @Test
  void theParsersChecksumIsCrc32c() {
    // the check value that every catalogue of checksums gives for these digits
    byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
    assertThat(EventFile.maskedCrc(digits))
        .isEqualTo(Integer.rotateRight(0xE3069283, 15) + 0xA282EAD8);
  }

  @Test
  void tellsOfARestart() throws IOException {
    try (EventLog log = EventLog.create(temp, 1024)) {
      log.add(1280, Map.of("a", 2.0));
    }
    List<EventFile.Event> events = EventFile.read(only());
    assertThat(events)
        .extracting(EventFile.Event::sessionStart)
        .containsExactly(false, true, false);
    assertThat(events).extracting(EventFile.Event::step).containsExactly(0L, 1025L, 1280L);
  }

  @Test
  void tensorBoardReadsARunThatWasResumed() throws IOException, InterruptedException {
    Path run = Files.createDirectory(temp.resolve("run"));
    try (EventLog log = EventLog.create(run, 0)) {
      log.add(128, Map.of("charts/SPS", 44_000.0, "losses/ä€𝄞", -0.125));
      log.add(5_000_000_000L, Map.of("charts/SPS", 45_000.0));
      log.add(5_000_000_128L, Map.of("charts/SPS", 1.0)); // beyond the last checkpoint
    }
    try (EventLog log = EventLog.create(run, 5_000_000_000L)) {
      log.add(5_000_000_128L, Map.of("charts/SPS", 46_000.0));
    }
    JsonNode scalars = new ObjectMapper().readTree(Python.run(temp, "read_events.py", run));
    assertThat(scalars.properties())
        .extracting(Map.Entry::getKey, its -> its.getValue().toString())
        .containsExactlyInAnyOrder(
            tuple("charts/SPS", "[[128,44000.0],[5000000000,45000.0],[5000000128,46000.0]]"),
            tuple("losses/ä€𝄞", "[[128,-0.125]]"));
  }

  @Test
  void takesTheNextFreeName() throws IOException {
    for (int k = 0; k < 3; k++) {
      EventLog.create(temp, 0).close();
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
          .isInstanceOf(TrainException.class)
          .hasMessage("cannot write /dev/full: No space left on device");
    }
    assertThatThrownBy(() -> EventLog.create(temp.resolve("missing"), 0))
        .isInstanceOf(TrainException.class)
        .hasMessageStartingWith("cannot write ");
  }
}
