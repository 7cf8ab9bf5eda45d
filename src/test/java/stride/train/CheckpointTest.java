package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.files.AtomicFile;
import stride.files.JsonText;
import stride.memory.Slab;

class CheckpointTest {
  private static final CheckpointInfo INFO =
      new CheckpointInfo("fake", "Fake-v0", 7, 12, 3072, 99.5, 10, null, null);

  private final FakeLearner learner = new FakeLearner(new FakeClock());
  @TempDir Path temp;

  @AfterEach
  void free() {
    learner.close();
  }

  private Path written() {
    learner.iterate(0.5);
    Path file = temp.resolve("a.safetensors");
    Checkpoint.write(file, INFO, learner.state());
    return file;
  }

  private static void assertRefused(Path file, String reason) {
    assertRefused(CheckpointException.class, file, reason);
  }

  private static void assertRefused(Class<?> type, Path file, String reason) {
    assertThatThrownBy(() -> Checkpoint.read(file).close())
        .isInstanceOf(type)
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(reason)
        .message()
        .hasLineCount(1);
  }

  private static String header(byte[] bytes) {
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    return new String(bytes, 8, length, StandardCharsets.UTF_8);
  }

  /** The file with another header, everything else as it was. */
  private static Path withHeader(Path file, String header) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int dataAt = 8 + header(bytes).getBytes(StandardCharsets.UTF_8).length;
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer changed =
        ByteBuffer.allocate(8 + text.length + bytes.length - dataAt)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(text.length)
            .put(text)
            .put(bytes, dataAt, bytes.length - dataAt);
    return Files.write(file, changed.array());
  }

  private static Path replaceInHeader(Path file, String from, String to) throws IOException {
    String header = header(Files.readAllBytes(file));
    assertThat(header).contains(from);
    return withHeader(file, header.replace(from, to));
  }

  @Test
  void readsWhatWasWrittenBitForBit() {
    Path file = written();
    try (Checkpoint checkpoint = Checkpoint.read(file)) {
      assertThat(checkpoint.info()).isEqualTo(INFO);
      SequencedMap<String, Slab> state = learner.state();
      assertThat(checkpoint.slabs().keySet()).containsExactlyElementsOf(state.keySet());
      checkpoint
          .slabs()
          .forEach((name, slab) -> assertThat(slab.sameBits(state.get(name))).isTrue());
    }
  }

  @Test
  void isASafetensorsFile() throws IOException {
    byte[] bytes = Files.readAllBytes(written());
    String text = header(bytes);
    assertThat(text.getBytes(StandardCharsets.UTF_8).length % 8).isZero();
    JsonNode header = JsonText.parse(text);
    assertThat(header.at("/__metadata__/schema_version").textValue()).isEqualTo("1");
    assertThat(header.at("/__metadata__/env_steps").textValue()).isEqualTo("3072");
    assertThat(header.get("policy.weight").toString())
        .isEqualTo("{\"dtype\":\"F32\",\"shape\":[10,100],\"data_offsets\":[0,4000]}");
    assertThat(header.get("iteration").toString())
        .isEqualTo("{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[12000,12008]}");
    assertThat(Stream.of("adam \"m\" µ", "elapsed", "flags").map(n -> header.get(n).get("dtype")))
        .extracting(JsonNode::textValue)
        .containsExactly("F64", "I32", "U8");
    int dataAt = 8 + text.getBytes(StandardCharsets.UTF_8).length;
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(data.getLong(dataAt + 12000)).isEqualTo(1);
    assertThat(bytes).hasSize(dataAt + 12000 + 8 + 12 + 3 + 8 * 201);
  }

  @Test
  void equalStatesGiveEqualFiles() throws IOException {
    Path first = written();
    Path second = temp.resolve("b.safetensors");
    Checkpoint.write(second, INFO, learner.state());
    assertThat(second).hasSameBinaryContentAs(first);
    learner.iterate(0);
    Checkpoint.write(second, INFO, learner.state());
    assertThat(Files.mismatch(first, second)).isNotNegative();
  }

  @Test
  void noticesEveryFlippedBit() throws IOException {
    Path file = written();
    byte[] bytes = Files.readAllBytes(file);
    int headerEnd = 8 + header(bytes).getBytes(StandardCharsets.UTF_8).length;
    for (int at = 0; at < bytes.length; at += at < headerEnd ? 1 : 97) {
      byte[] flipped = bytes.clone();
      flipped[at] ^= (byte) (1 << at % 8);
      Files.write(file, flipped);
      assertRefused(TrainException.class, file, ""); // it may say that it is of another version
    }
  }

  @Test
  void noticesEveryTruncation() throws IOException {
    Path file = written();
    byte[] bytes = Files.readAllBytes(file);
    for (int length = 0; length < bytes.length; length += length < 2000 ? 1 : 101) {
      Files.write(file, Arrays.copyOf(bytes, length));
      assertRefused(file, "truncated");
    }
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
    assertRefused(file, "corrupt");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "short", "a text that is somewhat longer than a header's length"})
  void refusesForeignFiles(String content) throws IOException {
    assertRefused(Files.writeString(temp.resolve("foreign"), content), "");
  }

  @Test
  void refusesMissingFilesAndFolders() {
    Path missing = temp.resolve("missing.safetensors");
    assertNotDamaged(missing, "cannot read: no such file or folder");
    assertNotDamaged(temp, "cannot read: ");
  }

  @Test
  void refusesSafetensorsOfOthers() throws IOException {
    Path file = written();
    withHeader(file, "{\"x\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}");
    assertRefused(file, "not a checkpoint of Stride");
    withHeader(file, "{\"__metadata__\":{\"format\":\"pt\"}}");
    assertRefused(file, "not a checkpoint of Stride");
    withHeader(file, "[1, 2]");
    assertRefused(file, "not a checkpoint of Stride");
  }

  @Test
  void refusesOtherVersions() throws IOException {
    Path file = replaceInHeader(written(), "\"schema_version\":\"1\"", "\"schema_version\":\"2\"");
    assertNotDamaged(file, "schema_version=2, this Stride reads 1");
  }

  /** Nobody goes back before what may be sound. */
  private static void assertNotDamaged(Path file, String reason) {
    assertRefused(TrainException.class, file, reason);
    assertThatThrownBy(() -> Checkpoint.read(file).close())
        .isNotInstanceOf(CheckpointException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          [10,100]                     | [10,101]                     | data_offsets
          [10,100]                     | [1000000000,1000000]         | data_offsets
          [10,100]                     | [4000000000,400000000000000] | at most 2^63 - 1 elements
          [10,100]                     | [9223372036854775807]        | at most 2^63 - 1
          [10,100]                     | [-10,-100]                   | shape
          [10,100]                     | [0]                          | shape
          [10,100]                     | [1e3]                        | shape
          [10,100]                     | 1000                         | shape
          F64                          | F16                          | dtype=F16
          [0,4000]                     | [4000,0]                     | data_offsets
          [0,4000]                     | [8,4008]                     | data_offsets
          [0,4000]                     | [0]                          | data_offsets
          [0,4000]                     | [0,4000.0]                   | data_offsets
          "iteration":"12"             | "iteration":"13"             | not what was written
          "iteration":"12"             | "iteration":"x"              | a number
          "algo":"fake"                | "algo2":"fake"               | no algo
          "sha256"                     | "sha255"                     | no digest
          "flags"                      | "elapsed"                    | no JSON
          """)
  void refusesWrongHeaders(String from, String to, String reason) throws IOException {
    assertRefused(replaceInHeader(written(), from, to), reason);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1, 1L << 20, 1L << 30, 1L << 40, Long.MAX_VALUE, Long.MIN_VALUE})
  void believesNoHeaderLength(long length) throws IOException {
    Path file = written();
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    Files.write(file, bytes);
    assertRefused(file, "");
  }

  @Test
  void allocatesNothingForAnEndlessShape() throws IOException {
    // 2^50 bytes, contiguous and consistent, but not in the file
    Path file = written();
    String header =
        """
        {"__metadata__":{"schema_version":"1","sha256":"%s"},\
        "x":{"dtype":"U8","shape":[%d],"data_offsets":[0,%<d]}}"""
            .formatted("a".repeat(64), 1L << 50);
    withHeader(file, header);
    assertRefused(file, "truncated");
  }

  @Test
  void aFullDiskLeavesTheOldFileAndNoPart() throws IOException {
    Path file = written();
    byte[] before = Files.readAllBytes(file);
    learner.iterate(0);
    AtomicFile.Disk full =
        part -> {
          Files.writeString(part, "the first bytes");
          return FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
        };
    assertThatThrownBy(() -> Checkpoint.write(file, INFO, learner.state(), full))
        .isInstanceOf(CheckpointException.class)
        .hasMessage(file + ": cannot write: No space left on device");
    assertThat(file).hasBinaryContent(before);
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void closesTwiceAndFreesItsSlabs() {
    Checkpoint checkpoint = Checkpoint.read(written());
    Map.Entry<String, Slab> first = checkpoint.slabs().firstEntry();
    checkpoint.close();
    checkpoint.close();
    assertThatThrownBy(() -> first.getValue().clear()).isInstanceOf(IllegalStateException.class);
  }
}
