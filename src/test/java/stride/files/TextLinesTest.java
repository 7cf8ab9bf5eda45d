package stride.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import org.junit.jupiter.api.Test;

class TextLinesTest {
  private static TextLines lines(String text) {
    return new TextLines(new ByteArrayInputStream(text.getBytes(UTF_8)), 8);
  }

  @Test
  void knowsWhereItIs() throws IOException {
    try (TextLines lines = lines("one\n\n\u00e9\nhalf")) {
      assertThat(lines.next()).isEqualTo("one");
      assertThat(lines.next()).isEmpty();
      assertThat(lines.next()).isEqualTo("\u00e9");
      assertThat(lines.position()).isEqualTo(8);
      assertThat(lines.isWhole()).isTrue();
      assertThat(lines.next()).isEqualTo("half");
      assertThat(lines.isWhole()).isFalse();
      assertThat(lines.number()).isEqualTo(4);
      assertThat(lines.next()).isNull();
      assertThat(lines.number()).isEqualTo(4);
    }
  }

  @Test
  void refusesALineThatIsTooLong() throws IOException {
    try (TextLines lines = lines("12345678\n123456789\n")) {
      assertThat(lines.next()).isEqualTo("12345678");
      assertThatThrownBy(lines::next)
          .isInstanceOf(TextLines.TooLongException.class)
          .hasMessage("a line of more than 8 bytes");
    }
  }

  @Test
  void refusesWhatIsNoText() throws IOException {
    byte[] bytes = {(byte) 0xff, '\n'};
    try (TextLines lines = new TextLines(new ByteArrayInputStream(bytes), 8)) {
      assertThatThrownBy(lines::next).isInstanceOf(CharacterCodingException.class);
    }
  }
}
