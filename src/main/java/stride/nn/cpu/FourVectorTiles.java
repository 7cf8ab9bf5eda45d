package stride.nn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.MEMORY;
import static stride.nn.cpu.Lanes.ORDER;

import jdk.incubator.vector.FloatVector;

/**
 * Tiles of rows x four vectors, for machines with 32 registers. {@code StridedTiles} says what they
 * compute.
 */
final class FourVectorTiles {
  private FourVectorTiles() {}

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
      case 4 -> tile4x4(x, xRow, xStep, xLine, lines, n, w, wRow, y, yRow);
      case 3 -> tile3x4(x, xRow, xStep, xLine, lines, n, w, wRow, y, yRow);
      case 1 -> tile1x4(x, xStep, xLine, lines, n, w, wRow, y);
      default -> throw new IllegalArgumentException("rows=" + rows);
    }
  }

  private static void tile4x4(
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
    FloatVector a02 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * BYTES, ORDER);
    FloatVector a03 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * BYTES, ORDER);
    FloatVector a10 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow, ORDER);
    FloatVector a11 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow + BYTES, ORDER);
    FloatVector a12 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow + 2 * BYTES, ORDER);
    FloatVector a13 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow + 3 * BYTES, ORDER);
    FloatVector a20 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow, ORDER);
    FloatVector a21 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow + BYTES, ORDER);
    FloatVector a22 =
        FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow + 2 * BYTES, ORDER);
    FloatVector a23 =
        FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow + 3 * BYTES, ORDER);
    FloatVector a30 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * yRow, ORDER);
    FloatVector a31 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * yRow + BYTES, ORDER);
    FloatVector a32 =
        FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * yRow + 2 * BYTES, ORDER);
    FloatVector a33 =
        FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * yRow + 3 * BYTES, ORDER);
    for (int line = 0; line < lines; line++) {
      long at = x;
      for (int k = 0; k < n; k++) {
        FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + BYTES, ORDER);
        FloatVector w2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + 2 * BYTES, ORDER);
        FloatVector w3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + 3 * BYTES, ORDER);
        FloatVector x0 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at));
        a00 = x0.fma(w0, a00);
        a01 = x0.fma(w1, a01);
        a02 = x0.fma(w2, a02);
        a03 = x0.fma(w3, a03);
        FloatVector x1 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + xRow));
        a10 = x1.fma(w0, a10);
        a11 = x1.fma(w1, a11);
        a12 = x1.fma(w2, a12);
        a13 = x1.fma(w3, a13);
        FloatVector x2 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 2 * xRow));
        a20 = x2.fma(w0, a20);
        a21 = x2.fma(w1, a21);
        a22 = x2.fma(w2, a22);
        a23 = x2.fma(w3, a23);
        FloatVector x3 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 3 * xRow));
        a30 = x3.fma(w0, a30);
        a31 = x3.fma(w1, a31);
        a32 = x3.fma(w2, a32);
        a33 = x3.fma(w3, a33);
        w += wRow;
        at += xStep;
      }
      x += xLine;
    }
    a00.intoMemorySegment(MEMORY, y, ORDER);
    a01.intoMemorySegment(MEMORY, y + BYTES, ORDER);
    a02.intoMemorySegment(MEMORY, y + 2 * BYTES, ORDER);
    a03.intoMemorySegment(MEMORY, y + 3 * BYTES, ORDER);
    a10.intoMemorySegment(MEMORY, y + yRow, ORDER);
    a11.intoMemorySegment(MEMORY, y + yRow + BYTES, ORDER);
    a12.intoMemorySegment(MEMORY, y + yRow + 2 * BYTES, ORDER);
    a13.intoMemorySegment(MEMORY, y + yRow + 3 * BYTES, ORDER);
    a20.intoMemorySegment(MEMORY, y + 2 * yRow, ORDER);
    a21.intoMemorySegment(MEMORY, y + 2 * yRow + BYTES, ORDER);
    a22.intoMemorySegment(MEMORY, y + 2 * yRow + 2 * BYTES, ORDER);
    a23.intoMemorySegment(MEMORY, y + 2 * yRow + 3 * BYTES, ORDER);
    a30.intoMemorySegment(MEMORY, y + 3 * yRow, ORDER);
    a31.intoMemorySegment(MEMORY, y + 3 * yRow + BYTES, ORDER);
    a32.intoMemorySegment(MEMORY, y + 3 * yRow + 2 * BYTES, ORDER);
    a33.intoMemorySegment(MEMORY, y + 3 * yRow + 3 * BYTES, ORDER);
  }

  private static void tile3x4(
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
    FloatVector a02 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * BYTES, ORDER);
    FloatVector a03 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * BYTES, ORDER);
    FloatVector a10 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow, ORDER);
    FloatVector a11 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow + BYTES, ORDER);
    FloatVector a12 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow + 2 * BYTES, ORDER);
    FloatVector a13 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow + 3 * BYTES, ORDER);
    FloatVector a20 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow, ORDER);
    FloatVector a21 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow + BYTES, ORDER);
    FloatVector a22 =
        FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow + 2 * BYTES, ORDER);
    FloatVector a23 =
        FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow + 3 * BYTES, ORDER);
    for (int line = 0; line < lines; line++) {
      long at = x;
      for (int k = 0; k < n; k++) {
        FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + BYTES, ORDER);
        FloatVector w2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + 2 * BYTES, ORDER);
        FloatVector w3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + 3 * BYTES, ORDER);
        FloatVector x0 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at));
        a00 = x0.fma(w0, a00);
        a01 = x0.fma(w1, a01);
        a02 = x0.fma(w2, a02);
        a03 = x0.fma(w3, a03);
        FloatVector x1 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + xRow));
        a10 = x1.fma(w0, a10);
        a11 = x1.fma(w1, a11);
        a12 = x1.fma(w2, a12);
        a13 = x1.fma(w3, a13);
        FloatVector x2 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 2 * xRow));
        a20 = x2.fma(w0, a20);
        a21 = x2.fma(w1, a21);
        a22 = x2.fma(w2, a22);
        a23 = x2.fma(w3, a23);
        w += wRow;
        at += xStep;
      }
      x += xLine;
    }
    a00.intoMemorySegment(MEMORY, y, ORDER);
    a01.intoMemorySegment(MEMORY, y + BYTES, ORDER);
    a02.intoMemorySegment(MEMORY, y + 2 * BYTES, ORDER);
    a03.intoMemorySegment(MEMORY, y + 3 * BYTES, ORDER);
    a10.intoMemorySegment(MEMORY, y + yRow, ORDER);
    a11.intoMemorySegment(MEMORY, y + yRow + BYTES, ORDER);
    a12.intoMemorySegment(MEMORY, y + yRow + 2 * BYTES, ORDER);
    a13.intoMemorySegment(MEMORY, y + yRow + 3 * BYTES, ORDER);
    a20.intoMemorySegment(MEMORY, y + 2 * yRow, ORDER);
    a21.intoMemorySegment(MEMORY, y + 2 * yRow + BYTES, ORDER);
    a22.intoMemorySegment(MEMORY, y + 2 * yRow + 2 * BYTES, ORDER);
    a23.intoMemorySegment(MEMORY, y + 2 * yRow + 3 * BYTES, ORDER);
  }

  private static void tile1x4(
      long x, long xStep, long xLine, int lines, int n, long w, long wRow, long y) {
    FloatVector a00 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y, ORDER);
    FloatVector a01 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + BYTES, ORDER);
    FloatVector a02 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * BYTES, ORDER);
    FloatVector a03 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * BYTES, ORDER);
    for (int line = 0; line < lines; line++) {
      long at = x;
      for (int k = 0; k < n; k++) {
        FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w, ORDER);
        FloatVector w1 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + BYTES, ORDER);
        FloatVector w2 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + 2 * BYTES, ORDER);
        FloatVector w3 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w + 3 * BYTES, ORDER);
        FloatVector x0 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at));
        a00 = x0.fma(w0, a00);
        a01 = x0.fma(w1, a01);
        a02 = x0.fma(w2, a02);
        a03 = x0.fma(w3, a03);
        w += wRow;
        at += xStep;
      }
      x += xLine;
    }
    a00.intoMemorySegment(MEMORY, y, ORDER);
    a01.intoMemorySegment(MEMORY, y + BYTES, ORDER);
    a02.intoMemorySegment(MEMORY, y + 2 * BYTES, ORDER);
    a03.intoMemorySegment(MEMORY, y + 3 * BYTES, ORDER);
  }
}
