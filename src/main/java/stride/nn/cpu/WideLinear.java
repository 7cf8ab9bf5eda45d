package stride.nn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.MANY_REGISTERS;
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
 *     for some columns of vectors      their part of W: 256 inputs x 2 or 4 vectors
 *       for some rows                  a tile: 6 rows x 2 vectors, or 4 x 4, over the block
 * </pre>
 *
 * <p>Sums start from what y holds, the bias to begin with, and go back there. They pass through
 * memory as floats, which does not change them: the bits are those of {@link Linear}, which takes
 * the rows and columns that fill no tile.
 *
 * <p>W comes from the second-level cache, since rows of it that lie 1 KB apart share few sets of
 * the nearest. So a tile reads W for as many rows as its sums leave registers for: of 16, 12 are
 * sums. Where vectors have 16 lanes there are 32 registers; but beyond 16 sums C1 runs out of its
 * virtual ones, and what it cannot compile with a profile may never get to C2.
 */
final class WideLinear {
  /** Layers of more inputs go this way. */
  static final int FEW_INPUTS = 128;

  private static final int BLOCK = 256;
  private static final int ROWS = MANY_REGISTERS ? 4 : 6; // of a tile
  private static final int VECTORS = MANY_REGISTERS ? 4 : 2; // of a row of a tile
  private static final int PANEL = VECTORS * LANES; // columns

  private WideLinear() {}

  /** Whether a layer goes this way. */
  static boolean takes(LinearLayout layer, int rows) {
    return layer.inputs() > FEW_INPUTS && layer.outputStride() >= PANEL && rows >= ROWS;
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
        tiles(x, xAt + 4L * k, xRow, n, p, wAt + 4L * o, y, yAt + 4L * o, yRow, full);
      }
    }
    Linear.linear(x, xAt, p, layer, columns, y, yAt, full);
    Linear.linear(x, xAt + full * xRow, p, layer, 0, y, yAt + full * yRow, rows - full);
  }

  private static void bias(
      MemorySegment p, long bAt, MemorySegment y, long yAt, long yRow, int rows) {
    for (int r = 0; r < rows; r++) {
      for (int v = 0; v < VECTORS; v++) {
        load(p, bAt + v * BYTES).intoMemorySegment(y, yAt + v * BYTES, ORDER);
      }
      yAt += yRow;
    }
  }

  private static void tiles(
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
        tile6x2(x, xAt + r * xRow, xRow, n, p, wAt, y, yAt + r * yRow, yRow);
      }
    }
  }

  // Rows of W and of y are equally long: yRow serves both. Tiles call FloatVector's methods
  // themselves: C2 inlines those into however big a method, but not ours. Elements of x are read
  // unaligned, for else C2 checks the address of each.

  private static void tile6x2(
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
    FloatVector a10 = FloatVector.fromMemorySegment(FLOATS, y, yAt + yRow, ORDER);
    FloatVector a11 = FloatVector.fromMemorySegment(FLOATS, y, yAt + yRow + BYTES, ORDER);
    FloatVector a20 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 2 * yRow, ORDER);
    FloatVector a21 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 2 * yRow + BYTES, ORDER);
    FloatVector a30 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 3 * yRow, ORDER);
    FloatVector a31 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 3 * yRow + BYTES, ORDER);
    FloatVector a40 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 4 * yRow, ORDER);
    FloatVector a41 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 4 * yRow + BYTES, ORDER);
    FloatVector a50 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 5 * yRow, ORDER);
    FloatVector a51 = FloatVector.fromMemorySegment(FLOATS, y, yAt + 5 * yRow + BYTES, ORDER);
    for (int k = 0; k < n; k++) {
      FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, p, wAt, ORDER);
      FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, p, wAt + BYTES, ORDER);
      float x0 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 4L * k);
      FloatVector b0 = FloatVector.broadcast(FLOATS, x0);
      a00 = b0.fma(w0, a00);
      a01 = b0.fma(w1, a01);
      float x1 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 4L * k + xRow);
      FloatVector b1 = FloatVector.broadcast(FLOATS, x1);
      a10 = b1.fma(w0, a10);
      a11 = b1.fma(w1, a11);
      float x2 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 4L * k + 2 * xRow);
      FloatVector b2 = FloatVector.broadcast(FLOATS, x2);
      a20 = b2.fma(w0, a20);
      a21 = b2.fma(w1, a21);
      float x3 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 4L * k + 3 * xRow);
      FloatVector b3 = FloatVector.broadcast(FLOATS, x3);
      a30 = b3.fma(w0, a30);
      a31 = b3.fma(w1, a31);
      float x4 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 4L * k + 4 * xRow);
      FloatVector b4 = FloatVector.broadcast(FLOATS, x4);
      a40 = b4.fma(w0, a40);
      a41 = b4.fma(w1, a41);
      float x5 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 4L * k + 5 * xRow);
      FloatVector b5 = FloatVector.broadcast(FLOATS, x5);
      a50 = b5.fma(w0, a50);
      a51 = b5.fma(w1, a51);
      wAt += yRow;
    }
    a00.intoMemorySegment(y, yAt, ORDER);
    a01.intoMemorySegment(y, yAt + BYTES, ORDER);
    a10.intoMemorySegment(y, yAt + yRow, ORDER);
    a11.intoMemorySegment(y, yAt + yRow + BYTES, ORDER);
    a20.intoMemorySegment(y, yAt + 2 * yRow, ORDER);
    a21.intoMemorySegment(y, yAt + 2 * yRow + BYTES, ORDER);
    a30.intoMemorySegment(y, yAt + 3 * yRow, ORDER);
    a31.intoMemorySegment(y, yAt + 3 * yRow + BYTES, ORDER);
    a40.intoMemorySegment(y, yAt + 4 * yRow, ORDER);
    a41.intoMemorySegment(y, yAt + 4 * yRow + BYTES, ORDER);
    a50.intoMemorySegment(y, yAt + 5 * yRow, ORDER);
    a51.intoMemorySegment(y, yAt + 5 * yRow + BYTES, ORDER);
  }

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
