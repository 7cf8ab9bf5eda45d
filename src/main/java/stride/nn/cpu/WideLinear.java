package stride.nn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import stride.nn.LinearLayout;

/**
 * y = x W + b for layers of many inputs, in blocks of inputs whose rows of W stay near. Offsets and
 * strides are in bytes here.
 *
 * <pre>
 *   for a block of inputs
 *     for four columns of vectors     their part of W: 256 inputs x 4 vectors
 *       for some rows                 a tile: rows x 4 vectors over the block
 * </pre>
 *
 * <p>Sums start from what y holds, the bias to begin with, and go back there. They pass through
 * memory as floats, which does not change them: the bits are those of {@link Linear}, which takes
 * the rows and columns that fill no tile.
 *
 * <p>Where vectors have 16 lanes, there are 32 registers, and tiles of 4 rows read W half as often
 * as those of 2: the second-level cache, which most of it comes from, would else be the limit.
 */
final class WideLinear {
  /** Layers of more inputs go this way. */
  static final int FEW_INPUTS = 128;

  private static final int BLOCK = 256;
  private static final int PANEL = 4 * LANES; // columns
  private static final boolean MANY_REGISTERS = LANES == 16;
  private static final int ROWS = MANY_REGISTERS ? 4 : 2;
  private static final int LEAST_ROWS = 4;

  private WideLinear() {}

  /** Whether a layer goes this way. */
  static boolean takes(LinearLayout layer, int rows) {
    return layer.inputs() > FEW_INPUTS && layer.outputStride() >= PANEL && rows >= LEAST_ROWS;
  }

  static void linear(
      MemorySegment x,
      long xAt,
      MemorySegment p,
      LinearLayout layer,
      MemorySegment y,
      long yAt,
      int rows) {
    final int in = layer.inputs();
    final int full = rows / ROWS * ROWS;
    final int columns = layer.outputStride() / PANEL * PANEL;
    final long xRow = 4L * layer.inputStride();
    final long yRow = 4L * layer.outputStride();
    final int block = Math.ceilDiv(in, Math.ceilDiv(in, BLOCK));
    for (int k = 0; k < in; k += block) {
      final int n = Math.min(block, in - k);
      final long wAt = 4 * layer.weights() + k * yRow;
      for (int o = 0; o < columns; o += PANEL) {
        if (k == 0) { // just before the sums, which find it in a near cache
          bias(p, 4 * layer.bias() + 4L * o, y, yAt + 4L * o, yRow, full);
        }
        panel(x, xAt + 4L * k, xRow, n, p, wAt + 4L * o, y, yAt + 4L * o, yRow, full);
      }
    }
    Linear.linear(x, xAt, p, layer, columns, y, yAt, full);
    Linear.linear(x, xAt + full * xRow, p, layer, 0, y, yAt + full * yRow, rows - full);
  }

