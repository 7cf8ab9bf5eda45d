package stride.nn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import stride.nn.LinearLayout;

/**
 * Transposes matrices in square blocks of vectors, by butterflies: for d = half the lanes, a
 * quarter, ..., 1, rows d apart exchange the elements whose columns differ in bit d. Offsets in
 * bytes.
 */
final class Transpose {
  /** One stage: the distance d, columns with bit d flipped, and the columns where it is set. */
  private record Stage(int distance, VectorShuffle<Float> flip, VectorMask<Float> set) {
    static Stage of(int distance) {
      boolean[] set = new boolean[LANES];
      for (int lane = 0; lane < LANES; lane++) {
        set[lane] = (lane & distance) != 0;
      }
      return new Stage(
          distance,
          VectorShuffle.fromOp(FLOATS, lane -> lane ^ distance),
          VectorMask.fromArray(FLOATS, set, 0));
    }
  }

  private static final Stage[] STAGES = stages();

  private Transpose() {}

  private static Stage[] stages() {
    List<Stage> stages = new ArrayList<>();
    for (int distance = LANES / 2; distance > 0; distance /= 2) {
      stages.add(Stage.of(distance));
    }
    return stages.toArray(new Stage[0]);
  }

  static void transpose(
      MemorySegment p, LinearLayout layer, MemorySegment t, LinearLayout backward) {
    final int in = layer.inputs();
    final int columns = layer.outputStride();
    final long wRow = 4L * columns;
    final long tRow = 4L * backward.outputStride();
    final long wAt = 4 * layer.weights();
    final long tAt = 4 * backward.weights();
    int k = 0;
    for (; k + LANES <= in; k += LANES) {
      for (int o = 0; o < columns; o += LANES) {
        block(p, wAt + k * wRow + 4L * o, wRow, t, tAt + o * tRow + 4L * k, tRow);
      }
    }
    for (; k < in; k++) {
      row(p, wAt + k * wRow, columns, t, tAt + 4L * k, tRow);
    }
  }

  private static void block(
      MemorySegment from, long fromAt, long fromRow, MemorySegment to, long toAt, long toRow) {
    exchange4(from, fromAt, fromRow, to, toAt, toRow, STAGES[0], STAGES[1]);
    int s = 2;
    for (; s + 2 <= STAGES.length; s += 2) {
      exchange4(to, toAt, toRow, to, toAt, toRow, STAGES[s], STAGES[s + 1]);
    }
    for (; s < STAGES.length; s++) {
      exchange2(to, toAt, toRow, STAGES[s]);
    }
  }

  /** Two stages at once: rows come from memory and go there half as often. */
  private static void exchange4(
      MemorySegment from,
      long fromAt,
      long fromRow,
      MemorySegment to,
      long toAt,
      long toRow,
      Stage first,
      Stage second) {
    final int d = second.distance; // half of the first
    final VectorShuffle<Float> flip = first.flip;
    final VectorMask<Float> set = first.set;
    final VectorShuffle<Float> flip2 = second.flip;
    final VectorMask<Float> set2 = second.set;
    for (int i = 0; i < LANES / 4; i++) {
      int r = 4 * (i & -d) + (i & (d - 1)); // rows without either bit
      FloatVector a = load(from, fromAt + r * fromRow);
      FloatVector b = load(from, fromAt + (r + d) * fromRow);
      FloatVector c = load(from, fromAt + (r + 2 * d) * fromRow);
      FloatVector e = load(from, fromAt + (r + 3 * d) * fromRow);
      FloatVector ac = a.blend(c.rearrange(flip), set);
      FloatVector ca = a.rearrange(flip).blend(c, set);
      FloatVector be = b.blend(e.rearrange(flip), set);
      FloatVector eb = b.rearrange(flip).blend(e, set);
      ac.blend(be.rearrange(flip2), set2).intoMemorySegment(to, toAt + r * toRow, ORDER);
      ac.rearrange(flip2).blend(be, set2).intoMemorySegment(to, toAt + (r + d) * toRow, ORDER);
      ca.blend(eb.rearrange(flip2), set2).intoMemorySegment(to, toAt + (r + 2 * d) * toRow, ORDER);
      ca.rearrange(flip2).blend(eb, set2).intoMemorySegment(to, toAt + (r + 3 * d) * toRow, ORDER);
    }
  }

  /** The stage that is left over where their number is odd. */
  private static void exchange2(MemorySegment to, long toAt, long toRow, Stage stage) {
    final int d = stage.distance;
    final VectorShuffle<Float> flip = stage.flip;
    final VectorMask<Float> set = stage.set;
    for (int i = 0; i < LANES / 2; i++) {
      int r = (i & -d) + i; // rows without bit d
      FloatVector a = load(to, toAt + r * toRow);
      FloatVector b = load(to, toAt + (r + d) * toRow);
      a.blend(b.rearrange(flip), set).intoMemorySegment(to, toAt + r * toRow, ORDER);
      a.rearrange(flip).blend(b, set).intoMemorySegment(to, toAt + (r + d) * toRow, ORDER);
    }
  }

  private static void row(
      MemorySegment from, long fromAt, int columns, MemorySegment to, long toAt, long toRow) {
    for (int o = 0; o < columns; o++) {
      to.set(JAVA_FLOAT, toAt + o * toRow, from.get(JAVA_FLOAT, fromAt + 4L * o));
    }
  }
}
