package stride.replay;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;
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
 * <p>Beside each sum lies what those before it in its line add up to: a search compares a mass with
 * it, and with no sum. Sums are added up anew, in the order of what they sum, and never changed by
 * a difference: they do not drift, and do not depend on the order of changes. All levels are padded
 * with zeros to whole lines. Any number of threads may search while nobody writes. Closing is
 * idempotent.
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
  private final MemorySegment leafMemory;
  private final MemorySegment sumMemory; // all levels, level 0 first
  private final MemorySegment belowMemory; // for each sum, the sum of those before it in its line
  private final long[] starts; // of the levels, in bytes of sums
  private final int[] counts; // of the levels' sums

  /** A tree of zeros. */
  SumTree(int capacity, SlabAllocator allocator) {
    this.counts = counts(capacity);
    this.starts = new long[counts.length];
    for (int level = 1; level < counts.length; level++) {
      starts[level] = starts[level - 1] + DOUBLE * elements(counts[level - 1]);
    }
    this.block = plan(counts).allocate(allocator);
    this.leaves = block.floats("leaves");
    this.leafMemory = leaves.segment();
    this.sumMemory = block.doubles("sums").segment();
    this.belowMemory = block.doubles("below").segment();
  }

  /** Bytes that a tree takes. */
  static long bytes(int capacity) {
    return plan(counts(capacity)).sizeBytes();
  }

  private static SlabPlan plan(int[] counts) {
    final long all = IntStream.of(counts).mapToLong(SumTree::elements).sum();
    return new SlabPlan()
        .add("leaves", ElementType.FLOAT, (long) counts[0] * LEAVES)
        .add("sums", ElementType.DOUBLE, all)
        .add("below", ElementType.DOUBLE, all);
  }

  /** Sums of each level, of the lowest first. */
  private static int[] counts(int capacity) {
    final int lowest = Math.ceilDiv(capacity, LEAVES);
    int levels = 1;
    for (int count = lowest; count > 1; levels++) {
      count = Math.ceilDiv(count, CHILDREN);
    }
    final int[] counts = new int[levels];
    counts[0] = lowest;
    for (int level = 1; level < levels; level++) {
      counts[level] = Math.ceilDiv(counts[level - 1], CHILDREN);
    }
    return counts;
  }

  /** Room for so many sums: whole lines. */
  private static long elements(int count) {
    return (long) Math.ceilDiv(count, CHILDREN) * CHILDREN;
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
    sum(0, counts[0] * LEAVES);
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
    final MemorySegment below = belowMemory;
    final long at = starts[level - 1] + DOUBLE * CHILDREN * node;
    double sum = 0;
    for (int k = 0; k < CHILDREN; k++) {
      below.set(JAVA_DOUBLE, at + DOUBLE * k, sum);
      sum += memory.get(JAVA_DOUBLE, at + DOUBLE * k);
    }
    memory.set(JAVA_DOUBLE, starts[level] + DOUBLE * node, sum);
  }

  /**
   * For each of several masses the first number up to which the sum, itself included, is above it;
   * it is not 0.
   *
   * <p>All go down a level before any goes down the next, and without a branch that depends on
   * them: what takes time is waiting for memory, and so the processor waits for many at once.
   *
   * @param masses in [0, total), the total above 0; overwritten
   * @param found overwritten: which numbers
   * @param numbers overwritten: the numbers found
   */
  void find(double[] masses, int[] found, float[] numbers, int count) {
    Arrays.fill(found, 0, count, 0);
    for (int level = starts.length - 2; level >= 0; level--) {
      descend(level, masses, found, count);
    }
    for (int k = 0; k < count; k++) {
      numbers[k] = leafMemory.get(JAVA_FLOAT, FLOAT * LEAVES * found[k]);
    }
    for (int k = 0; k < count; k++) {
      final int leaf = findLeaf(found[k], numbers[k], masses[k]);
      found[k] = leaf;
      numbers[k] = get(leaf);
    }
  }

  /** Replaces nodes by that child of theirs in which the rest of a mass lies, or by the last. */
  private void descend(int level, double[] rests, int[] nodes, int count) {
    final MemorySegment below = belowMemory;
    final long start = starts[level];
    final int last = counts[level] - 1;
    for (int k = 0; k < count; k++) {
      final double rest = rests[k];
      int child = nodes[k] * CHILDREN + CHILDREN - 1; // or before it, by halves
      child -= isAbove(below.get(JAVA_DOUBLE, start + DOUBLE * (child - 3)), rest) << 2;
      child -= isAbove(below.get(JAVA_DOUBLE, start + DOUBLE * (child - 1)), rest) << 1;
      child -= isAbove(below.get(JAVA_DOUBLE, start + DOUBLE * child), rest);
      child = Math.min(child, last); // rounding may leave a rest beyond all, and so in the padding
      rests[k] = rest - below.get(JAVA_DOUBLE, start + DOUBLE * child);
      nodes[k] = child;
    }
  }

  /** 1 if a sum is above a mass, else 0: the sign of their difference. */
  private static int isAbove(double sum, double mass) {
    return (int) (Double.doubleToRawLongBits(mass - sum) >>> 63);
  }

  private int findLeaf(int node, float first, double rest) {
    final long at = FLOAT * LEAVES * node;
    double sum = first;
    int above = isAbove(sum, rest);
    for (int k = 1; k < LEAVES - 1; k++) {
      sum += leafMemory.get(JAVA_FLOAT, at + FLOAT * k);
      above += isAbove(sum, rest);
    }
    int leaf = node * LEAVES + LEAVES - 1 - above;
    // rounding may leave a rest beyond all: then it is the last above 0
    while (get(leaf) == 0) {
      leaf--;
    }
    return leaf;
  }

  @Override
  public void close() {
    block.close();
  }
}
