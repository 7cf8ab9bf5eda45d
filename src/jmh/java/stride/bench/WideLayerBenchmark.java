package stride.bench;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import stride.lab.bench.Quick;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.Kernels;
import stride.nn.LinearLayout;
import stride.nn.MlpLayout;
import stride.nn.MlpSpec;
import stride.nn.TransposedLayout;

/**
 * How near does a layer of many inputs come to what a core can multiply and add?
 *
 * <p>{@link #forward} is the layer, {@link #weightGradient} and {@link #inputGradient} are the two
 * products of its backward pass; each has as many multiplications. {@link #peak} is ten independent
 * chains of fused multiply-adds from registers, which no kernel can beat. Layers of 256 are the
 * hidden ones of SAC, 3136 to 512 is the first dense one behind the convolutions of DQN. One
 * thread.
 *
 * <p>The trap is a layer that is timed alone: what C2 makes of a kernel depends on the shapes that
 * it has seen, and a training calls all three in turn. So each fork warms up all of them together.
 *
 * <p>Unit: calls/s; {@code floatOperations} is FLOP/s, and those of a layer divided by those of the
 * peak are its share. How to run: {@code ./stride bench --suite WideLayerBenchmark}; {@code
 * --quick} has layers of 256 and 128 rows.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@Quick({"layer=256-256", "rows=128"})
public class WideLayerBenchmark {
  /** A layer, and what goes in and out of it. */
  @State(Scope.Benchmark)
  public static class Layer {
    /** Inputs and outputs. */
    @Param({"256-256", "3136-512"})
    public String layer;

    /** How many rows. */
    @Param({"32", "128", "256"})
    public int rows;

    private final Arena arena = Arena.ofShared();
    private Kernels kernels;
    private LinearLayout forward;
    private LinearLayout backward;
    private FloatSlab parameters;
    private FloatSlab transposed;
    private FloatSlab x; // [rows, inputStride]
    private FloatSlab y; // [rows, outputStride]
    private FloatSlab d; // [rows, outputStride]
    private FloatSlab dx; // [rows, inputStride]
    private FloatSlab gradients;
    private FloatSlab scratch; // [rows, PANEL]

    /** Draws numbers, and proves that all three products are the reference's, to the bit. */
    @Setup
    public void open() {
      String[] sizes = layer.split("-", 2);
      int in = Integer.parseInt(sizes[0]);
      int out = Integer.parseInt(sizes[1]);
      var mlp = new MlpLayout(new MlpSpec(in, List.of(), out, Activation.RELU), "layer", 0);
      var back = TransposedLayout.withFirst(mlp);
      kernels = Backends.kernels(Backend.CPU);
      forward = mlp.layer(0);
      backward = back.layer(0);
      parameters = Normals.draw(arena, mlp.end());
      transposed = FloatSlab.allocate(arena, back.size());
      back.update(kernels, parameters, transposed);
      x = Normals.draw(arena, (long) rows * forward.inputStride());
      d = Normals.draw(arena, (long) rows * forward.outputStride());
      y = FloatSlab.allocate(arena, rows, forward.outputStride());
      dx = FloatSlab.allocate(arena, rows, backward.outputStride());
      gradients = FloatSlab.allocate(arena, mlp.end());
      scratch = FloatSlab.allocate(arena, rows, Kernels.PANEL);
      prove();
      QuietWarmUp.run(
          () -> {
            for (int k = 0; k < 20; k++) {
              run(kernels);
            }
          });
    }

    private void prove() {
      run(Backends.kernels(Backend.REFERENCE));
      List<float[]> expected = List.of(y.toArray(), gradients.toArray(), dx.toArray());
      run(kernels);
      Parity.require("outputs", y.toArray(), expected.get(0), 1, 0);
      Parity.require("gradients of weights", gradients.toArray(), expected.get(1), 1, 0);
      Parity.require("gradients of inputs", dx.toArray(), expected.get(2), 1, 0);
    }

    private void run(Kernels by) {
      forward(by);
      weightGradient(by);
      inputGradient(by);
    }

    private void forward(Kernels by) {
      by.linear(x, 0, parameters, forward, y, 0, rows);
    }

    private void weightGradient(Kernels by) {
      by.linearGradient(x, 0, d, forward, gradients, rows, scratch);
    }

    private void inputGradient(Kernels by) {
      by.linear(d, 0, transposed, backward, dx, 0, rows);
    }

    private long flop() {
      return 2L * forward.inputs() * forward.outputs() * rows;
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      arena.close();
    }
  }

  /**
   * y = x W + b.
   *
   * @param layer what is computed
   * @param counter of operations
   */
  @Benchmark
  public void forward(Layer layer, OperationCounter counter) {
    layer.forward(layer.kernels);
    counter.floatOperations += layer.flop();
  }

  /**
   * dW = x^T d, and db.
   *
   * @param layer what is computed
   * @param counter of operations
   */
  @Benchmark
  public void weightGradient(Layer layer, OperationCounter counter) {
    layer.weightGradient(layer.kernels);
    counter.floatOperations += layer.flop();
  }

  /**
   * dx = d W^T, with weights that have been transposed.
   *
   * @param layer what is computed
   * @param counter of operations
   */
  @Benchmark
  public void inputGradient(Layer layer, OperationCounter counter) {
    layer.inputGradient(layer.kernels);
    counter.floatOperations += layer.flop();
  }

  /**
   * Multiply-adds from registers.
   *
   * @param chains what they end in
   * @param counter of operations
   */
  @Benchmark
  public void peak(PeakChains chains, OperationCounter counter) {
    chains.run(counter);
  }
}
