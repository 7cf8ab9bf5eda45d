package stride.bench;

import java.lang.foreign.Arena;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import stride.env.Tasks;
import stride.lab.bench.AnchoredBy;
import stride.lab.bench.Quick;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.random.Purpose;
import stride.random.RandomStream;
import stride.replay.PrioritySampler;
import stride.results.AnchorKind;

/**
 * What do priorities cost an update: drawing 256 rows in proportion to them, and setting those of
 * the rows that were learnt from?
 *
 * <p>{@link #sample} draws rows and weighs them, {@link #renew} sets the priorities of rows drawn
 * before and adds up what has changed, {@link #both} does one after the other, as an update does.
 *
 * <p>The trap is priorities that are all the same, as in a new memory, or that drift while the
 * clock runs, so that a faster sampler is measured on other rows. Here each transition has had an
 * error of its own before anything is timed, and new errors come from the same distribution.
 *
 * <p>Setting up and each iteration end with a proof: no sum is other than what adding up all
 * priorities anew makes of it, every row drawn can be learnt from and lies in its share of the
 * priorities, and weights are what their formula says.
 *
 * <p>Unit: calls/s; {@code rows} is rows/s. One thread. How to run: {@code ./stride bench --suite
 * PriorityBenchmark}; {@code --quick} has a million entries.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@Quick("capacity=1000000")
@AnchoredBy(AnchorKind.COPIES)
@State(Scope.Benchmark)
public class PriorityBenchmark {
  private static final int BATCH = 256;
  private static final int BATCHES = 1024;
  private static final long SEED = 1;
  private static final double ALPHA = 0.6;
  private static final double BETA = 0.4;

  // of a weight: float against double, and a power to 1e-11
  private static final double TOLERANCE = 1e-6;

  // of the sum of all: another order of additions of as many doubles
  private static final double ROUNDING = 1e-9;

  /** Entries of the sum tree: transitions that the memory keeps. */
  @Param({"10000", "1000000"})
  public int capacity;

  private Arena arena;
  private DrawnMemory drawn;
  private PrioritySampler sampler;
  private IntSlab rows; // [BATCH]
  private FloatSlab weights; // [BATCH]
  private IntSlab[] learnt; // BATCHES of [BATCH]
  private FloatSlab[] errors; // BATCHES of [BATCH]
  private long update;

  /** Gives each transition a priority of its own, and proves what is drawn. */
  @Setup
  public void open() {
    arena = Arena.ofShared();
    drawn = new DrawnMemory(Tasks.of("CartPole-v1").spec(), capacity);
    sampler =
        new PrioritySampler(
            drawn.memory(), /* nStep= */ 1, SEED, BATCH, ALPHA, BETA, SlabAllocator.PAGES);
    rows = IntSlab.allocate(arena, BATCH);
    weights = FloatSlab.allocate(arena, BATCH);
    learnt = new IntSlab[BATCHES];
    errors = new FloatSlab[BATCHES];
    final var random = new RandomStream(SEED, Purpose.BENCHMARK);
    for (int k = 0; k < BATCHES; k++) {
      learnt[k] = IntSlab.allocate(arena, BATCH);
      errors[k] = FloatSlab.allocate(arena, BATCH);
      for (int row = 0; row < BATCH; row++) {
        errors[k].set(row, (float) random.nextGaussian());
      }
    }
    final long steps = drawn.memory().steps();
    sampler.wrote(steps - capacity / DrawnMemory.ENVS, steps);
    renewAll();
    for (IntSlab batch : learnt) {
      sampler.rows(steps, update++, 0, BATCH, batch, weights);
    }
    check();
  }

  private void renewAll() {
    int count = 0;
    int batch = 0;
    for (int row = 0; row < capacity + DrawnMemory.ENVS; row++) {
      if (drawn.usable(row)) {
        rows.set(count++, row);
      }
      if (count == BATCH || row == capacity + DrawnMemory.ENVS - 1) {
        sampler.renew(rows, errors[batch++ % BATCHES], count);
        count = 0;
      }
    }
  }

  private void draw() {
    sampler.rows(drawn.memory().steps(), update++, 0, BATCH, rows, weights);
  }

  private void settle(IntSlab batch) {
    sampler.renew(batch, errors[(int) (update++ % BATCHES)], BATCH);
  }

  /** Draws a batch, and shows that it is what priorities say. */
  @TearDown(Level.Iteration)
  public void check() {
    draw();
    final int[] first = rows.toArray();
    final var priorities = (FloatSlab) sampler.state().get("priorities");
    requireShares(first, priorities);
    requireWeights(first, priorities);
    sampler.restore(sampler.state()); // adds up all priorities anew
    update--;
    draw();
    for (int k = 0; k < BATCH; k++) {
      if (rows.get(k) != first[k]) {
        throw new IllegalStateException("sums are not those of the priorities: row " + k);
      }
    }
  }

  /** Row k lies in the k-th of equal shares of the sum, so that rows are in order. */
  private void requireShares(int[] batch, FloatSlab priorities) {
    final double total = sum(priorities, 0, (int) priorities.length());
    final double slack = ROUNDING * total;
    double below = 0;
    int before = 0;
    for (int k = 0; k < BATCH; k++) {
      final int row = batch[k];
      below += sum(priorities, before, row);
      before = row;
      final double share = priorities.get(row);
      final boolean inShare =
          below <= (k + 1) * total / BATCH + slack && below + share >= k * total / BATCH - slack;
      if (!inShare || !drawn.usable(row) || !(share > 0)) {
        throw new IllegalStateException("row " + k + " of the batch cannot be " + row);
      }
    }
  }

  private static double sum(FloatSlab numbers, int from, int to) {
    double sum = 0;
    for (int k = from; k < to; k++) {
      sum += numbers.get(k);
    }
    return sum;
  }

  private void requireWeights(int[] batch, FloatSlab priorities) {
    double least = Double.POSITIVE_INFINITY;
    for (int row : batch) {
      least = Math.min(least, priorities.get(row));
    }
    for (int k = 0; k < BATCH; k++) {
      final double wanted = Math.pow(priorities.get(batch[k]) / least, -BETA);
      if (!(Math.abs(weights.get(k) - wanted) <= TOLERANCE)) {
        throw new IllegalStateException(
            "weight " + k + " is " + weights.get(k) + ", not " + wanted);
      }
    }
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    sampler.close();
    drawn.close();
    arena.close();
  }

  /**
   * Rows in proportion to their priorities.
   *
   * @param counter of rows
   */
  @Benchmark
  public void sample(RowCounter counter) {
    draw();
    counter.rows += BATCH;
  }

  /**
   * New priorities of rows drawn before.
   *
   * @param counter of rows
   */
  @Benchmark
  public void renew(RowCounter counter) {
    settle(learnt[(int) (update % BATCHES)]);
    counter.rows += BATCH;
  }

  /**
   * Rows, and then their new priorities.
   *
   * @param counter of rows
   */
  @Benchmark
  public void both(RowCounter counter) {
    draw();
    settle(rows);
    counter.rows += BATCH;
  }
}
