package stride.env;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import stride.memory.ByteSlab;

/**
 * Makes pictures of bytes smaller: each pixel is the mean of the area it covers, in every bit as
 * OpenCV's INTER_AREA has it. That is: in float; first along each row from left to right, then down
 * the rows; products are rounded before they are added; halves go to the even number.
 *
 * <p>Belongs to one thread; allocates nothing after construction.
 */
public final class AreaResize {
  private static final int BYTE = 0xFF;

  // the float of which a unit is the last bit: adding it rounds to whole numbers, halves to even
  private static final float WHOLE = 0x1p23f;

  private final int width; // of a picture
  private final int size; // of what becomes of it: as high as wide
  private final Axis across;
  private final Axis down;
  private final byte[] line; // [width] a row of the picture
  private final float[] means; // [size] of that row
  private final float[] sums; // [size] of rows

  /**
   * A resize of pictures.
   *
   * @param height of a picture, at least size
   * @param width of a picture, at least size
   * @param size height and width of what becomes of it
   */
  public AreaResize(int height, int width, int size) {
    this.width = width;
    this.size = size;
    this.across = Axis.of(width, size);
    this.down = Axis.of(height, size);
    this.line = new byte[width];
    this.means = new float[size];
    this.sums = new float[size];
  }

  /**
   * What each cell of an axis takes of the pixels below it.
   *
   * @param taps how many pixels; the same for all cells, some with weight 0
   * @param firsts [cells] the first of them
   * @param weights [cells, taps]
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Axis(int taps, int[] firsts, float[] weights) {
    // a smaller share of a pixel is none
    private static final double LEAST = 1e-3;

    static Axis of(int length, int cells) {
      final double scale = (double) length / cells;
      final int taps = Math.min(length, (int) Math.ceil(scale) + 1);
      final int[] firsts = new int[cells];
      final float[] weights = new float[cells * taps];
      for (int cell = 0; cell < cells; cell++) {
        final double from = cell * scale;
        final double to = from + scale;
        final double covered = Math.min(scale, length - from);
        final int wholeTo = Math.min((int) Math.floor(to), length - 1);
        final int wholeFrom = Math.min((int) Math.ceil(from), wholeTo);
        final int first = Math.min((int) Math.floor(from), length - taps);
        final int at = cell * taps - first;
        if (wholeFrom - from > LEAST) {
          weights[at + wholeFrom - 1] = (float) ((wholeFrom - from) / covered);
        }
        Arrays.fill(weights, at + wholeFrom, at + wholeTo, (float) (1 / covered));
        if (to - wholeTo > LEAST) {
          weights[at + wholeTo] = (float) (Math.min(Math.min(to - wholeTo, 1), covered) / covered);
        }
        firsts[cell] = first;
      }
      return new Axis(taps, firsts, weights);
    }
  }

  /**
   * Makes a picture smaller.
   *
   * @param picture [height, width]
   * @param out [size, size] from an element on
   */
  public void resize(ByteSlab picture, ByteSlab out, long at) {
    final MemorySegment source = picture.segment();
    final int taps = down.taps;
    int row = -1; // that the means are of
    for (int cell = 0; cell < size; cell++) {
      Arrays.fill(sums, 0);
      for (int tap = 0; tap < taps; tap++) {
        final float weight = down.weights[cell * taps + tap];
        final int next = down.firsts[cell] + tap;
        if (weight != 0) {
          if (row < 0 || !isSame(source, row, next)) {
            mean(source, next);
          }
          row = next;
          add(weight);
        }
      }
      round(out.segment(), at + (long) cell * size);
    }
  }

  /** Screens have many rows like the one above, whose means are the same. */
  private boolean isSame(MemorySegment source, int row, int other) {
    final long from = (long) row * width;
    final long to = (long) other * width;
    return row == other
        || MemorySegment.mismatch(source, from, from + width, source, to, to + width) < 0;
  }

  private void mean(MemorySegment source, int row) {
    MemorySegment.copy(source, JAVA_BYTE, (long) row * width, line, 0, width);
    final byte[] pixels = line;
    final int[] firsts = across.firsts;
    final float[] weights = across.weights;
    final int taps = across.taps;
    for (int cell = 0; cell < size; cell++) {
      final int first = firsts[cell];
      float sum = 0;
      for (int tap = 0; tap < taps; tap++) {
        sum += (pixels[first + tap] & BYTE) * weights[cell * taps + tap];
      }
      means[cell] = sum;
    }
  }

  private void add(float weight) {
    for (int cell = 0; cell < size; cell++) {
      sums[cell] += weight * means[cell];
    }
  }

  private void round(MemorySegment out, long at) {
    for (int cell = 0; cell < size; cell++) {
      final int bits = Float.floatToRawIntBits(sums[cell] + WHOLE);
      out.set(JAVA_BYTE, at + cell, (byte) bits);
    }
  }
}
