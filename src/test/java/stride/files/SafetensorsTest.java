package stride.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;

class SafetensorsTest {
  private static final int VERSION = 1;

  private final Arena arena = Arena.ofConfined();
  private final SequencedMap<String, String> metadata =
      new LinkedHashMap<>(Map.of("iteration", "12"));
  private final SequencedMap<String, Slab> slabs = new LinkedHashMap<>();
  @TempDir Path temp;

  SafetensorsTest() {
    slabs.put("policy.weight", FloatSlab.allocate(arena, 10, 100));
    slabs.put("adam \"m\" µ", DoubleSlab.allocate(arena, 1000));
    slabs.put("iteration", LongSlab.allocate(arena));
    slabs.put("elapsed", IntSlab.allocate(arena, 3));
    slabs.put("flags", ByteSlab.allocate(arena, 3));
    fill(1);
  }

  /** Every byte of all slabs, differently for each seed. */
  private void fill(int seed) {
    for (Slab slab : slabs.values()) {
      ByteBuffer bytes = slab.segment().asByteBuffer();
      for (int k = 0; bytes.hasRemaining(); k++) {
        bytes.put((byte) (seed + 31 * k));
      }
    }
  }

  @AfterEach
  void free() {
    arena.close();
  }

  private void write(Path file) {
    write(file, AtomicFile.Disk.REAL);
  }

  private void write(Path file, AtomicFile.Disk disk) {
    Safetensors.write(file, disk, VERSION, metadata, slabs);
  }

  private Path written() {
    Path file = temp.resolve("a.safetensors");
    write(file);
    return file;
  }

  private static Safetensors read(Path file) {
    return Safetensors.read(file, VERSION);
  }

  private static void assertRefused(Path file, String reason) {
    assertRefused(DamagedFileException.class, file, reason);
  }

  private static void assertRefused(Class<?> type, Path file, String reason) {
    assertThatThrownBy(() -> read(file).close())
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
    try (Safetensors content = read(written())) {
      assertThat(content.metadata()).containsEntry("iteration", "12");
      assertThat(content.metadata().keySet())
          .containsExactly("schema_version", "iteration", "sha256");
      assertThat(content.slabs().keySet()).containsExactlyElementsOf(slabs.keySet());
      content.slabs().forEach((name, slab) -> assertThat(slab.sameBits(slabs.get(name))).isTrue());
    }
  }

  @Test
  void hasTheFormOfSafetensors() throws IOException {
    byte[] bytes = Files.readAllBytes(written());
    String text = header(bytes);
    assertThat(text.getBytes(StandardCharsets.UTF_8).length % 8).isZero();
    JsonNode header = JsonText.parse(text);
    assertThat(header.at("/__metadata__/schema_version").textValue()).isEqualTo("1");
    assertThat(header.get("policy.weight").toString())
        .isEqualTo("{\"dtype\":\"F32\",\"shape\":[10,100],\"data_offsets\":[0,4000]}");
    assertThat(header.get("iteration").toString())
        .isEqualTo("{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[12000,12008]}");
    assertThat(Stream.of("adam \"m\" µ", "elapsed", "flags").map(n -> header.get(n).get("dtype")))
        .extracting(JsonNode::textValue)
        .containsExactly("F64", "I32", "U8");
    int dataAt = 8 + text.getBytes(StandardCharsets.UTF_8).length;
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    assertThat(data.getLong(dataAt + 12000)).isEqualTo(((LongSlab) slabs.get("iteration")).get(0));
    assertThat(bytes).hasSize(dataAt + 12000 + 8 + 12 + 3);
  }

  @Test
  void equalContentsGiveEqualFiles() throws IOException {
    Path first = written();
    Path second = temp.resolve("b.safetensors");
    write(second);
    assertThat(second).hasSameBinaryContentAs(first);
    fill(2);
    write(second);
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
      assertRefused(FileException.class, file, ""); // it may say that it is of another version
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
    assertRefused(file, "not a file of Stride");
    withHeader(file, "{\"__metadata__\":{\"format\":\"pt\"}}");
    assertRefused(file, "not a file of Stride");
    withHeader(file, "[1, 2]");
    assertRefused(file, "not a file of Stride");
  }

  @Test
  void refusesOtherVersions() throws IOException {
    Path file = replaceInHeader(written(), "\"schema_version\":\"1\"", "\"schema_version\":\"2\"");
    assertNotDamaged(file, "schema_version=2, this Stride reads 1");
  }

  /** Nobody goes back before what may be sound. */
  private static void assertNotDamaged(Path file, String reason) {
    assertRefused(FileException.class, file, reason);
    assertThatThrownBy(() -> read(file).close()).isNotInstanceOf(DamagedFileException.class);
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
        "x":{"dtype":"U8","shape":[%d],"data_offsets":[0,%<d]}}\
        """
            .formatted("a".repeat(64), 1L << 50);
    withHeader(file, header);
    assertRefused(file, "truncated");
  }

  @Test
  void aFullDiskLeavesTheOldFileAndNoPart() throws IOException {
    Path file = written();
    byte[] before = Files.readAllBytes(file);
    fill(2);
    AtomicFile.Disk full =
        part -> {
          Files.writeString(part, "the first bytes");
          return FileChannel.open(Path.of("/dev/full"), StandardOpenOption.WRITE);
        };
    assertThatThrownBy(() -> write(file, full))
        .isInstanceOf(FileException.class)
        .hasMessage(file + ": cannot write: No space left on device");
    assertThat(file).hasBinaryContent(before);
    try (Stream<Path> files = Files.list(temp)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void closesTwiceAndFreesItsSlabs() {
    Safetensors content = read(written());
    Map.Entry<String, Slab> first = content.slabs().firstEntry();
    content.close();
    content.close();
    assertThatThrownBy(() -> first.getValue().clear()).isInstanceOf(IllegalStateException.class);
  }
}
