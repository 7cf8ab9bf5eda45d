package stride.replay;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.Objects;
import java.util.SequencedMap;
import stride.learn.NotFiniteException;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;

/**
 * Priorities of rows, {@code (|td error| + 1e-6)^alpha}, and rows drawn in proportion to them. Any
 * number of threads may draw while nobody writes. Closing is idempotent.
 */
final class Priorities implements AutoCloseable {
  private static final double EPSILON = 1e-6;

  private final int batchSize;
  private final double alpha;
  private final double beta;
  private final SumTree tree; // a leaf for each row
  private final Arena arena = Arena.ofShared();
  private final DoubleSlab largest; // [1] so far, 1 at first

  Priorities(int rows, int batchSize, double alpha, double beta, SlabAllocator allocator) {
    this.batchSize = batchSize;
    this.alpha = alpha;
    this.beta = beta;
    this.tree = new SumTree(rows, allocator);
    this.largest = DoubleSlab.allocate(arena, 1);
    largest.set(0, 1);
  }

  float of(int row) {
    return tree.get(row);
  }

  double total() {
    return tree.total();
  }

  /** Gives a row the largest priority so far; {@link #sum} must follow. */
  void admit(int row) {
    tree.set(row, (float) largest.get(0));
  }

  /** Takes a row's priority away; {@link #sum} must follow. */
  void dismiss(int row) {
    tree.set(row, 0);
  }

  /** Adds up what has changed in rows [from, to). */
  void sum(int from, int to) {
    tree.sum(from, to);
  }

  /** Adds up all. */
  void sum() {
    tree.sum();
  }

  /**
   * The rows for uniform numbers within the shares of consecutive rows of the batch.
   *
   * @param first of the rows in the batch
   * @param uniforms in [0, 1); overwritten
   * @param rows overwritten
   * @param found overwritten: the rows' priorities
   */
  void draw(int first, double[] uniforms, int[] rows, float[] found, int count) {
    final double total = tree.total();
    for (int k = 0; k < count; k++) {
      uniforms[k] = (first + k + uniforms[k]) / batchSize * total;
    }
    tree.find(uniforms, rows, found, count);
  }

  /**
   * The weight of a row in the loss.
   *
   * @param priority of the row
   * @param least priority of the batch, whose weight is 1
   */
  float weight(float priority, float least) {
    return (float) Power.of((double) priority / least, -beta);
  }

  /** Sets the priorities of rows; of a row that is there twice the last error counts. */
  void renew(IntSlab rows, FloatSlab tdErrors, int n) {
    Objects.checkFromIndexSize(0, n, Math.min(rows.length(), tdErrors.length()));
    double most = largest.get(0);
    for (int k = 0; k < n; k++) {
      final float error = Math.abs(tdErrors.get(k));
      if (!Float.isFinite(error)) {
        throw new NotFiniteException("td error of row " + k + " is " + tdErrors.get(k));
      }
      final float priority = (float) Power.of(error + EPSILON, alpha);
      most = Math.max(most, priority);
      tree.set(rows.get(k), priority);
    }
    largest.set(0, most);
    tree.sum(rows, n);
  }

  /** All priorities, and the largest so far; live slabs. */
  SequencedMap<String, Slab> state() {
    final SequencedMap<String, Slab> state = new LinkedHashMap<>();
    state.put("priorities", tree.leaves());
    state.put("largest_priority", largest);
    return state;
  }

  @Override
  public void close() {
    tree.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
