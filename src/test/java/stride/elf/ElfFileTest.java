package stride.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.mujoco.Mujoco;

/** Is a library that the loader would die of refused, and any other not? */
final class ElfFileTest {
  private static final Path HOME = Path.of(System.getProperty("stride.home"));

  @TempDir Path folder;
  private byte[] whole;

  @BeforeEach
  void readALibrary() throws IOException {
    try (InputStream file =
        ElfFile.class.getResourceAsStream("/lib/libJNvrtc-12.6.0-linux-x86_64.so")) {
      whole = file.readAllBytes();
    }
  }

  private String damage(byte[] content) throws IOException {
    return ElfFile.damage(Files.write(folder.resolve("library.so"), content)).orElse("");
  }

  private ByteBuffer edit() {
    return ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "build/native/libstride_mujoco.so",
        "build/emulation/libcuda.so.1",
        "build/emulation/libcublas.so.12",
        "build/fetched/cuda/nvrtc/lib/libnvrtc.so.12",
        "/lib/x86_64-linux-gnu/libm.so.6",
        "/lib/x86_64-linux-gnu/libc.so.6",
      })
  void wholeLibrariesMayBeLoaded(String library) {
    Path file = HOME.resolve(library);
    assumeTrue(Files.exists(file), "no " + file);
    assertThat(ElfFile.damage(file)).isEmpty();
  }

  @Test
  void mujocoMayBeLoaded() {
    assertThat(ElfFile.damage(Mujoco.library())).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 25, 50, 75, 90, 99})
  void aLibraryThatIsCutIsRefused(int percent) throws IOException {
    for (Path library :
        List.of(Mujoco.library(), HOME.resolve("build/native/libstride_mujoco.so"))) {
      byte[] all = Files.readAllBytes(library);
      int length = (int) ((long) all.length * percent / 100);
      assertThat(damage(Arrays.copyOf(all, length)))
          .as(library.toString())
          .startsWith("cut short: bytes=" + length + ", required: >= ");
    }
  }

  /** The table of sections is the last part of a file that a linker wrote. */
  @Test
  void aLibraryWithoutItsLastByteIsRefused() throws IOException {
    assertThat(damage(whole)).isEmpty();
    assertThat(damage(Arrays.copyOf(whole, whole.length - 1)))
        .isEqualTo("cut short: bytes=%d, required: >= %d", whole.length - 1, whole.length);
  }

  /** Sections are for debuggers, and strip may leave none; what is loaded counts by itself. */
  @Test
  void withoutSectionsWhatIsLoadedCounts() throws IOException {
    edit().putLong(40, 0).putShort(60, (short) 0);
    assertThat(damage(whole)).isEmpty();
    assertThat(damage(Arrays.copyOf(whole, whole.length / 2))).startsWith("cut short: ");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 5})
  void aFileTooShortToBeAnything(int bytes) throws IOException {
    assertThat(damage(Arrays.copyOf(whole, bytes))).isEqualTo("damaged, or for another machine");
  }

  @ParameterizedTest
  @ValueSource(ints = {6, 20, 63})
  void aFileOfLessThanAHeader(int bytes) throws IOException {
    assertThat(damage(Arrays.copyOf(whole, bytes)))
        .isEqualTo("cut short: bytes=%d, required: >= 64", bytes);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0", // magic
    "4, 1", // 32-bit
    "5, 2", // most significant byte first
    "16, 2", // a program
    "18, 183", // AArch64
    "54, 32", // another size of program headers
  })
  void anotherKindOfFile(int offset, int value) throws IOException {
    whole[offset] = (byte) value;
    assertThat(damage(whole)).isEqualTo("damaged, or for another machine");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 100})
  void headersThatPointNowhere(long offset) throws IOException {
    String reason = "damaged: its headers point outside of any file";
    for (int table : new int[] {32, 40}) {
      long before = edit().getLong(table);
      edit().putLong(table, offset);
      assertThat(damage(whole)).isEqualTo(reason);
      edit().putLong(table, before);
    }
    int loaded = 64; // the first program header, of what is loaded
    assertThat(edit().getInt(loaded)).isEqualTo(1);
    edit().putLong(loaded + 8, offset);
    assertThat(damage(whole)).isEqualTo(reason);
  }

  /** Whatever a header says, the answer is a line, never an exception. */
  @Test
  void anyHeaderIsAnswered() throws IOException {
    SplittableRandom random = new SplittableRandom(1);
    for (int k = 0; k < 2_000; k++) {
      byte[] edited = Arrays.copyOf(whole, 2_000);
      for (int change = 0; change < 3; change++) {
        edited[16 + random.nextInt(400)] = (byte) random.nextInt();
      }
      assertThat(damage(edited)).isNotEmpty().doesNotContain("\n");
    }
  }

  @Test
  void aFileThatIsNotThereOrAFolder() {
    assertThat(ElfFile.damage(folder.resolve("none.so")))
        .hasValue("cannot be read: NoSuchFileException");
    assertThat(ElfFile.damage(folder)).hasValueSatisfying(it -> assertThat(it).isNotEmpty());
  }
}
