package stride.nn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.MEMORY;
import static stride.nn.cpu.Lanes.ORDER;

import jdk.incubator.vector.FloatVector;

/** Tiles of rows x two vectors. {@code StridedTiles} says what they compute. */
final class TwoVectorTiles {
  private TwoVectorTiles() {}

  static void add(
      int rows,
      long x,
      long xRow,
      long xStep,
      long xLine,
      int lines,
      int n,
      long w,
      long wRow,
      long y,
      long yRow) {
    switch (rows) {
      case 8 -> tile8x2(x, xRow, xStep, xLine, lines, n, w, wRow, y, yRow);
      case 5 -> tile5x2(x, xRow, xStep, xLine, lines, n, w, wRow, y, yRow);
      case 4 -> tile4x2(x, xRow, xStep, xLine, lines, n, w, wRow, y, yRow);
      case 3 -> tile3x2(x, xRow, xStep, xLine, lines, n, w, wRow, y, yRow);
      case 1 -> tile1x2(x, xStep, xLine, lines, n, w, wRow, y);
      default -> throw new IllegalArgumentException("rows=" + rows);
    }
  }

  private static void tile8x2(
      long x,
      long xRow,
      long xStep,
      long xLine,
      int lines,
      int n,
      long w,
      long wRow,
      long y,
      long yRow) {
    FloatVector a00 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y, ORDER);
    FloatVector a01 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + BYTES, ORDER);
    FloatVector a10 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow, ORDER);
    FloatVector a11 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow + BYTES, ORDER);
    FloatVector a20 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow, ORDER);
    FloatVector a21 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow + BYTES, ORDER);
    FloatVector a30 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * yRow, ORDER);
    FloatVector a31 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * yRow + BYTES, ORDER);
    FloatVector a40 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 4 * yRow, ORDER);
    FloatVector a41 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 4 * yRow + BYTES, ORDER);
    FloatVector a50 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 5 * yRow, ORDER);
    FloatVector a51 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 5 * yRow + BYTES, ORDER);
    FloatVector a60 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 6 * yRow, ORDER);
    FloatVector a61 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 6 * yRow + BYTES, ORDER);
    FloatVector a70 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 7 * yRow, ORDER);
    FloatVector a71 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 7 * yRow + BYTES, ORDER);
    for (int line = 0; line < lines; line++) {
      long at = x;
      for (int k = 0; k < n; k++) {
        FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + BYTES, ORDER);
        FloatVector x0 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at));
        a00 = x0.fma(w0, a00);
        a01 = x0.fma(w1, a01);
        FloatVector x1 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + xRow));
        a10 = x1.fma(w0, a10);
        a11 = x1.fma(w1, a11);
        FloatVector x2 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 2 * xRow));
        a20 = x2.fma(w0, a20);
        a21 = x2.fma(w1, a21);
        FloatVector x3 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 3 * xRow));
        a30 = x3.fma(w0, a30);
        a31 = x3.fma(w1, a31);
        FloatVector x4 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 4 * xRow));
        a40 = x4.fma(w0, a40);
        a41 = x4.fma(w1, a41);
        FloatVector x5 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 5 * xRow));
        a50 = x5.fma(w0, a50);
        a51 = x5.fma(w1, a51);
        FloatVector x6 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 6 * xRow));
        a60 = x6.fma(w0, a60);
        a61 = x6.fma(w1, a61);
        FloatVector x7 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 7 * xRow));
        a70 = x7.fma(w0, a70);
        a71 = x7.fma(w1, a71);
        w += wRow;
        at += xStep;
      }
      x += xLine;
    }
    a00.intoMemorySegment(MEMORY, y, ORDER);
    a01.intoMemorySegment(MEMORY, y + BYTES, ORDER);
    a10.intoMemorySegment(MEMORY, y + yRow, ORDER);
    a11.intoMemorySegment(MEMORY, y + yRow + BYTES, ORDER);
    a20.intoMemorySegment(MEMORY, y + 2 * yRow, ORDER);
    a21.intoMemorySegment(MEMORY, y + 2 * yRow + BYTES, ORDER);
    a30.intoMemorySegment(MEMORY, y + 3 * yRow, ORDER);
    a31.intoMemorySegment(MEMORY, y + 3 * yRow + BYTES, ORDER);
    a40.intoMemorySegment(MEMORY, y + 4 * yRow, ORDER);
    a41.intoMemorySegment(MEMORY, y + 4 * yRow + BYTES, ORDER);
    a50.intoMemorySegment(MEMORY, y + 5 * yRow, ORDER);
    a51.intoMemorySegment(MEMORY, y + 5 * yRow + BYTES, ORDER);
    a60.intoMemorySegment(MEMORY, y + 6 * yRow, ORDER);
    a61.intoMemorySegment(MEMORY, y + 6 * yRow + BYTES, ORDER);
    a70.intoMemorySegment(MEMORY, y + 7 * yRow, ORDER);
    a71.intoMemorySegment(MEMORY, y + 7 * yRow + BYTES, ORDER);
  }

  private static void tile5x2(
      long x,
      long xRow,
      long xStep,
      long xLine,
      int lines,
      int n,
      long w,
      long wRow,
      long y,
      long yRow) {
    FloatVector a00 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y, ORDER);
    FloatVector a01 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + BYTES, ORDER);
    FloatVector a10 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow, ORDER);
    FloatVector a11 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow + BYTES, ORDER);
    FloatVector a20 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow, ORDER);
    FloatVector a21 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow + BYTES, ORDER);
    FloatVector a30 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * yRow, ORDER);
    FloatVector a31 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * yRow + BYTES, ORDER);
    FloatVector a40 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 4 * yRow, ORDER);
    FloatVector a41 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 4 * yRow + BYTES, ORDER);
    for (int line = 0; line < lines; line++) {
      long at = x;
      for (int k = 0; k < n; k++) {
        FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + BYTES, ORDER);
        FloatVector x0 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at));
        a00 = x0.fma(w0, a00);
        a01 = x0.fma(w1, a01);
        FloatVector x1 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + xRow));
        a10 = x1.fma(w0, a10);
        a11 = x1.fma(w1, a11);
        FloatVector x2 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 2 * xRow));
        a20 = x2.fma(w0, a20);
        a21 = x2.fma(w1, a21);
        FloatVector x3 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 3 * xRow));
        a30 = x3.fma(w0, a30);
        a31 = x3.fma(w1, a31);
        FloatVector x4 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 4 * xRow));
        a40 = x4.fma(w0, a40);
        a41 = x4.fma(w1, a41);
        w += wRow;
        at += xStep;
      }
      x += xLine;
    }
    a00.intoMemorySegment(MEMORY, y, ORDER);
    a01.intoMemorySegment(MEMORY, y + BYTES, ORDER);
    a10.intoMemorySegment(MEMORY, y + yRow, ORDER);
    a11.intoMemorySegment(MEMORY, y + yRow + BYTES, ORDER);
    a20.intoMemorySegment(MEMORY, y + 2 * yRow, ORDER);
    a21.intoMemorySegment(MEMORY, y + 2 * yRow + BYTES, ORDER);
    a30.intoMemorySegment(MEMORY, y + 3 * yRow, ORDER);
    a31.intoMemorySegment(MEMORY, y + 3 * yRow + BYTES, ORDER);
    a40.intoMemorySegment(MEMORY, y + 4 * yRow, ORDER);
    a41.intoMemorySegment(MEMORY, y + 4 * yRow + BYTES, ORDER);
  }

  private static void tile4x2(
      long x,
      long xRow,
      long xStep,
      long xLine,
      int lines,
      int n,
      long w,
      long wRow,
      long y,
      long yRow) {
    FloatVector a00 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y, ORDER);
    FloatVector a01 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + BYTES, ORDER);
    FloatVector a10 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow, ORDER);
    FloatVector a11 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow + BYTES, ORDER);
    FloatVector a20 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow, ORDER);
    FloatVector a21 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow + BYTES, ORDER);
    FloatVector a30 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * yRow, ORDER);
    FloatVector a31 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * yRow + BYTES, ORDER);
    for (int line = 0; line < lines; line++) {
      long at = x;
      for (int k = 0; k < n; k++) {
        FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + BYTES, ORDER);
        FloatVector x0 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at));
        a00 = x0.fma(w0, a00);
        a01 = x0.fma(w1, a01);
        FloatVector x1 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + xRow));
        a10 = x1.fma(w0, a10);
        a11 = x1.fma(w1, a11);
        FloatVector x2 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 2 * xRow));
        a20 = x2.fma(w0, a20);
        a21 = x2.fma(w1, a21);
        FloatVector x3 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 3 * xRow));
        a30 = x3.fma(w0, a30);
        a31 = x3.fma(w1, a31);
        w += wRow;
        at += xStep;
      }
      x += xLine;
    }
    a00.intoMemorySegment(MEMORY, y, ORDER);
    a01.intoMemorySegment(MEMORY, y + BYTES, ORDER);
    a10.intoMemorySegment(MEMORY, y + yRow, ORDER);
    a11.intoMemorySegment(MEMORY, y + yRow + BYTES, ORDER);
    a20.intoMemorySegment(MEMORY, y + 2 * yRow, ORDER);
    a21.intoMemorySegment(MEMORY, y + 2 * yRow + BYTES, ORDER);
    a30.intoMemorySegment(MEMORY, y + 3 * yRow, ORDER);
    a31.intoMemorySegment(MEMORY, y + 3 * yRow + BYTES, ORDER);
  }

  private static void tile3x2(
      long x,
      long xRow,
      long xStep,
      long xLine,
      int lines,
      int n,
      long w,
      long wRow,
      long y,
      long yRow) {
    FloatVector a00 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y, ORDER);
    FloatVector a01 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + BYTES, ORDER);
    FloatVector a10 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow, ORDER);
    FloatVector a11 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow + BYTES, ORDER);
    FloatVector a20 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow, ORDER);
    FloatVector a21 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow + BYTES, ORDER);
    for (int line = 0; line < lines; line++) {
      long at = x;
      for (int k = 0; k < n; k++) {
        FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + BYTES, ORDER);
        FloatVector x0 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at));
        a00 = x0.fma(w0, a00);
        a01 = x0.fma(w1, a01);
        FloatVector x1 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + xRow));
        a10 = x1.fma(w0, a10);
        a11 = x1.fma(w1, a11);
        FloatVector x2 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 2 * xRow));
        a20 = x2.fma(w0, a20);
        a21 = x2.fma(w1, a21);
        w += wRow;
        at += xStep;
      }
      x += xLine;
    }
    a00.intoMemorySegment(MEMORY, y, ORDER);
    a01.intoMemorySegment(MEMORY, y + BYTES, ORDER);
    a10.intoMemorySegment(MEMORY, y + yRow, ORDER);
    a11.intoMemorySegment(MEMORY, y + yRow + BYTES, ORDER);
    a20.intoMemorySegment(MEMORY, y + 2 * yRow, ORDER);
    a21.intoMemorySegment(MEMORY, y + 2 * yRow + BYTES, ORDER);
  }

  private static void tile1x2(
      long x, long xStep, long xLine, int lines, int n, long w, long wRow, long y) {
    FloatVector a00 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y, ORDER);
    FloatVector a01 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + BYTES, ORDER);
    for (int line = 0; line < lines; line++) {
      long at = x;
      for (int k = 0; k < n; k++) {
        FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + BYTES, ORDER);
        FloatVector x0 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at));
        a00 = x0.fma(w0, a00);
        a01 = x0.fma(w1, a01);
        w += wRow;
        at += xStep;
      }
      x += xLine;
    }
    a00.intoMemorySegment(MEMORY, y, ORDER);
    a01.intoMemorySegment(MEMORY, y + BYTES, ORDER);
  }
}
