package stride.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** On the library it is for, which the class path has; LibrariesTest loads the result. */
final class ElfNamesTest {
  private static byte[] jnvrtc() throws IOException {
    try (InputStream file =
        ElfNames.class.getResourceAsStream("/lib/libJNvrtc-12.6.0-linux-x86_64.so")) {
      assertThat(file).isNotNull();
      return file.readAllBytes();
    }
  }

  private static int count(byte[] image, String text) {
    String bytes = new String(image, StandardCharsets.ISO_8859_1);
    return bytes.split(Pattern.quote(text), -1).length - 1;
  }

  @Test
  void changesTheNameAndItsHashAndNothingElse() throws IOException {
    byte[] before = jnvrtc();
    byte[] after = before.clone();
    ElfNames.rename(after, "libnvrtc.so.12", "libnvrtc.so.13");
    assertThat(count(before, "\0libnvrtc.so.12\0")).isPositive();
    assertThat(count(after, "\0libnvrtc.so.12\0")).isZero();
    int changed = 0;
    for (int i = 0; i < before.length; i++) {
      changed += before[i] == after[i] ? 0 : 1;
    }
    assertThat(changed).isEqualTo(2); // a digit of the name, a byte of the hash
    ElfNames.rename(after, "libnvrtc.so.13", "libnvrtc.so.12");
    assertThat(after).isEqualTo(before);
  }

  @Test
  void aNameThatIsNotThereChangesNothing() throws IOException {
    byte[] image = jnvrtc();
    ElfNames.rename(image, "libcublas.so.12", "libcublas.so.13");
    assertThat(image).isEqualTo(jnvrtc());
  }

  /** The value that the ELF specification's own function gives. */
  @Test
  void hashesAsTheLoaderDoes() {
    assertThat(ElfNames.hash("printf")).isEqualTo(0x077905a6);
    assertThat(ElfNames.hash("GLIBC_2.2.5")).isEqualTo(0x09691a75);
  }

  @Test
  void namesOfAnotherLengthAreRefused() {
    assertThatThrownBy(() -> ElfNames.rename(new byte[64], "libnvrtc.so.12", "libnvrtc.so"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
