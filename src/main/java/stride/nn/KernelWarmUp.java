package stride.nn;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Purpose;

/**
 * Has C2 compile the kernels of a policy before anything is timed.
 *
 * <p>C2 compiles what is called thousands of times. A rollout, most of it physics, calls its
 * kernels some hundred times a second, and a short run would be over before they are ready: until
 * then each vector is an object, slow to work with and garbage at once. So they are called alone
 * first, until they allocate nothing. Belongs to one thread.
 */
public final class KernelWarmUp implements AutoCloseable {
  private static final long LIMIT_NANOS = 3_000_000_000L;
  private static final int CALLS = 200;
  private static final long FEW_BYTES = 64; // of a call; not compiled, it takes hundreds of KB
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Kernels kernels;
  private final boolean real; // actions
  private final Arena arena = Arena.ofShared(); // as rollouts have it: the same kind of segment
  private final PolicyInference inference;
  private final RunningStatistics statistics;
  private final FloatSlab parameters;
  private final FloatSlab observations; // [rows, D']
  private final FloatSlab actions; // [rows, A]
  private final IntSlab choices; // [rows]
  private final FloatSlab numbers; // [rows] log-probabilities, values
  private final DoubleSlab sums; // [rows, 2 D]
  private long step;

  private KernelWarmUp(PolicyLayout policy, Kernels kernels, int rows) {
    int elements = policy.spec().actor().inputs();
    this.kernels = kernels;
    this.real = policy.head() instanceof GaussianHead;
    this.inference = new PolicyInference(policy, kernels, 0);
    this.statistics = new RunningStatistics(arena, elements, policy.inputStride());
    this.parameters = FloatSlab.allocate(arena, policy.size());
    this.observations = FloatSlab.allocate(arena, rows, policy.inputStride());
    this.actions = FloatSlab.allocate(arena, rows, policy.spec().actions());
    this.choices = IntSlab.allocate(arena, rows);
    this.numbers = FloatSlab.allocate(arena, rows);
    this.sums = DoubleSlab.allocate(arena, rows, 2L * elements);
  }

  /**
   * Calls kernels until they are compiled, for some seconds at most.
   *
   * @param policy whose layers, head and observations they work on
   * @param kernels to be compiled
   * @param rows observations in a call
   */
  public static void run(PolicyLayout policy, Kernels kernels, int rows) {
    try (var warmUp = new KernelWarmUp(policy, kernels, rows)) {
      final long start = System.nanoTime();
      long allocated;
      do {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int k = 0; k < CALLS; k++) {
          warmUp.call(rows);
          warmUp.call(1); // a lone terminal observation takes other loops
        }
        allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      } while (allocated > CALLS * FEW_BYTES && System.nanoTime() - start < LIMIT_NANOS);
    }
  }

  /** What a step of a rollout asks of the kernels. */
  private void call(int rows) {
    kernels.accumulate(statistics, observations, 0, sums, 0, rows);
    kernels.normalize(statistics, observations, 0, rows);
    final Purpose purpose = Purpose.BENCHMARK;
    if (real) {
      inference.sample(parameters, observations, 0, rows, purpose, 0, step, actions, numbers, 0);
    } else {
      inference.sample(parameters, observations, 0, rows, purpose, 0, step, choices, numbers, 0);
    }
    inference.values(parameters, observations, 0, rows, numbers, 0);
    step++;
  }

  @Override
  public void close() {
    inference.close();
    arena.close();
  }
}
