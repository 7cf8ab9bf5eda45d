package stride.nn.cpu;

import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.MANY_REGISTERS;

/**
 * The arithmetic of convolutions: sums that start from what memory holds and go back there.
 *
 * <pre>
 *   y[r][c] += sum over line, k of x[line * xLine + k * xStep + r * xRow] w[line * n + k][c]
 *
 *                 xRow between rows of y        xStep from k to k          rows of w
 *   forward       a place of the kernel         1                          weights
 *   of weights    1                             a place of the kernel      gradients put out
 *   of inputs     a pixel                       1                          transposed weights
 * </pre>
 *
 * <p>Each sum adds its products in order by fused multiply-add, so that it does not show how rows
 * and columns are dealt to tiles. Addresses and strides are in bytes.
 *
 * <p>A tile is some rows x some vectors of columns, all sums in registers. A core loads a vector or
 * broadcasts an element in the time of two multiplications: the squarer the tile, the nearer to the
 * peak. Of 32 registers 4 x 4 reach it, and 8 x 2 four fifths; of 16, 5 x 2 is the most that C2
 * does not spill. Slabs are read by their addresses, for else C2 checks each access, which takes
 * more instructions than the sums: what calls this has checked that all lies within its slabs.
 */
final class StridedTiles {
  // rows of the next tile by the rows that are left; of more, the last
  private static final int[] OF_FOUR = {0, 1, 1, 3, 4, 4, 3, 4, 4};
  private static final int[] OF_TWO =
      MANY_REGISTERS
          ? new int[] {0, 1, 1, 3, 4, 5, 3, 4, 8, 5, 5, 8, 8, 8, 5, 5, 8, 8, 5, 8, 5, 8}
          : new int[] {0, 1, 1, 3, 4, 5, 3, 4, 4, 5, 5};
  private static final int[] OF_ONE = {0, 1, 1, 1, 1, 1, 1, 7, 8, 8, 8, 8, 8, 8, 7, 8, 8};

  private StridedTiles() {}

  /**
   * Adds to rows of y.
   *
   * @param rows of y, and how many of x go with them
   * @param columns of y and w, a multiple of the lanes
   */
  static void add(
      int rows,
      int columns,
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
    int vectors = columns / LANES;
    long column = 0;
    while (vectors > 0) {
      final int width = MANY_REGISTERS && vectors >= 4 ? 4 : Math.min(vectors, 2);
      panel(width, rows, x, xRow, xStep, xLine, lines, n, w + column, wRow, y + column, yRow);
      vectors -= width;
      column += width * BYTES;
    }
  }

  private static void panel(
      int width,
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
    int row = 0;
    while (row < rows) {
      final int left = rows - row;
      final long xAt = x + row * xRow;
      final long yAt = y + row * yRow;
      final int taken;
      switch (width) {
        case 4 -> {
          taken = next(OF_FOUR, left);
          FourVectorTiles.add(taken, xAt, xRow, xStep, xLine, lines, n, w, wRow, yAt, yRow);
        }
        case 2 -> {
          taken = next(OF_TWO, left);
          TwoVectorTiles.add(taken, xAt, xRow, xStep, xLine, lines, n, w, wRow, yAt, yRow);
        }
        default -> {
          taken = next(OF_ONE, left);
          OneVectorTiles.add(taken, xAt, xRow, xStep, xLine, lines, n, w, wRow, yAt, yRow);
        }
      }
      row += taken;
    }
  }

  private static int next(int[] sizes, int left) {
    return sizes[Math.min(left, sizes.length - 1)];
  }
}
