package stride.ppo;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemorySegment;
import stride.memory.ByteSlab;
import stride.memory.ElementType;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.parallel.Partition;
import stride.random.RandomStream;

/**
 * Which rows of a rollout make up which minibatch: a random order for every epoch, cut into parts.
 *
 * <p>Diverged transitions are left out, so parts are a little smaller if there are some. Owns its
 * memory. {@link #begin} is for one thread; then epochs may be shuffled by different ones.
 */
public final class Minibatches implements AutoCloseable {
  private final int minibatches;
  private final SlabBlock block;
  private final IntSlab usable; // [B]
  private final IntSlab order; // [epochs, B]
  private final int capacity;
  private int rows;

  /**
   * Makes room for the order of rows in each epoch.
   *
   * @param capacity rows of the rollout
   * @param minibatches parts of an epoch
   */
  public Minibatches(int capacity, int minibatches, int epochs) {
    this.capacity = capacity;
    this.minibatches = minibatches;
    this.block =
        new SlabPlan()
            .add("usable", ElementType.INT, capacity)
            .add("order", ElementType.INT, epochs, capacity)
            .allocate(SlabAllocator.PAGES);
    this.usable = block.ints("usable");
    this.order = block.ints("order");
  }

  /**
   * Finds the usable rows.
   *
   * @param diverged [capacity], 1 where a row is not usable
   */
  public void begin(ByteSlab diverged) {
    int found = 0;
    for (int row = 0; row < capacity; row++) {
      if (diverged.get(row) == 0) {
        usable.set(found++, row);
      }
    }
    rows = found;
  }

  /** Takes all rows to be usable, as {@link #begin} finds where none diverged. */
  public void beginWhole() {
    for (int row = 0; row < capacity; row++) {
      usable.set(row, row);
    }
    rows = capacity;
  }

  /**
   * Puts the rows of an epoch in random order (Fisher and Yates).
   *
   * @param random of this thread alone
   * @param position of the epoch in the run, which the order follows from
   */
  public void shuffle(int epoch, RandomStream random, long position) {
    final MemorySegment to = order.segment();
    final long at = 4L * epoch * capacity;
    MemorySegment.copy(usable.segment(), 0, to, at, 4L * rows);
    random.seek(0, position);
    for (int i = rows - 1; i > 0; i--) {
      long one = at + 4L * i;
      long other = at + 4L * random.nextInt(i + 1);
      int row = to.get(JAVA_INT, one);
      to.set(JAVA_INT, one, to.get(JAVA_INT, other));
      to.set(JAVA_INT, other, row);
    }
  }

  /** Leaves the rows of an epoch in the order of the rollout. */
  void inOrder(int epoch) {
    MemorySegment.copy(usable.segment(), 0, order.segment(), 4L * epoch * capacity, 4L * rows);
  }

  /** The usable rows in the order of the rollout: [rows]. */
  IntSlab usable() {
    return usable;
  }

  /** How many rows are usable, at most the capacity. */
  public int rows() {
    return rows;
  }

  /**
   * The rows in the order of all epochs: [epochs, capacity]; of each epoch only as many as are
   * usable mean something.
   */
  public IntSlab order() {
    return order;
  }

  /** Where a minibatch starts in {@link #order}. */
  long start(int epoch, int minibatch) {
    return (long) epoch * capacity + Partition.start(rows, minibatch, minibatches);
  }

  /** How many rows a minibatch has; none if there are fewer usable rows than minibatches. */
  int size(int minibatch) {
    return Partition.start(rows, minibatch + 1, minibatches)
        - Partition.start(rows, minibatch, minibatches);
  }

  /** Rows of the rollout, usable or not. */
  public int capacity() {
    return capacity;
  }

  /** The most rows of a minibatch. */
  int largest() {
    return Math.ceilDiv(capacity, minibatches);
  }

  /** The owner of the slabs, for one transfer. */
  public SlabBlock block() {
    return block;
  }

  @Override
  public void close() {
    block.close();
  }
}
