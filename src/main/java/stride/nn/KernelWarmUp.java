package stride.nn;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.List;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Purpose;

/**
 * Makes C2 compile the kernels of a policy before anything is timed.
 *
 * <p>C2 compiles what is called thousands of times. A rollout, most of it physics, calls its
 * kernels some hundred times a second, and a short run would be over before they are ready: until
 * then each vector is an object, slow to work with and garbage at once. So they are called alone
 * first, until they allocate nothing. Belongs to one thread.
 */
public final class KernelWarmUp implements AutoCloseable {
  private static final long LIMIT_NANOS = 3_000_000_000L;
  private static final int CALLS = 200;
  private static final int QUIET_ROUNDS = 3;
  private static final long FEW_BYTES = 64; // of a call; not compiled, it takes hundreds of KB
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final PolicyLayout policy;
  private final Kernels kernels;
  private final boolean real; // actions
  private final Adam adam = new Adam(1e-5);
  private final List<MlpLayout> chains;
  private final List<TransposedLayout> backward; // of the chains
  private final Arena arena = Arena.ofShared(); // as rollouts have it: the same kind of segment
  private final PolicyInference inference;
  private final RunningStatistics statistics;
  private final FloatSlab parameters;
  private final FloatSlab observations; // [rows, D']
  private final FloatSlab actions; // [rows, A]
  private final IntSlab choices; // [rows]
  private final FloatSlab numbers; // [rows] log-probabilities, values
  private final DoubleSlab sums; // [rows, 2 D]
  private final FloatSlab inputs; // [rows, longest row of a layer]
  private final FloatSlab outputs;
  private final FloatSlab gradients; // [policy.size]
  private final FloatSlab means;
  private final FloatSlab squares;
  private final FloatSlab transposed;
  private final FloatSlab lanes; // [16]
  private long step;

  private KernelWarmUp(PolicyLayout policy, Kernels kernels, int rows) {
    int elements = policy.spec().actor().inputs();
    this.policy = policy;
    this.kernels = kernels;
    this.chains = policy.network().chains();
    this.backward = chains.stream().map(TransposedLayout::of).toList();
    this.real = policy.head() instanceof ActionHead.Gaussian;
    this.inference = new PolicyInference(policy, kernels, 0);
    this.statistics = new RunningStatistics(arena, elements, policy.inputStride());
    this.parameters = FloatSlab.allocate(arena, policy.size());
    this.observations = FloatSlab.allocate(arena, rows, policy.inputStride());
    this.actions = FloatSlab.allocate(arena, rows, policy.spec().actions());
    this.choices = IntSlab.allocate(arena, rows);
    this.numbers = FloatSlab.allocate(arena, rows);
    this.sums = DoubleSlab.allocate(arena, rows, 2L * elements);
    int longest = chains.stream().mapToInt(KernelWarmUp::longestRow).max().orElseThrow();
    this.inputs = FloatSlab.allocate(arena, rows, longest);
    this.outputs = FloatSlab.allocate(arena, rows, longest);
    this.gradients = FloatSlab.allocate(arena, policy.size());
    this.means = FloatSlab.allocate(arena, policy.size());
    this.squares = FloatSlab.allocate(arena, policy.size());
    this.transposed =
        FloatSlab.allocate(
            arena, backward.stream().mapToLong(TransposedLayout::size).max().orElseThrow());
    this.lanes = FloatSlab.allocate(arena, LinearLayout.ALIGNMENT);
    adam.prepare(1, 0, 1);
  }

  private static int longestRow(MlpLayout mlp) {
    int longest = 0;
    for (int i = 0; i < mlp.layers(); i++) {
      longest =
          Math.max(longest, Math.max(mlp.layer(i).inputStride(), mlp.layer(i).outputStride()));
    }
    return longest;
  }

  /**
   * Calls kernels until they are compiled, for some seconds at most.
   *
   * @param rows observations in a call
   */
  public static void run(PolicyLayout policy, Kernels kernels, int rows) {
    try (var warmUp = new KernelWarmUp(policy, kernels, rows)) {
      warmUp.plainUntilCompiled(rows);
      untilCompiled(
          () -> {
            warmUp.call(rows);
            warmUp.call(1); // a lone terminal observation takes other loops
          });
    }
  }

  /**
   * The same with no more than what layers and their optimiser call, for learners that neither
   * normalise nor draw actions from a distribution.
   *
   * @param rows observations in a call
   */
  public static void runLayers(PolicyLayout policy, Kernels kernels, int rows) {
    try (var warmUp = new KernelWarmUp(policy, kernels, rows)) {
      warmUp.plainUntilCompiled(rows);
    }
  }

  private void plainUntilCompiled(int rows) {
    untilCompiled(
        () -> {
          callPlain(rows);
          callPlain(1);
        });
  }

  private static void untilCompiled(Runnable calls) {
    final long start = System.nanoTime();
    int quiet = 0;
    while (quiet < QUIET_ROUNDS && System.nanoTime() - start < LIMIT_NANOS) {
      long before = THREADS.getCurrentThreadAllocatedBytes();
      for (int k = 0; k < CALLS; k++) {
        calls.run();
      }
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      quiet = allocated <= CALLS * FEW_BYTES ? quiet + 1 : 0;
    }
  }

  /**
   * Kernels that compare nothing, which come first. Interpreted, the Vector API compares and blends
   * by arrays on the heap; C2 remembers that off-heap segments are not the only ones, and code that
   * it compiles afterwards asks each time: half as fast for transposes, 1.3 times slower for
   * updates.
   */
  private void callPlain(int rows) {
    for (int k = 0; k < chains.size(); k++) {
      plain(chains.get(k), backward.get(k), rows);
    }
    kernels.adam(adam, parameters, gradients, means, squares, 0, policy.size());
    kernels.sumOfSquares(gradients, lanes);
    kernels.add(means, squares, gradients);
  }

  private void plain(MlpLayout mlp, TransposedLayout layout, int rows) {
    for (int i = 0; i < mlp.layers(); i++) {
      LinearLayout layer = mlp.layer(i);
      kernels.linear(inputs, 0, parameters, layer, outputs, 0, rows);
      // wide layers want scratch, which here is what the transposed weights will overwrite
      FloatSlab scratch = i < mlp.layers() - 1 ? transposed : null;
      kernels.linearGradient(inputs, 0, outputs, layer, gradients, rows, scratch);
    }
    layout.update(kernels, parameters, transposed);
  }

  /** The kernel calls of a step of a rollout. */
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
