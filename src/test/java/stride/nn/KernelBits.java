package stride.nn;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.List;
import stride.learn.Backends;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.random.Purpose;

/**
 * A program that prints a checksum of what all kernels compute, over and over, so that the
 * interpreter, C1 and C2 take part; a checksum that changes ends it.
 */
final class KernelBits {
  private static final int ROWS = 11;

  private final long seed;
  private long checksum;

  private KernelBits(long seed) {
    this.seed = seed;
  }

  /** Arguments: the seed, and how many rounds. */
  public static void main(String[] args) {
    long seed = Long.parseLong(args[0]);
    int rounds = Integer.parseInt(args[1]);
    Kernels kernels = Backends.kernels(Backend.CPU);
    System.out.println(kernels);
    long first = round(kernels, seed);
    for (int k = 1; k < rounds; k++) {
      long next = round(kernels, seed);
      if (next != first) {
        throw new AssertionError("bits changed while running: " + first + ", " + next);
      }
    }
    System.out.println("checksum " + Long.toHexString(first));
  }

  private static long round(Kernels kernels, long seed) {
    KernelBits bits = new KernelBits(seed);
    try (Arena arena = Arena.ofConfined()) {
      for (PolicySpec.Distribution distribution : PolicySpec.Distribution.values()) {
        bits.policy(arena, kernels, distribution);
      }
      bits.statistics(arena, kernels);
      bits.backward(arena, kernels, List.of(65, 17));
      bits.backward(arena, kernels, List.of(133, 35)); // wide layers go another way
    }
    return bits.checksum;
  }

  private void policy(Arena arena, Kernels kernels, PolicySpec.Distribution distribution) {
    PolicyLayout layout =
        new PolicyLayout(PolicySpec.of(distribution, 5, 3, List.of(65, 17), Activation.TANH));
    FloatSlab p = FloatSlab.allocate(arena, layout.size());
    layout.initialize(p, seed);
    FloatSlab x = TestData.normals(arena, 50, 1, ROWS, layout.inputStride());
    FloatSlab out = FloatSlab.allocate(arena, ROWS);
    try (Workspace workspace = new Workspace(layout, ROWS);
        PolicyInference inference = new PolicyInference(layout, kernels, seed, 9)) {
      inference.values(p, x, 0, ROWS, out, 0);
      add(out);
      if (layout.head() instanceof ActionHead.Categorical head) {
        IntSlab actions = IntSlab.allocate(arena, ROWS);
        inference.sample(p, x, 0, ROWS, Purpose.ACTION, 0, 0, actions, out, 0);
        add(actions);
        add(out);
        kernels.logProbCategorical(head, workspace, actions, 0, out, 0, ROWS);
      } else if (layout.head() instanceof ActionHead.Gaussian head) {
        FloatSlab actions = FloatSlab.allocate(arena, ROWS, head.actions());
        inference.sample(p, x, 0, ROWS, Purpose.ACTION, 0, 0, actions, out, 0);
        add(actions);
        add(out);
        kernels.logProbGaussian(head, p, workspace, actions, 0, out, 0, ROWS);
      }
      add(out);
    }
  }

  private void statistics(Arena arena, Kernels kernels) {
    RunningStatistics statistics = new RunningStatistics(arena, 11, 12);
    FloatSlab x = TestData.normals(arena, 51, 3, ROWS, 12);
    DoubleSlab sums = DoubleSlab.allocate(arena, ROWS, 22);
    kernels.accumulate(statistics, x, 0, sums, 0, ROWS);
    add(sums);
    statistics.merge(sums, ROWS, ROWS);
    kernels.normalize(statistics, x, 0, ROWS);
    add(x);
    kernels.activate(Activation.RELU, x, 0, 128);
    add(x);
  }

  private void backward(Arena arena, Kernels kernels, List<Integer> hidden) {
    MlpLayout layout = new MlpLayout(new MlpSpec(5, hidden, 3, Activation.TANH), "p", 0);
    Mlp mlp = new Mlp(layout, kernels);
    TransposedLayout transposed = TransposedLayout.withFirst(layout);
    FloatSlab p = FloatSlab.allocate(arena, layout.end()); // padding stays 0
    for (ParameterTensor tensor : layout.tensors()) {
      tensor.put(p, TestData.normals(arena, (int) seed, 0.3, tensor.shape().elements()).toArray());
    }
    FloatSlab weights = FloatSlab.allocate(arena, transposed.size());
    FloatSlab gradients = FloatSlab.allocate(arena, layout.end());
    FloatSlab sum = FloatSlab.allocate(arena, layout.end());
    FloatSlab moments = FloatSlab.allocate(arena, layout.end());
    FloatSlab x = TestData.normals(arena, 52, 1, ROWS, layout.inputStride());
    FloatSlab dx = FloatSlab.allocate(arena, ROWS, transposed.layer(0).outputStride());
    transposed.update(kernels, p, weights);
    SlabPlan plan = new SlabPlan();
    LayerOutputs.plan(plan, "y", layout, ROWS);
    LayerOutputs.plan(plan, "d", layout, ROWS);
    try (SlabBlock block = plan.allocate(SlabAllocator.PAGES)) {
      LayerOutputs outputs = new LayerOutputs(block, "y", layout);
      LayerOutputs d = new LayerOutputs(block, "d", layout);
      mlp.forward(p, x, 0, ROWS, outputs);
      d.last().copyFrom(outputs.last());
      mlp.backward(transposed, weights, x, 0, ROWS, outputs, d, gradients, dx);
      add(gradients);
      add(dx);
      kernels.add(gradients, p, sum);
      kernels.add(sum, gradients, sum);
      checksum = checksum * 31 + Double.hashCode(kernels.sumOfSquares(sum, x));
      Adam adam = new Adam(1e-5);
      adam.prepare(7, 1e-3, 0.3);
      kernels.adam(adam, p, sum, gradients, moments, 0, layout.end());
      add(p);
      RmsProp rule = new RmsProp(1e-5);
      rule.prepare(1e-3, 0.3);
      kernels.rmsProp(rule, p, sum, moments, 0, layout.end());
      kernels.sgd(0.01f, p, sum, 0, layout.end());
      kernels.lerp(gradients, p, 0.005f, 0, layout.end());
      add(moments);
      add(gradients);
    }
  }

  private void add(Slab slab) {
    for (byte each : slab.segment().toArray(ValueLayout.JAVA_BYTE)) {
      checksum = checksum * 31 + each;
    }
  }
}
