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
 * dW = x^T d and db = column sums of d for layers of many inputs. Offsets and strides are in bytes
 * here.
 *
 * <p>Rows of d that lie 1 KB apart share a few sets of the nearest cache, where too few of them
 * stay. So some columns of vectors of d are copied to scratch first, one row behind the other, and
 * serve all inputs:
 *
 * <pre>
 *   d [rows, outputStride]  -> panel [rows, 2 vectors]      tile: 6 inputs x 2 vectors of outputs
 *                                          4 vectors              4        x 4
 * </pre>
 *
 * <p>Vectors of 16 lanes have 32 registers. There reading an element of x into all lanes takes the
 * time of two products, so that four products of it are worth more than two.
 *
 * <p>Sums start from what dW holds and go back there, so that rows may be cut into blocks. They
 * pass through memory as floats, which does not change them: the bits are those of {@link
 * LinearGradient}. The panel's rows have a constant length, so that one check of bounds serves the
 * loop; its index counts bytes, so that C2 does not unroll it, which would spill sums.
 */
final class WideGradient {
  private static final int VECTORS = MANY_REGISTERS ? 4 : 2; // in a row of a panel
  private static final int PANEL = VECTORS * LANES; // columns

  private static final int PANEL_BYTES = 4 * PANEL;

  /** A panel of so many rows leaves room in the nearest cache for what else a tile reads. */
  private static final int MOST_ROWS = 256;

  /** With fewer rows the copies cost more than they save. */
  private static final int LEAST_ROWS = 8;

  private WideGradient() {}

  /** Whether a gradient is taken in this way. */
  static boolean takes(LinearLayout layer, int rows, MemorySegment scratch) {
    return layer.inputs() > WideLinear.FEW_INPUTS
        && layer.outputStride() >= PANEL
        && scratch != null
        && Math.min(rows, room(scratch)) >= LEAST_ROWS;
  }

  private static int room(MemorySegment scratch) {
    return (int) Math.min(MOST_ROWS, scratch.byteSize() / PANEL_BYTES);
  }

  static void linearGradient(
      MemorySegment x,
      long xAt,
      MemorySegment d,
      LinearLayout layer,
      MemorySegment g,
      int rows,
      MemorySegment scratch) {
    final int columns = layer.outputStride() / PANEL * PANEL;
    final long xRow = 4L * layer.inputStride();
    final long dRow = 4L * layer.outputStride();
    final long bAt = 4 * layer.bias();
    final int blocks = Math.ceilDiv(rows, room(scratch));
    final int block = Math.ceilDiv(rows, blocks);
    for (int r = 0; r < rows; r += block) {
      final int n = Math.min(block, rows - r);
      for (int o = 0; o < columns; o += PANEL) {
        final long gAt = 4 * layer.weights() + 4L * o;
        pack(d, r * dRow + 4L * o, dRow, n, scratch);
        if (r == 0) {
          zero(g, bAt + 4L * o, 0, 1);
        }
        sums(scratch, n, g, bAt + 4L * o);
        inputs(x, xAt + r * xRow, xRow, layer.inputs(), n, scratch, g, gAt, dRow, r == 0);
      }
    }
    if (columns < layer.outputStride()) {
      LinearGradient.direct(x, xAt, d, layer, columns, g, rows);
    }
  }

  private static void pack(MemorySegment d, long dAt, long dRow, int rows, MemorySegment panel) {
    for (int r = 0; r < rows; r++) {
      long at = (long) r * PANEL_BYTES;
      for (int v = 0; v < VECTORS; v++) {
        load(d, dAt + v * BYTES).intoMemorySegment(panel, at + v * BYTES, ORDER);
      }
      dAt += dRow;
    }
  }