  private static void bias(
      MemorySegment p, long bAt, MemorySegment y, long yAt, long yRow, int rows) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < 4; v++) {
        load(p, bAt + v * BYTES).intoMemorySegment(y, yAt + v * BYTES, ORDER);
      }
      yAt += yRow;
    }
  }

  private static void panel(
      MemorySegment x,
      long xAt,
      long xRow,
      int n,
      MemorySegment p,
      long wAt,
      MemorySegment y,
      long yAt,
      long yRow,
      int rows) {
    for (int r = 0; r < rows; r += ROWS) {
      if (MANY_REGISTERS) {
        tile4x4(x, xAt + r * xRow, xRow, n, p, wAt, y, yAt + r * yRow, yRow);
      } else {
        tile2x4(x, xAt + r * xRow, xRow, n, p, wAt, y, yAt + r * yRow, yRow);
      }
    }
  }

  // unaligned, for else C2 checks the address of every element
  private static FloatVector all(MemorySegment x, long at) {
    return FloatVector.broadcast(FLOATS, x.get(JAVA_FLOAT_UNALIGNED, at));
  }

  // rows of W and of y are equally long: yRow serves both

  private static void tile2x4(
      MemorySegment x,
      long xAt,
      long xRow,
      int n,
      MemorySegment p,
      long wAt,
      MemorySegment y,
      long yAt,
      long yRow) {
    FloatVector a00 = load(y, yAt);
    FloatVector a01 = load(y, yAt + BYTES);
    FloatVector a02 = load(y, yAt + 2 * BYTES);
    FloatVector a03 = load(y, yAt + 3 * BYTES);
    FloatVector a10 = load(y, yAt + yRow);
    FloatVector a11 = load(y, yAt + yRow + BYTES);
    FloatVector a12 = load(y, yAt + yRow + 2 * BYTES);
    FloatVector a13 = load(y, yAt + yRow + 3 * BYTES);
    for (int k = 0; k < n; k++) {
      FloatVector w0 = load(p, wAt);
      FloatVector w1 = load(p, wAt + BYTES);
      FloatVector w2 = load(p, wAt + 2 * BYTES);
      FloatVector w3 = load(p, wAt + 3 * BYTES);
      FloatVector x0 = all(x, xAt + 4L * k);
      a00 = x0.fma(w0, a00);
      a01 = x0.fma(w1, a01);
      a02 = x0.fma(w2, a02);
      a03 = x0.fma(w3, a03);
      FloatVector x1 = all(x, xAt + 4L * k + xRow);
      a10 = x1.fma(w0, a10);
      a11 = x1.fma(w1, a11);
      a12 = x1.fma(w2, a12);
      a13 = x1.fma(w3, a13);
      wAt += yRow;
    }
    a00.intoMemorySegment(y, yAt, ORDER);
    a01.intoMemorySegment(y, yAt + BYTES, ORDER);
    a02.intoMemorySegment(y, yAt + 2 * BYTES, ORDER);
    a03.intoMemorySegment(y, yAt + 3 * BYTES, ORDER);
    a10.intoMemorySegment(y, yAt + yRow, ORDER);
    a11.intoMemorySegment(y, yAt + yRow + BYTES, ORDER);
    a12.intoMemorySegment(y, yAt + yRow + 2 * BYTES, ORDER);
    a13.intoMemorySegment(y, yAt + yRow + 3 * BYTES, ORDER);
  }

  // without load and all: C2 inlines FloatVector's own methods into however big a method, ours not

  private static void tile4x4(
      MemorySegment x,
      long xAt,
      long xRow,
      int n,
      MemorySegment p,
      long wAt,
      MemorySegment y,
      long yAt,
      long yRow) {
    FloatVector a00 = FloatVector.fromMemorySegment(FLOATS, y, yAt, ORDER);
    FloatVector a01 = FloatVector.fromMemorySegment(FLOATS, y, yAt + BYTES, ORDER);
    FloatVector a02 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 2 * BYTES, ORDER);
    FloatVector a03 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 3 * BYTES, ORDER);
    FloatVector a10 = FloatVector.fromMemorySegment(FLOATS, y, yAt + yRow, ORDER);
    FloatVector a11 = FloatVector.fromMemorySegment(FLOATS, y, yAt + yRow + BYTES, ORDER);
    FloatVector a12 = FloatVector.fromMemorySegment(FLOATS, y, yAt + yRow + 2 * BYTES, ORDER);
    FloatVector a13 = FloatVector.fromMemorySegment(FLOATS, y, yAt + yRow + 3 * BYTES, ORDER);
    FloatVector a20 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 2 * yRow, ORDER);
    FloatVector a21 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 2 * yRow + BYTES, ORDER);
    FloatVector a22 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 2 * yRow + 2 * BYTES, ORDER);
    FloatVector a23 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 2 * yRow + 3 * BYTES, ORDER);
    FloatVector a30 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 3 * yRow, ORDER);
    FloatVector a31 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 3 * yRow + BYTES, ORDER);
    FloatVector a32 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 3 * yRow + 2 * BYTES, ORDER);
    FloatVector a33 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 3 * yRow + 3 * BYTES, ORDER);
    for (int k = 0; k < n; k++) {
      FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, p, wAt, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, p, wAt + BYTES, ORDER);
      FloatVector w2 = FloatVector.fromMemorySegment(FLOATS, p, wAt + 2 * BYTES, ORDER);
      FloatVector w3 = FloatVector.fromMemorySegment(FLOATS, p, wAt + 3 * BYTES, ORDER);
      float x0 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 4L * k);
      FloatVector b0 = FloatVector.broadcast(FLOATS, x0);
      a00 = b0.fma(w0, a00);
      a01 = b0.fma(w1, a01);
      a02 = b0.fma(w2, a02);
      a03 = b0.fma(w3, a03);
      float x1 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 4L * k + xRow);
      FloatVector b1 = FloatVector.broadcast(FLOATS, x1);
      a10 = b1.fma(w0, a10);
      a11 = b1.fma(w1, a11);
      a12 = b1.fma(w2, a12);
      a13 = b1.fma(w3, a13);
      float x2 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 4L * k + 2 * xRow);
      FloatVector b2 = FloatVector.broadcast(FLOATS, x2);
      a20 = b2.fma(w0, a20);
      a21 = b2.fma(w1, a21);
      a22 = b2.fma(w2, a22);
      a23 = b2.fma(w3, a23);
      float x3 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 4L * k + 3 * xRow);
      FloatVector b3 = FloatVector.broadcast(FLOATS, x3);
      a30 = b3.fma(w0, a30);
      a31 = b3.fma(w1, a31);
      a32 = b3.fma(w2, a32);
      a33 = b3.fma(w3, a33);
      wAt += yRow;
    }
    a00.intoMemorySegment(y, yAt, ORDER);
    a01.intoMemorySegment(y, yAt + BYTES, ORDER);
    a02.intoMemorySegment(y, yAt + 2 * BYTES, ORDER);
    a03.intoMemorySegment(y, yAt + 3 * BYTES, ORDER);
    a10.intoMemorySegment(y, yAt + yRow, ORDER);
    a11.intoMemorySegment(y, yAt + yRow + BYTES, ORDER);
    a12.intoMemorySegment(y, yAt + yRow + 2 * BYTES, ORDER);
    a13.intoMemorySegment(y, yAt + yRow + 3 * BYTES, ORDER);
    a20.intoMemorySegment(y, yAt + 2 * yRow, ORDER);
    a21.intoMemorySegment(y, yAt + 2 * yRow + BYTES, ORDER);
    a22.intoMemorySegment(y, yAt + 2 * yRow + 2 * BYTES, ORDER);
    a23.intoMemorySegment(y, yAt + 2 * yRow + 3 * BYTES, ORDER);
    a30.intoMemorySegment(y, yAt + 3 * yRow, ORDER);
    a31.intoMemorySegment(y, yAt + 3 * yRow + BYTES, ORDER);
    a32.intoMemorySegment(y, yAt + 3 * yRow + 2 * BYTES, ORDER);
    a33.intoMemorySegment(y, yAt + 3 * yRow + 3 * BYTES, ORDER);
  }
}
