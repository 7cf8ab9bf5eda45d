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
 * dW = x^T d and db = column sums of d, in tiles of inputs x vectors of outputs, each tile over all
 * rows. As in {@link Linear}, 8 sums stay in registers and all tiles add in the same order. Offsets
 * and strides are in bytes here; rows of d are as long as those of dW.
 *
 * <p>Few outputs fill a vector badly: their dW is taken transposed, in tiles of outputs x vectors
 * of inputs, which are the same tiles with x and d exchanged, and the same bits.
 */
final class LinearGradient {
  private LinearGradient() {}

  static void linearGradient(
      MemorySegment x,
      long xAt,
      MemorySegment d,
      LinearLayout layer,
      MemorySegment g,
      int rows,
      MemorySegment scratch) {
    if (scratch != null && isNarrow(layer) && scratch.byteSize() >= transposedBytes(layer)) {
      transposed(x, xAt, d, layer, g, rows, scratch);
    } else {
      direct(x, xAt, d, layer, 0, g, rows);
    }
  }

  private static boolean isNarrow(LinearLayout layer) {
    return layer.outputs() <= LANES / 2 && layer.inputs() % (4 * LANES) == 0;
  }

  private static long transposedBytes(LinearLayout layer) {
    return 4L * layer.outputs() * layer.inputStride();
  }

  /** The columns of dW and db from one on, a multiple of the lanes. */
  static void direct(
      MemorySegment x,
      long xAt,
      MemorySegment d,
      LinearLayout layer,
      int firstColumn,
      MemorySegment g,
      int rows) {
    final int columns = layer.outputStride();
    final long wAt = 4 * layer.weights();
    final long bAt = 4 * layer.bias();
    int o = firstColumn;
    for (; o + 4 * LANES <= columns; o += 4 * LANES) {
      wide(x, xAt, layer, d, 4L * o, rows, g, wAt + 4L * o);
      sum4(d, 4L * o, 4L * columns, rows, g, bAt + 4L * o);
    }
    for (; o < columns; o += LANES) {
      narrow(x, xAt, layer, d, 4L * o, rows, g, wAt + 4L * o);
      sum1(d, 4L * o, 4L * columns, rows, g, bAt + 4L * o);
    }
  }

  /** {@code t} takes dW, transposed, before it is put in its place. */
  private static void transposed(
      MemorySegment x,
      long xAt,
      MemorySegment d,
      LinearLayout layer,
      MemorySegment g,
      int rows,
      MemorySegment t) {
    final int outputs = layer.outputs();
    final long xRow = 4L * layer.inputStride();
    final long dRow = 4L * layer.outputStride();
    for (long k = 0; k < xRow; k += 4 * BYTES) {
      int o = 0;
      for (; o + 2 <= outputs; o += 2) {
        tile2x4(d, 4L * o, dRow, x, xAt + k, xRow, rows, t, o * xRow + k);
      }
      for (; o < outputs; o++) {
        tile1x4(d, 4L * o, dRow, x, xAt + k, xRow, rows, t, o * xRow + k);
      }
    }
    spread(t, xRow, layer, g);
    columnSums(d, layer.outputStride(), rows, g, 4 * layer.bias());
  }

  /** Sums of all columns of d [rows, columns], in order. */
  static void columnSums(MemorySegment d, int columns, int rows, MemorySegment g, long gAt) {
    for (int o = 0; o < columns; o += LANES) {
      sum1(d, 4L * o, 4L * columns, rows, g, gAt + 4L * o);
    }
  }

  private static void spread(MemorySegment t, long tRow, LinearLayout layer, MemorySegment g) {
    final long gRow = 4L * layer.outputStride();
    long gAt = 4 * layer.weights();
    for (int k = 0; k < layer.inputs(); k++) {
      for (long pad = 0; pad < gRow; pad += BYTES) {
        FloatVector.zero(FLOATS).intoMemorySegment(g, gAt + pad, ORDER);
      }
      for (int o = 0; o < layer.outputs(); o++) {
        g.set(JAVA_FLOAT_UNALIGNED, gAt + 4L * o, t.get(JAVA_FLOAT_UNALIGNED, o * tRow + 4L * k));
      }
      gAt += gRow;
    }
  }