  /** All rows of some columns of vectors of dW, in tiles as far as these go. */
  private static void inputs(
      MemorySegment x,
      long xAt,
      long xRow,
      int in,
      int rows,
      MemorySegment panel,
      MemorySegment g,
      long gAt,
      long gRow,
      boolean first) {
    int k = 0;
    while (k < in) {
      final int height = height(in - k);
      final long here = gAt + k * gRow;
      if (first) { // just before the sums, which find it in the nearest cache
        zero(g, here, gRow, height);
      }
      if (MANY_REGISTERS) {
        tile4(height, x, xAt + 4L * k, xRow, panel, rows, g, here, gRow);
      } else {
        tile2(height, x, xAt + 4L * k, xRow, panel, rows, g, here, gRow);
      }
      k += height;
    }
  }

  private static void tile2(
      int height,
      MemorySegment x,
      long xAt,
      long xRow,
      MemorySegment panel,
      int rows,
      MemorySegment g,
      long gAt,
      long gRow) {
    switch (height) {
      case 6 -> tile6x2(x, xAt, xRow, panel, rows, g, gAt, gRow);
      case 4 -> tile4x2(x, xAt, xRow, panel, rows, g, gAt, gRow);
      default -> tile1x2(x, xAt, xRow, panel, rows, g, gAt);
    }
  }

  private static void tile4(
      int height,
      MemorySegment x,
      long xAt,
      long xRow,
      MemorySegment panel,
      int rows,
      MemorySegment g,
      long gAt,
      long gRow) {
    if (height == 4) {
      tile4x4(x, xAt, xRow, panel, rows, g, gAt, gRow);
    } else {
      tile1x4(x, xAt, xRow, panel, rows, g, gAt);
    }
  }

  /** So that few inputs are left over for a tile that is slow. */
  private static int height(int left) {
    if (!MANY_REGISTERS && left >= 6 && left != 8 && left != 9) {
      return 6;
    }
    return left >= 4 ? 4 : 1;
  }

  private static void zero(MemorySegment g, long gAt, long gRow, int height) {
    for (int i = 0; i < height; i++) {
      for (int v = 0; v < VECTORS; v++) {
        FloatVector.zero(FLOATS).intoMemorySegment(g, gAt + v * BYTES, ORDER);
      }
      gAt += gRow;
    }
  }

  // unaligned, for else C2 checks the address of every element
  private static FloatVector all(MemorySegment x, long at) {
    return FloatVector.broadcast(FLOATS, x.get(JAVA_FLOAT_UNALIGNED, at));
  }

  private static void tile6x2(
      MemorySegment x,
      long xAt,
      long xRow,
      MemorySegment panel,
      int rows,
      MemorySegment g,
      long gAt,
      long gRow) {
    FloatVector a00 = load(g, gAt);
    FloatVector a01 = load(g, gAt + BYTES);
    FloatVector a10 = load(g, gAt + gRow);
    FloatVector a11 = load(g, gAt + gRow + BYTES);
    FloatVector a20 = load(g, gAt + 2 * gRow);
    FloatVector a21 = load(g, gAt + 2 * gRow + BYTES);
    FloatVector a30 = load(g, gAt + 3 * gRow);
    FloatVector a31 = load(g, gAt + 3 * gRow + BYTES);
    FloatVector a40 = load(g, gAt + 4 * gRow);
    FloatVector a41 = load(g, gAt + 4 * gRow + BYTES);
    FloatVector a50 = load(g, gAt + 5 * gRow);
    FloatVector a51 = load(g, gAt + 5 * gRow + BYTES);
    for (int at = 0; at < rows * PANEL_BYTES; at += PANEL_BYTES) {
      FloatVector d0 = load(panel, at);
      FloatVector d1 = load(panel, at + BYTES);
      FloatVector x0 = all(x, xAt);
      a00 = x0.fma(d0, a00);
      a01 = x0.fma(d1, a01);
      FloatVector x1 = all(x, xAt + 4);
      a10 = x1.fma(d0, a10);
      a11 = x1.fma(d1, a11);
      FloatVector x2 = all(x, xAt + 8);
      a20 = x2.fma(d0, a20);
      a21 = x2.fma(d1, a21);
      FloatVector x3 = all(x, xAt + 12);
      a30 = x3.fma(d0, a30);
      a31 = x3.fma(d1, a31);
      FloatVector x4 = all(x, xAt + 16);
      a40 = x4.fma(d0, a40);
      a41 = x4.fma(d1, a41);
      FloatVector x5 = all(x, xAt + 20);
      a50 = x5.fma(d0, a50);
      a51 = x5.fma(d1, a51);
      xAt += xRow;
    }
    a00.intoMemorySegment(g, gAt, ORDER);
    a01.intoMemorySegment(g, gAt + BYTES, ORDER);
    a10.intoMemorySegment(g, gAt + gRow, ORDER);
    a11.intoMemorySegment(g, gAt + gRow + BYTES, ORDER);
    a20.intoMemorySegment(g, gAt + 2 * gRow, ORDER);
    a21.intoMemorySegment(g, gAt + 2 * gRow + BYTES, ORDER);
    a30.intoMemorySegment(g, gAt + 3 * gRow, ORDER);
    a31.intoMemorySegment(g, gAt + 3 * gRow + BYTES, ORDER);
    a40.intoMemorySegment(g, gAt + 4 * gRow, ORDER);
    a41.intoMemorySegment(g, gAt + 4 * gRow + BYTES, ORDER);
    a50.intoMemorySegment(g, gAt + 5 * gRow, ORDER);
    a51.intoMemorySegment(g, gAt + 5 * gRow + BYTES, ORDER);
  }

