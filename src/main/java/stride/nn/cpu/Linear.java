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
 * y = x W + b in tiles of rows x vectors of outputs, each tile over all inputs.
 *
 * <p>A tile of 2 x 4 vectors has 8 sums in registers, as many as a core needs to keep two FMA units
 * busy for 4 cycles, and as many as C2 carries through a loop without boxing. All tiles add in the
 * same order, so which tile a row falls into does not show. Offsets and strides are in bytes here.
 */
final class Linear {
  private Linear() {}

  /** The columns of y from one on, a multiple of the lanes: the others stay as they are. */
  static void linear(
      MemorySegment x,
      long xAt,
      MemorySegment p,
      LinearLayout layer,
      int firstColumn,
      MemorySegment y,
      long yAt,
      int rows) {
    final int columns = layer.outputStride();
    final long wAt = 4 * layer.weights();
    final long bAt = 4 * layer.bias();
    int o = firstColumn;
    for (; o + 4 * LANES <= columns; o += 4 * LANES) {
      wide(x, xAt, layer, p, wAt + 4L * o, bAt + 4L * o, y, yAt + 4L * o, rows);
    }
    for (; o < layer.outputs(); o += LANES) {
      narrow(x, xAt, layer, p, wAt + 4L * o, bAt + 4L * o, y, yAt + 4L * o, rows);
    }
    for (; o < columns; o += LANES) {
      zero(layer, y, yAt + 4L * o, rows);
    }
  }

  /** A vector of nothing but padding, which short vectors have. */
  private static void zero(LinearLayout layer, MemorySegment y, long yAt, int rows) {
    for (int r = 0; r < rows; r++) {
      FloatVector.zero(FLOATS).intoMemorySegment(y, yAt + 4L * r * layer.outputStride(), ORDER);
    }
  }

  private static void wide(
      MemorySegment x,
      long xAt,
      LinearLayout layer,
      MemorySegment p,
      long wAt,
      long bAt,
      MemorySegment y,
      long yAt,
      int rows) {
    final int in = layer.inputs();
    final long xRow = 4L * layer.inputStride();
    final long yRow = 4L * layer.outputStride();
    int r = 0;
    for (; r + 2 <= rows; r += 2) {
      tile2x4(x, xAt + r * xRow, xRow, in, p, wAt, bAt, y, yAt + r * yRow, yRow);
    }
    for (; r < rows; r++) {
      tile1x4(x, xAt + r * xRow, in, p, wAt, bAt, y, yAt + r * yRow, yRow);
    }
  }

  private static void narrow(
      MemorySegment x,
      long xAt,
      LinearLayout layer,
      MemorySegment p,
      long wAt,
      long bAt,
      MemorySegment y,
      long yAt,
      int rows) {
    final int in = layer.inputs();
    final long xRow = 4L * layer.inputStride();
    final long yRow = 4L * layer.outputStride();
    int r = 0;
    for (; r + 8 <= rows; r += 8) {
      tile8x1(x, xAt + r * xRow, xRow, in, p, wAt, bAt, y, yAt + r * yRow, yRow);
    }
    for (; r < rows; r++) {
      tile1x1(x, xAt + r * xRow, in, p, wAt, bAt, y, yAt + r * yRow, yRow);
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
      int in,
      MemorySegment p,
      long wAt,
      long bAt,
      MemorySegment y,
      long yAt,
      long yRow) {
    // start values are loaded twice: sums that share one are boxed
    FloatVector a00 = load(p, bAt);
    FloatVector a01 = load(p, bAt + BYTES);
    FloatVector a02 = load(p, bAt + 2 * BYTES);
    FloatVector a03 = load(p, bAt + 3 * BYTES);
    FloatVector a10 = load(p, bAt);
    FloatVector a11 = load(p, bAt + BYTES);
    FloatVector a12 = load(p, bAt + 2 * BYTES);
    FloatVector a13 = load(p, bAt + 3 * BYTES);
    for (int k = 0; k < in; k++) {
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

  private static void tile1x4(
      MemorySegment x,
      long xAt,
      int in,
      MemorySegment p,
      long wAt,
      long bAt,
      MemorySegment y,
      long yAt,
      long yRow) {
    FloatVector a0 = load(p, bAt);
    FloatVector a1 = load(p, bAt + BYTES);
    FloatVector a2 = load(p, bAt + 2 * BYTES);
    FloatVector a3 = load(p, bAt + 3 * BYTES);
    for (int k = 0; k < in; k++) {
      FloatVector x0 = all(x, xAt + 4L * k);
      a0 = x0.fma(load(p, wAt), a0);
      a1 = x0.fma(load(p, wAt + BYTES), a1);
      a2 = x0.fma(load(p, wAt + 2 * BYTES), a2);
      a3 = x0.fma(load(p, wAt + 3 * BYTES), a3);
      wAt += yRow;
    }
    a0.intoMemorySegment(y, yAt, ORDER);
    a1.intoMemorySegment(y, yAt + BYTES, ORDER);
    a2.intoMemorySegment(y, yAt + 2 * BYTES, ORDER);
    a3.intoMemorySegment(y, yAt + 3 * BYTES, ORDER);
  }

  private static void tile8x1(
      MemorySegment x,
      long xAt,
      long xRow,
      int in,
      MemorySegment p,
      long wAt,
      long bAt,
      MemorySegment y,
      long yAt,
      long yRow) {
    FloatVector a0 = load(p, bAt);
    FloatVector a1 = load(p, bAt);
    FloatVector a2 = load(p, bAt);
    FloatVector a3 = load(p, bAt);
    FloatVector a4 = load(p, bAt);
    FloatVector a5 = load(p, bAt);
    FloatVector a6 = load(p, bAt);
    FloatVector a7 = load(p, bAt);
    for (int k = 0; k < in; k++) {
      FloatVector w = load(p, wAt);
      a0 = w.fma(all(x, xAt + 4L * k), a0);
      a1 = w.fma(all(x, xAt + 4L * k + xRow), a1);
      a2 = w.fma(all(x, xAt + 4L * k + 2 * xRow), a2);
      a3 = w.fma(all(x, xAt + 4L * k + 3 * xRow), a3);
      a4 = w.fma(all(x, xAt + 4L * k + 4 * xRow), a4);
      a5 = w.fma(all(x, xAt + 4L * k + 5 * xRow), a5);
      a6 = w.fma(all(x, xAt + 4L * k + 6 * xRow), a6);
      a7 = w.fma(all(x, xAt + 4L * k + 7 * xRow), a7);
      wAt += yRow;
    }
    a0.intoMemorySegment(y, yAt, ORDER);
    a1.intoMemorySegment(y, yAt + yRow, ORDER);
    a2.intoMemorySegment(y, yAt + 2 * yRow, ORDER);
    a3.intoMemorySegment(y, yAt + 3 * yRow, ORDER);
    a4.intoMemorySegment(y, yAt + 4 * yRow, ORDER);
    a5.intoMemorySegment(y, yAt + 5 * yRow, ORDER);
    a6.intoMemorySegment(y, yAt + 6 * yRow, ORDER);
    a7.intoMemorySegment(y, yAt + 7 * yRow, ORDER);
  }

  private static void tile1x1(
      MemorySegment x,
      long xAt,
      int in,
      MemorySegment p,
      long wAt,
      long bAt,
      MemorySegment y,
      long yAt,
      long yRow) {
    FloatVector a = load(p, bAt);
    for (int k = 0; k < in; k++) {
      a = all(x, xAt + 4L * k).fma(load(p, wAt), a);
      wAt += yRow;
    }
    a.intoMemorySegment(y, yAt, ORDER);
  }
}