  private static void wide(
      MemorySegment x,
      long xAt,
      LinearLayout layer,
      MemorySegment d,
      long dAt,
      int rows,
      MemorySegment g,
      long gAt) {
    final int in = layer.inputs();
    final long xRow = 4L * layer.inputStride();
    final long dRow = 4L * layer.outputStride();
    int k = 0;
    for (; k + 2 <= in; k += 2) {
      tile2x4(x, xAt + 4L * k, xRow, d, dAt, dRow, rows, g, gAt + k * dRow);
    }
    for (; k < in; k++) {
      tile1x4(x, xAt + 4L * k, xRow, d, dAt, dRow, rows, g, gAt + k * dRow);
    }
  }

  private static void narrow(
      MemorySegment x,
      long xAt,
      LinearLayout layer,
      MemorySegment d,
      long dAt,
      int rows,
      MemorySegment g,
      long gAt) {
    final int in = layer.inputs();
    final long xRow = 4L * layer.inputStride();
    final long dRow = 4L * layer.outputStride();
    int k = 0;
    for (; k + 8 <= in; k += 8) {
      tile8x1(x, xAt + 4L * k, xRow, d, dAt, dRow, rows, g, gAt + k * dRow);
    }
    for (; k < in; k++) {
      tile1x1(x, xAt + 4L * k, xRow, d, dAt, dRow, rows, g, gAt + k * dRow);
    }
  }

  // unaligned, for else C2 checks the address of every element
  private static FloatVector all(MemorySegment x, long at) {
    return FloatVector.broadcast(FLOATS, x.get(JAVA_FLOAT_UNALIGNED, at));
  }

