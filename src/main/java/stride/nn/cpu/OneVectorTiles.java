package stride.nn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.MEMORY;
import static stride.nn.cpu.Lanes.ORDER;

import jdk.incubator.vector.FloatVector;

/**
 * Tiles of rows x one vector, what is left of an odd number of vectors. {@code StridedTiles} says
 * what they compute.
 */
final class OneVectorTiles {
  private OneVectorTiles() {}

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
      case 8 -> tile8x1(x, xRow, xStep, xLine, lines, n, w, wRow, y, yRow);
      case 7 -> tile7x1(x, xRow, xStep, xLine, lines, n, w, wRow, y, yRow);
      case 1 -> tile1x1(x, xStep, xLine, lines, n, w, wRow, y);
      default -> throw new IllegalArgumentException("rows=" + rows);
    }
  }

  private static void tile8x1(
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
    FloatVector a10 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow, ORDER);
    FloatVector a20 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow, ORDER);
    FloatVector a30 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * yRow, ORDER);
    FloatVector a40 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 4 * yRow, ORDER);
    FloatVector a50 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 5 * yRow, ORDER);
    FloatVector a60 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 6 * yRow, ORDER);
    FloatVector a70 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 7 * yRow, ORDER);
    for (int line = 0; line < lines; line++) {
      long at = x;
      for (int k = 0; k < n; k++) {
        FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w, ORDER);
        FloatVector x0 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at));
        a00 = x0.fma(w0, a00);
        FloatVector x1 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + xRow));
        a10 = x1.fma(w0, a10);
        FloatVector x2 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 2 * xRow));
        a20 = x2.fma(w0, a20);
        FloatVector x3 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 3 * xRow));
        a30 = x3.fma(w0, a30);
        FloatVector x4 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 4 * xRow));
        a40 = x4.fma(w0, a40);
        FloatVector x5 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 5 * xRow));
        a50 = x5.fma(w0, a50);
        FloatVector x6 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 6 * xRow));
        a60 = x6.fma(w0, a60);
        FloatVector x7 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 7 * xRow));
        a70 = x7.fma(w0, a70);
        w += wRow;
        at += xStep;
      }
      x += xLine;
    }
    a00.intoMemorySegment(MEMORY, y, ORDER);
    a10.intoMemorySegment(MEMORY, y + yRow, ORDER);
    a20.intoMemorySegment(MEMORY, y + 2 * yRow, ORDER);
    a30.intoMemorySegment(MEMORY, y + 3 * yRow, ORDER);
    a40.intoMemorySegment(MEMORY, y + 4 * yRow, ORDER);
    a50.intoMemorySegment(MEMORY, y + 5 * yRow, ORDER);
    a60.intoMemorySegment(MEMORY, y + 6 * yRow, ORDER);
    a70.intoMemorySegment(MEMORY, y + 7 * yRow, ORDER);
  }

  private static void tile7x1(
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
    FloatVector a10 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + yRow, ORDER);
    FloatVector a20 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 2 * yRow, ORDER);
    FloatVector a30 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 3 * yRow, ORDER);
    FloatVector a40 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 4 * yRow, ORDER);
    FloatVector a50 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 5 * yRow, ORDER);
    FloatVector a60 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y + 6 * yRow, ORDER);
    for (int line = 0; line < lines; line++) {
      long at = x;
      for (int k = 0; k < n; k++) {
        FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w, ORDER);
        FloatVector x0 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at));
        a00 = x0.fma(w0, a00);
        FloatVector x1 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + xRow));
        a10 = x1.fma(w0, a10);
        FloatVector x2 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 2 * xRow));
        a20 = x2.fma(w0, a20);
        FloatVector x3 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 3 * xRow));
        a30 = x3.fma(w0, a30);
        FloatVector x4 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 4 * xRow));
        a40 = x4.fma(w0, a40);
        FloatVector x5 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 5 * xRow));
        a50 = x5.fma(w0, a50);
        FloatVector x6 =
            FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at + 6 * xRow));
        a60 = x6.fma(w0, a60);
        w += wRow;
        at += xStep;
      }
      x += xLine;
    }
    a00.intoMemorySegment(MEMORY, y, ORDER);
    a10.intoMemorySegment(MEMORY, y + yRow, ORDER);
    a20.intoMemorySegment(MEMORY, y + 2 * yRow, ORDER);
    a30.intoMemorySegment(MEMORY, y + 3 * yRow, ORDER);
    a40.intoMemorySegment(MEMORY, y + 4 * yRow, ORDER);
    a50.intoMemorySegment(MEMORY, y + 5 * yRow, ORDER);
    a60.intoMemorySegment(MEMORY, y + 6 * yRow, ORDER);
  }

  private static void tile1x1(
      long x, long xStep, long xLine, int lines, int n, long w, long wRow, long y) {
    FloatVector a00 = FloatVector.fromMemorySegment(FLOATS, MEMORY, y, ORDER);
    for (int line = 0; line < lines; line++) {
      long at = x;
      for (int k = 0; k < n; k++) {
        FloatVector w0 = FloatVector.fromMemorySegment(FLOATS, MEMORY, w, ORDER);
        FloatVector x0 = FloatVector.broadcast(FLOATS, MEMORY.get(JAVA_FLOAT_UNALIGNED, at));
        a00 = x0.fma(w0, a00);
        w += wRow;
        at += xStep;
      }
      x += xLine;
    }
    a00.intoMemorySegment(MEMORY, y, ORDER);
  }
}
