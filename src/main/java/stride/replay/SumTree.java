package stride.replay;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import stride.memory.DoubleSlab;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

/**
 * Numbers of which one is found by a share of their sum, as in proportional sampling.
 *
 * <pre>
 *   leaves   f32 | 16 | 16 | 16 | ...            a cache line each
 *   level 0  f64 |  8 sums of 16 leaves  | 8 | ...
 *   level 1  f64 |  8 sums of 8 sums     | ...
 *   ...
 *   the top  f64 |  the sum of all, 0 ...
 * </pre>
 *
 * <p>Sums are added up anew, in the order of what they sum, and never changed by a difference: they
 * do not drift, and do not depend on the order of changes. All levels are padded with zeros to
 * whole lines. Any number of threads may search while nobody writes. Closing is idempotent.
 */
final class SumTree implements AutoCloseable {
  private static final int LEAVES = 16; // of a sum of level 0
  private static final int CHILDREN = 8; // of any other
  private static final int LEAF_BITS = 4;
  private static final int CHILD_BITS = 3;
  private static final long FLOAT = Float.BYTES;
  private static final long DOUBLE = Double.BYTES;

  private final SlabBlock block;
  private final FloatSlab leaves; // [C']
  private final DoubleSlab sums; // all levels, level 0 first
  private final MemorySegment leafMemory;
  private final MemorySegment sumMemory;
  private final long[] starts; // of the levels, in bytes of sums
  private final int nodes; // sums of level 0

  /** A tree of zeros. */
  SumTree(int capacity, SlabAllocator allocator) {
    this.nodes = Math.ceilDiv(capacity, LEAVES);
    this.starts = starts(nodes);
    this.block = plan(capacity).allocate(allocator);
    this.leaves = block.floats("leaves");
    this.sums = block.doubles("sums");
    this.leafMemory = leaves.segment();
    this.sumMemory = sums.segment();
  }

  /** Bytes that a tree takes. */
  static long bytes(int capacity) {
    return plan(capacity).sizeBytes();
  }

  private static SlabPlan plan(int capacity) {
    final int nodes = Math.ceilDiv(capacity, LEAVES);
    final long[] starts = starts(nodes);
    final long sums = starts[starts.length - 1] / DOUBLE + CHILDREN; // the top is one line
    return new SlabPlan()
        .add("leaves", ElementType.FLOAT, (long) nodes * LEAVES)
        .add("sums", ElementType.DOUBLE, sums);
  }

  private static long[] starts(int nodes) {
    int levels = 1;
    for (int count = nodes; count > 1; count = Math.ceilDiv(count, CHILDREN)) {
      levels++;
    }
    final long[] starts = new long[levels];
    long at = 0;
    int count = nodes;
    for (int level = 0; level < levels; level++) {
      starts[level] = at * DOUBLE;
      count = Math.ceilDiv(count, CHILDREN);
      at += (long) count * CHILDREN;
    }
    return starts;
  }

  /** All numbers: [C'], C' being the capacity rounded up to whole lines. */
  FloatSlab leaves() {
    return leaves;
  }

  float get(int leaf) {
    return leafMemory.get(JAVA_FLOAT, FLOAT * leaf);
  }

  /** Sets a number, at least 0; {@link #sum} must follow. */
  void set(int leaf, float value) {
    leafMemory.set(JAVA_FLOAT, FLOAT * leaf, value);
  }

  /** The sum of all numbers. */
  double total() {
    return sumMemory.get(JAVA_DOUBLE, starts[starts.length - 1]);
  }

  /** Adds up all numbers. */
  void sum() {
    sum(0, nodes * LEAVES);
  }

  /** Adds up what has changed in numbers [from, to). */
  void sum(int from, int to) {
    if (from >= to) {
      return;
    }
    int first = from >> LEAF_BITS;
    int last = (to - 1) >> LEAF_BITS;
    for (int node = first; node <= last; node++) {
      sumLeaves(node);
    }
    for (int level = 1; level < starts.length; level++) {
      first >>= CHILD_BITS;
      last >>= CHILD_BITS;
      for (int node = first; node <= last; node++) {
        sumChildren(level, node);
      }
    }
  }

  /** Adds up what has changed in the first of a list of numbers, which is fastest in order. */
  void sum(IntSlab list, int n) {
    int before = -1;
    for (int k = 0; k < n; k++) {
      final int node = list.get(k) >> LEAF_BITS;
      if (node != before) {
        sumLeaves(node);
        before = node;
      }
    }
    int bits = LEAF_BITS;
    for (int level = 1; level < starts.length; level++) {
      bits += CHILD_BITS;
      before = -1;
      for (int k = 0; k < n; k++) {
        final int node = list.get(k) >> bits;
        if (node != before) {
          sumChildren(level, node);
          before = node;
        }
      }
    }
  }

  private void sumLeaves(int node) {
    final MemorySegment memory = leafMemory;
    final long at = FLOAT * LEAVES * node;
    double sum = 0;
    for (int k = 0; k < LEAVES; k++) {
      sum += memory.get(JAVA_FLOAT, at + FLOAT * k);
    }
    sumMemory.set(JAVA_DOUBLE, DOUBLE * node, sum);
  }

  private void sumChildren(int level, int node) {
    final MemorySegment memory = sumMemory;
    final long at = starts[level - 1] + DOUBLE * CHILDREN * node;
    double sum = 0;
    for (int k = 0; k < CHILDREN; k++) {
      sum += memory.get(JAVA_DOUBLE, at + DOUBLE * k);
    }
    memory.set(JAVA_DOUBLE, starts[level] + DOUBLE * node, sum);
  }

  /**
   * The first number up to which the sum, itself included, is above a mass; it is not 0.
   *
   * @param mass in [0, total), the total above 0
   */
  int find(double mass) {
    double rest = mass;
    int node = 0;
    for (int level = starts.length - 2; level >= 0; level--) {
      final long at = starts[level] + DOUBLE * CHILDREN * node;
      int k = 0;
      double below = 0;
      while (k < CHILDREN) {
        final double sum = below + sumMemory.get(JAVA_DOUBLE, at + DOUBLE * k);
        if (sum > rest) {
          break;
        }
        below = sum;
        k++;
      }
      // rounding may leave a rest beyond all: then it is the last above 0
      while (k == CHILDREN || sumMemory.get(JAVA_DOUBLE, at + DOUBLE * k) == 0) {
        k--;
        below = 0;
      }
      node = node * CHILDREN + k;
      rest -= below;
    }
    return findLeaf(node, rest);
  }

  private int findLeaf(int node, double rest) {
    final long at = FLOAT * LEAVES * node;
    int k = 0;
    double sum = leafMemory.get(JAVA_FLOAT, at);
    while (sum <= rest && k < LEAVES - 1) {
      k++;
      sum += leafMemory.get(JAVA_FLOAT, at + FLOAT * k);
    }
    while (leafMemory.get(JAVA_FLOAT, at + FLOAT * k) == 0) {
      k--;
    }
    return node * LEAVES + k;
  }

  @Override
  public void close() {
    block.close();
  }
}
