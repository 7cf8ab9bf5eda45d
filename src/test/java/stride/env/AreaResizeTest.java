package stride.env;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.memory.ByteSlab;
import stride.nn.Golden;

/** Is a screen reduced as OpenCV reduces it? */
class AreaResizeTest {
  private static final int HEIGHT = 210;
  private static final int WIDTH = 160;

  @ParameterizedTest
  @ValueSource(ints = {84, 32})
  void agreesWithOpenCvInEveryBit(int size) {
    for (JsonNode golden : Golden.values("resize")) {
      final int salt = golden.get("salt").asInt();
      try (Arena arena = Arena.ofConfined()) {
        final ByteSlab picture = ByteSlab.allocate(arena, HEIGHT, WIDTH);
        for (int y = 0; y < HEIGHT; y++) {
          for (int x = 0; x < WIDTH; x++) {
            final int value = 31 * y + 17 * x + (y * x + salt) % 97;
            picture.set((long) y * WIDTH + x, (byte) value);
          }
        }
        final double[] expected = Golden.doubles(golden.get("to" + size));
        final ByteSlab out = ByteSlab.allocate(arena, 3 + size * size + 1);
        out.fill((byte) 77);
        new AreaResize(HEIGHT, WIDTH, size).resize(picture, out, 3);
        for (int k = 0; k < size * size; k++) {
          assertThat(out.get(3 + k) & 0xFF).as("pixel %d", k).isEqualTo((int) expected[k]);
        }
        assertThat(out.get(2)).isEqualTo((byte) 77);
        assertThat(out.get(3 + size * size)).isEqualTo((byte) 77);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"84, 0", "84, 1", "84, 127", "84, 128", "84, 255", "32, 255", "32, 200"})
  void leavesOneColourAsItIs(int size, int colour) {
    try (Arena arena = Arena.ofConfined()) {
      final ByteSlab picture = ByteSlab.allocate(arena, HEIGHT, WIDTH);
      picture.fill((byte) colour);
      final ByteSlab out = ByteSlab.allocate(arena, size, size);
      new AreaResize(HEIGHT, WIDTH, size).resize(picture, out, 0);
      for (byte pixel : out.toArray()) {
        assertThat(pixel & 0xFF).isEqualTo(colour);
      }
    }
  }

  /** Of whole squares the mean, halves to the even number. */
  @ParameterizedTest
  @CsvSource({"0, 1, 0", "1, 2, 2", "2, 3, 2", "3, 4, 4", "254, 255, 254"})
  void halvesGoToTheEvenNumber(int left, int right, int mean) {
    try (Arena arena = Arena.ofConfined()) {
      final ByteSlab picture = ByteSlab.allocate(arena, 4, 4);
      for (int k = 0; k < 16; k++) {
        picture.set(k, (byte) (k % 2 == 0 ? left : right));
      }
      final ByteSlab out = ByteSlab.allocate(arena, 2, 2);
      new AreaResize(4, 4, 2).resize(picture, out, 0);
      for (byte pixel : out.toArray()) {
        assertThat(pixel & 0xFF).isEqualTo(mean);
      }
    }
  }
}