  private static void tile4x2(
      MemorySegment x,
      long xAt,
      long xRow,
      MemorySegment panel,
      int rows,
      MemorySegment g,
      long gAt,
      long gRow) {
    FloatVector a00 = load(g, gAt);
    FloatVector a01 = load(g, gAt + BYTES);
    FloatVector a10 = load(g, gAt + gRow);
    FloatVector a11 = load(g, gAt + gRow + BYTES);
    FloatVector a20 = load(g, gAt + 2 * gRow);
    FloatVector a21 = load(g, gAt + 2 * gRow + BYTES);
    FloatVector a30 = load(g, gAt + 3 * gRow);
    FloatVector a31 = load(g, gAt + 3 * gRow + BYTES);
    for (int at = 0; at < rows * PANEL_BYTES; at += PANEL_BYTES) {
      FloatVector d0 = load(panel, at);
      FloatVector d1 = load(panel, at + BYTES);
      FloatVector x0 = all(x, xAt);
      a00 = x0.fma(d0, a00);
      a01 = x0.fma(d1, a01);
      FloatVector x1 = all(x, xAt + 4);
      a10 = x1.fma(d0, a10);
      a11 = x1.fma(d1, a11);
      FloatVector x2 = all(x, xAt + 8);
      a20 = x2.fma(d0, a20);
      a21 = x2.fma(d1, a21);
      FloatVector x3 = all(x, xAt + 12);
      a30 = x3.fma(d0, a30);
      a31 = x3.fma(d1, a31);
      xAt += xRow;
    }
    a00.intoMemorySegment(g, gAt, ORDER);
    a01.intoMemorySegment(g, gAt + BYTES, ORDER);
    a10.intoMemorySegment(g, gAt + gRow, ORDER);
    a11.intoMemorySegment(g, gAt + gRow + BYTES, ORDER);
    a20.intoMemorySegment(g, gAt + 2 * gRow, ORDER);
    a21.intoMemorySegment(g, gAt + 2 * gRow + BYTES, ORDER);
    a30.intoMemorySegment(g, gAt + 3 * gRow, ORDER);
    a31.intoMemorySegment(g, gAt + 3 * gRow + BYTES, ORDER);
  }

  private static void tile1x2(
      MemorySegment x,
      long xAt,
      long xRow,
      MemorySegment panel,
      int rows,
      MemorySegment g,
      long gAt) {
    FloatVector a00 = load(g, gAt);
    FloatVector a01 = load(g, gAt + BYTES);
    for (int at = 0; at < rows * PANEL_BYTES; at += PANEL_BYTES) {
      FloatVector d0 = load(panel, at);
      FloatVector d1 = load(panel, at + BYTES);
      FloatVector x0 = all(x, xAt);
      a00 = x0.fma(d0, a00);
      a01 = x0.fma(d1, a01);
      xAt += xRow;
    }
    a00.intoMemorySegment(g, gAt, ORDER);
    a01.intoMemorySegment(g, gAt + BYTES, ORDER);
  }

