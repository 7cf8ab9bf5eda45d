package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import stride.learn.Backends;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

@Tag("vector")
final class StackFramesTest {
  private Arena arena;

  @BeforeEach
  void open() {
    arena = Arena.ofConfined();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @EnumSource(
      value = Backend.class,
      names = {"REFERENCE", "CPU"})
  void everyByteIsDividedBy255(Backend backend) {
    ByteSlab frame = ByteSlab.allocate(arena, 256);
    for (int value = 0; value < 256; value++) {
      frame.set(value, (byte) value);
    }
    FloatSlab out = FloatSlab.allocate(arena, 1 + 256);
    Backends.kernels(backend).stackFrames(new ByteSlab[] {frame}, new long[] {0}, 256, out, 1);
    assertThat(out.get(0)).isZero();
    for (int value = 0; value < 256; value++) {
      assertThat(out.get(1 + value)).isEqualTo(value / 255f);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 7056", "2, 7056", "4, 7056", "4, 1024", "4, 35", "3, 20", "4, 5"})
  void theTwinsAgree(int history, int pixels) {
    ByteSlab frames = ByteSlab.allocate(arena, 10L * pixels + 3);
    RandomStream random = new RandomStream(1, Purpose.BENCHMARK);
    for (long i = 0; i < frames.length(); i++) {
      frames.set(i, (byte) random.nextInt());
    }
    ByteSlab[] slabs = new ByteSlab[history];
    long[] offsets = new long[history];
    for (int h = 0; h < history; h++) {
      slabs[h] = frames;
      offsets[h] = 3 + (long) (h * 7 % 10) * pixels;
    }
    FloatSlab want = FloatSlab.allocate(arena, (long) pixels * history);
    FloatSlab got = FloatSlab.allocate(arena, (long) pixels * history);
    Backends.kernels(Backend.REFERENCE).stackFrames(slabs, offsets, pixels, want, 0);
    Backends.kernels(Backend.CPU).stackFrames(slabs, offsets, pixels, got, 0);
    assertThat(got.sameBits(want)).isTrue();
    assertThat(want.get((long) pixels * history - 1))
        .isEqualTo(Byte.toUnsignedInt(frames.get(offsets[history - 1] + pixels - 1)) / 255f);
  }

  @Test
  void slabsThatAreTooShortAreRefused() {
    Kernels kernels = Backends.kernels(Backend.CPU);
    ByteSlab[] frames = {ByteSlab.allocate(arena, 31)};
    FloatSlab out = FloatSlab.allocate(arena, 32);
    assertThatThrownBy(() -> kernels.stackFrames(frames, new long[] {0}, 32, out, 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> kernels.stackFrames(frames, new long[] {0}, 16, out, 17))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }
}