  private static void tile2x4(
      MemorySegment x,
      long xAt,
      long xRow,
      MemorySegment d,
      long dAt,
      long dRow,
      int rows,
      MemorySegment g,
      long gAt) {
    FloatVector a00 = FloatVector.zero(FLOATS);
    FloatVector a01 = FloatVector.zero(FLOATS);
    FloatVector a02 = FloatVector.zero(FLOATS);
    FloatVector a03 = FloatVector.zero(FLOATS);
    FloatVector a10 = FloatVector.zero(FLOATS);
    FloatVector a11 = FloatVector.zero(FLOATS);
    FloatVector a12 = FloatVector.zero(FLOATS);
    FloatVector a13 = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r++) {
      FloatVector d0 = load(d, dAt);
      FloatVector d1 = load(d, dAt + BYTES);
      FloatVector d2 = load(d, dAt + 2 * BYTES);
      FloatVector d3 = load(d, dAt + 3 * BYTES);
      FloatVector x0 = all(x, xAt);
      a00 = x0.fma(d0, a00);
      a01 = x0.fma(d1, a01);
      a02 = x0.fma(d2, a02);
      a03 = x0.fma(d3, a03);
      FloatVector x1 = all(x, xAt + 4);
      a10 = x1.fma(d0, a10);
      a11 = x1.fma(d1, a11);
      a12 = x1.fma(d2, a12);
      a13 = x1.fma(d3, a13);
      xAt += xRow;
      dAt += dRow;
    }
    a00.intoMemorySegment(g, gAt, ORDER);
    a01.intoMemorySegment(g, gAt + BYTES, ORDER);
    a02.intoMemorySegment(g, gAt + 2 * BYTES, ORDER);
    a03.intoMemorySegment(g, gAt + 3 * BYTES, ORDER);
    a10.intoMemorySegment(g, gAt + dRow, ORDER);
    a11.intoMemorySegment(g, gAt + dRow + BYTES, ORDER);
    a12.intoMemorySegment(g, gAt + dRow + 2 * BYTES, ORDER);
    a13.intoMemorySegment(g, gAt + dRow + 3 * BYTES, ORDER);
  }

  private static void tile1x4(
      MemorySegment x,
      long xAt,
      long xRow,
      MemorySegment d,
      long dAt,
      long dRow,
      int rows,
      MemorySegment g,
      long gAt) {
    FloatVector a00 = FloatVector.zero(FLOATS);
    FloatVector a01 = FloatVector.zero(FLOATS);
    FloatVector a02 = FloatVector.zero(FLOATS);
    FloatVector a03 = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r++) {
      FloatVector d0 = load(d, dAt);
      FloatVector d1 = load(d, dAt + BYTES);
      FloatVector d2 = load(d, dAt + 2 * BYTES);
      FloatVector d3 = load(d, dAt + 3 * BYTES);
      FloatVector x0 = all(x, xAt);
      a00 = x0.fma(d0, a00);
      a01 = x0.fma(d1, a01);
      a02 = x0.fma(d2, a02);
      a03 = x0.fma(d3, a03);
      xAt += xRow;
      dAt += dRow;
    }
    a00.intoMemorySegment(g, gAt, ORDER);
    a01.intoMemorySegment(g, gAt + BYTES, ORDER);
    a02.intoMemorySegment(g, gAt + 2 * BYTES, ORDER);
    a03.intoMemorySegment(g, gAt + 3 * BYTES, ORDER);
  }

  private static void tile8x1(
      MemorySegment x,
      long xAt,
      long xRow,
      MemorySegment d,
      long dAt,
      long dRow,
      int rows,
      MemorySegment g,
      long gAt) {
    FloatVector a00 = FloatVector.zero(FLOATS);
    FloatVector a10 = FloatVector.zero(FLOATS);
    FloatVector a20 = FloatVector.zero(FLOATS);
    FloatVector a30 = FloatVector.zero(FLOATS);
    FloatVector a40 = FloatVector.zero(FLOATS);
    FloatVector a50 = FloatVector.zero(FLOATS);
    FloatVector a60 = FloatVector.zero(FLOATS);
    FloatVector a70 = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r++) {
      FloatVector d0 = load(d, dAt);
      FloatVector x0 = all(x, xAt);
      a00 = x0.fma(d0, a00);
      FloatVector x1 = all(x, xAt + 4);
      a10 = x1.fma(d0, a10);
      FloatVector x2 = all(x, xAt + 8);
      a20 = x2.fma(d0, a20);
      FloatVector x3 = all(x, xAt + 12);
      a30 = x3.fma(d0, a30);
      FloatVector x4 = all(x, xAt + 16);
      a40 = x4.fma(d0, a40);
      FloatVector x5 = all(x, xAt + 20);
      a50 = x5.fma(d0, a50);
      FloatVector x6 = all(x, xAt + 24);
      a60 = x6.fma(d0, a60);
      FloatVector x7 = all(x, xAt + 28);
      a70 = x7.fma(d0, a70);
      xAt += xRow;
      dAt += dRow;
    }
    a00.intoMemorySegment(g, gAt, ORDER);
    a10.intoMemorySegment(g, gAt + dRow, ORDER);
    a20.intoMemorySegment(g, gAt + 2 * dRow, ORDER);
    a30.intoMemorySegment(g, gAt + 3 * dRow, ORDER);
    a40.intoMemorySegment(g, gAt + 4 * dRow, ORDER);
    a50.intoMemorySegment(g, gAt + 5 * dRow, ORDER);
    a60.intoMemorySegment(g, gAt + 6 * dRow, ORDER);
    a70.intoMemorySegment(g, gAt + 7 * dRow, ORDER);
  }

  private static void tile1x1(
      MemorySegment x,
      long xAt,
      long xRow,
      MemorySegment d,
      long dAt,
      long dRow,
      int rows,
      MemorySegment g,
      long gAt) {
    FloatVector a00 = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r++) {
      FloatVector d0 = load(d, dAt);
      FloatVector x0 = all(x, xAt);
      a00 = x0.fma(d0, a00);
      xAt += xRow;
      dAt += dRow;
    }
    a00.intoMemorySegment(g, gAt, ORDER);
  }

  private static void sum4(
      MemorySegment d, long dAt, long dRow, int rows, MemorySegment g, long gAt) {
    FloatVector a0 = FloatVector.zero(FLOATS);
    FloatVector a1 = FloatVector.zero(FLOATS);
    FloatVector a2 = FloatVector.zero(FLOATS);
    FloatVector a3 = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r++) {
      a0 = a0.add(load(d, dAt));
      a1 = a1.add(load(d, dAt + BYTES));
      a2 = a2.add(load(d, dAt + 2 * BYTES));
      a3 = a3.add(load(d, dAt + 3 * BYTES));
      dAt += dRow;
    }
    a0.intoMemorySegment(g, gAt, ORDER);
    a1.intoMemorySegment(g, gAt + BYTES, ORDER);
    a2.intoMemorySegment(g, gAt + 2 * BYTES, ORDER);
    a3.intoMemorySegment(g, gAt + 3 * BYTES, ORDER);
  }

  private static void sum1(
      MemorySegment d, long dAt, long dRow, int rows, MemorySegment g, long gAt) {
    FloatVector a = FloatVector.zero(FLOATS);
    for (int r = 0; r < rows; r++) {
      a = a.add(load(d, dAt));
      dAt += dRow;
    }
    a.intoMemorySegment(g, gAt, ORDER);
  }
}