  // calls FloatVector's methods itself: C2 inlines those into however big a method, but not ours
  private static void tile4x4(
      MemorySegment x,
      long xAt,
      long xRow,
      MemorySegment panel,
      int rows,
      MemorySegment g,
      long gAt,
      long gRow) {
    FloatVector a00 = FloatVector.fromMemorySegment(FLOATS, g, gAt, ORDER);
    FloatVector a01 = FloatVector.fromMemorySegment(FLOATS, g, gAt + BYTES, ORDER);
    FloatVector a02 = FloatVector.fromMemorySegment(FLOATS, g, gAt + 2 * BYTES, ORDER);
    FloatVector a03 = FloatVector.fromMemorySegment(FLOATS, g, gAt + 3 * BYTES, ORDER);
    FloatVector a10 = FloatVector.fromMemorySegment(FLOATS, g, gAt + gRow, ORDER);
    FloatVector a11 = FloatVector.fromMemorySegment(FLOATS, g, gAt + gRow + BYTES, ORDER);
    FloatVector a12 = FloatVector.fromMemorySegment(FLOATS, g, gAt + gRow + 2 * BYTES, ORDER);
    FloatVector a13 = FloatVector.fromMemorySegment(FLOATS, g, gAt + gRow + 3 * BYTES, ORDER);
    FloatVector a20 = FloatVector.fromMemorySegment(FLOATS, g, gAt + 2 * gRow, ORDER);
    FloatVector a21 = FloatVector.fromMemorySegment(FLOATS, g, gAt + 2 * gRow + BYTES, ORDER);
    FloatVector a22 = FloatVector.fromMemorySegment(FLOATS, g, gAt + 2 * gRow + 2 * BYTES, ORDER);
    FloatVector a23 = FloatVector.fromMemorySegment(FLOATS, g, gAt + 2 * gRow + 3 * BYTES, ORDER);
    FloatVector a30 = FloatVector.fromMemorySegment(FLOATS, g, gAt + 3 * gRow, ORDER);
    FloatVector a31 = FloatVector.fromMemorySegment(FLOATS, g, gAt + 3 * gRow + BYTES, ORDER);
    FloatVector a32 = FloatVector.fromMemorySegment(FLOATS, g, gAt + 3 * gRow + 2 * BYTES, ORDER);
    FloatVector a33 = FloatVector.fromMemorySegment(FLOATS, g, gAt + 3 * gRow + 3 * BYTES, ORDER);
    for (int at = 0; at < rows * PANEL_BYTES; at += PANEL_BYTES) {
      FloatVector d0 = FloatVector.fromMemorySegment(FLOATS, panel, at, ORDER);
      FloatVector d1 = FloatVector.fromMemorySegment(FLOATS, panel, at + BYTES, ORDER);
      FloatVector d2 = FloatVector.fromMemorySegment(FLOATS, panel, at + 2 * BYTES, ORDER);
      FloatVector d3 = FloatVector.fromMemorySegment(FLOATS, panel, at + 3 * BYTES, ORDER);
      float e0 = x.get(JAVA_FLOAT_UNALIGNED, xAt);
      FloatVector x0 = FloatVector.broadcast(FLOATS, e0);
      a00 = x0.fma(d0, a00);
      a01 = x0.fma(d1, a01);
      a02 = x0.fma(d2, a02);
      a03 = x0.fma(d3, a03);
      float e1 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 4);
      FloatVector x1 = FloatVector.broadcast(FLOATS, e1);
      a10 = x1.fma(d0, a10);
      a11 = x1.fma(d1, a11);
      a12 = x1.fma(d2, a12);
      a13 = x1.fma(d3, a13);
      float e2 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 8);
      FloatVector x2 = FloatVector.broadcast(FLOATS, e2);
      a20 = x2.fma(d0, a20);
      a21 = x2.fma(d1, a21);
      a22 = x2.fma(d2, a22);
      a23 = x2.fma(d3, a23);
      float e3 = x.get(JAVA_FLOAT_UNALIGNED, xAt + 12);
      FloatVector x3 = FloatVector.broadcast(FLOATS, e3);
      a30 = x3.fma(d0, a30);
      a31 = x3.fma(d1, a31);
      a32 = x3.fma(d2, a32);
      a33 = x3.fma(d3, a33);
      xAt += xRow;
    }
    a00.intoMemorySegment(g, gAt, ORDER);
    a01.intoMemorySegment(g, gAt + BYTES, ORDER);
    a02.intoMemorySegment(g, gAt + 2 * BYTES, ORDER);
    a03.intoMemorySegment(g, gAt + 3 * BYTES, ORDER);
    a10.intoMemorySegment(g, gAt + gRow, ORDER);
    a11.intoMemorySegment(g, gAt + gRow + BYTES, ORDER);
    a12.intoMemorySegment(g, gAt + gRow + 2 * BYTES, ORDER);
    a13.intoMemorySegment(g, gAt + gRow + 3 * BYTES, ORDER);
    a20.intoMemorySegment(g, gAt + 2 * gRow, ORDER);
    a21.intoMemorySegment(g, gAt + 2 * gRow + BYTES, ORDER);
    a22.intoMemorySegment(g, gAt + 2 * gRow + 2 * BYTES, ORDER);
    a23.intoMemorySegment(g, gAt + 2 * gRow + 3 * BYTES, ORDER);
    a30.intoMemorySegment(g, gAt + 3 * gRow, ORDER);
    a31.intoMemorySegment(g, gAt + 3 * gRow + BYTES, ORDER);
    a32.intoMemorySegment(g, gAt + 3 * gRow + 2 * BYTES, ORDER);
    a33.intoMemorySegment(g, gAt + 3 * gRow + 3 * BYTES, ORDER);
  }

  private static void tile1x4(
      MemorySegment x,
      long xAt,
      long xRow,
      MemorySegment panel,
      int rows,
      MemorySegment g,
      long gAt) {
    FloatVector a00 = load(g, gAt);
    FloatVector a01 = load(g, gAt + BYTES);
    FloatVector a02 = load(g, gAt + 2 * BYTES);
    FloatVector a03 = load(g, gAt + 3 * BYTES);
    for (int at = 0; at < rows * PANEL_BYTES; at += PANEL_BYTES) {
      FloatVector d0 = load(panel, at);
      FloatVector d1 = load(panel, at + BYTES);
      FloatVector d2 = load(panel, at + 2 * BYTES);
      FloatVector d3 = load(panel, at + 3 * BYTES);
      FloatVector x0 = all(x, xAt);
      a00 = x0.fma(d0, a00);
      a01 = x0.fma(d1, a01);
      a02 = x0.fma(d2, a02);
      a03 = x0.fma(d3, a03);
      xAt += xRow;
    }
    a00.intoMemorySegment(g, gAt, ORDER);
    a01.intoMemorySegment(g, gAt + BYTES, ORDER);
    a02.intoMemorySegment(g, gAt + 2 * BYTES, ORDER);
    a03.intoMemorySegment(g, gAt + 3 * BYTES, ORDER);
  }

  /** db is the sum over all rows, without products. */
  private static void sums(MemorySegment panel, int rows, MemorySegment g, long gAt) {
    for (int v = 0; v < VECTORS; v += 2) {
      tileSum(panel, v * BYTES, rows, g, gAt + v * BYTES);
    }
  }

  private static void tileSum(
      MemorySegment panel, long panelAt, int rows, MemorySegment g, long gAt) {
    FloatVector a0 = load(g, gAt);
    FloatVector a1 = load(g, gAt + BYTES);
    for (int at = 0; at < rows * PANEL_BYTES; at += PANEL_BYTES) {
      a0 = a0.add(load(panel, panelAt + at));
      a1 = a1.add(load(panel, panelAt + at + BYTES));
    }
    a0.intoMemorySegment(g, gAt, ORDER);
    a1.intoMemorySegment(g, gAt + BYTES, ORDER);
  }
}
