package stride.bench;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
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
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.ConvLayout;
import stride.nn.ConvSpec;
import stride.nn.ConvStack;
import stride.nn.Kernels;
import stride.nn.MlpLayout;
import stride.nn.MlpSpec;

/**
 * How near does a convolution come to what a core can multiply and add?
 *
 * <p>{@link #forward} is the layer, {@link #weightGradient} and {@link #inputGradient} are the two
 * products of its backward pass; each has as many multiplications, but that nobody asks for the
 * gradient of frames. {@link #peak} is ten independent chains of fused multiply-adds from
 * registers, which no kernel can beat. The first three layers are those of Mnih et al. (2015) for
 * frames of 84 x 84, the others those of a net for frames of 32 x 32. One thread.
 *
 * <p>The trap is a layer that is timed alone: what C2 makes of a kernel depends on the shapes that
 * it has seen, and a training calls all layers in turn. So each fork warms up all of them together.
 *
 * <p>Unit: calls/s; {@code floatOperations} is FLOP/s, and those of a layer divided by those of the
 * peak are its share. How to run: {@code ./stride bench --suite ConvBenchmark}; {@code --quick} has
 * the second layer.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@Quick({"layer=20x20x32-64-4-2", "images=16"})
public class ConvBenchmark {
  private static final Map<String, int[]> LAYERS =
      Map.of(
          "84x84x4-32-8-4", new int[] {84, 4, 32, 8, 4},
          "20x20x32-64-4-2", new int[] {20, 32, 64, 4, 2},
          "9x9x64-64-3-1", new int[] {9, 64, 64, 3, 1},
          "32x32x4-16-4-2", new int[] {32, 4, 16, 4, 2},
          "15x15x16-32-3-2", new int[] {15, 16, 32, 3, 2});

  /** All layers, so that each is compiled for all; one of them is timed. */
  @State(Scope.Benchmark)
  public static class Layers {
    /** Image, outputs, side of the kernel, stride. */
    @Param({
      "84x84x4-32-8-4",
      "20x20x32-64-4-2",
      "9x9x64-64-3-1",
      "32x32x4-16-4-2",
      "15x15x16-32-3-2"
    })
    public String layer;

    /** How many images. */
    @Param({"16", "32"})
    public int images;

    private final Arena arena = Arena.ofShared();
    private final Kernels kernels = Backends.kernels(Backend.CPU);
    private Convolved timed;

    /** Draws numbers, and proves that all three products are the reference's, to the bit. */
    @Setup
    public void open() {
      timed = convolved(layer, images);
      timed.prove(kernels);
      List<Convolved> all = LAYERS.keySet().stream().map(each -> convolved(each, 2)).toList();
      QuietWarmUp.run(() -> all.forEach(each -> each.run(kernels)));
    }

    private Convolved convolved(String name, int count) {
      int[] sizes = LAYERS.get(name); // side, channels, outputs, kernel, stride
      var stack =
          new ConvStack(
              sizes[0], sizes[0], sizes[1], List.of(new ConvSpec(sizes[2], sizes[3], sizes[4])));
      var chain = new MlpSpec(sizes[0] * sizes[0] * sizes[1], stack, List.of(), 1, Activation.RELU);
      ConvLayout layout = new MlpLayout(chain, name, 0).convolutions().getFirst();
      return new Convolved(arena, layout, count);
    }

    /** Frees everything. */
    @TearDown
    public void close() {
      arena.close();
    }
  }

  /**
   * y = x * W + b.
   *
   * @param layers what is computed
   * @param counter of operations
   */
  @Benchmark
  public void forward(Layers layers, OperationCounter counter) {
    layers.timed.forward(layers.kernels);
    counter.floatOperations += layers.timed.flop();
  }

  /**
   * dW and db.
   *
   * @param layers what is computed
   * @param counter of operations
   */
  @Benchmark
  public void weightGradient(Layers layers, OperationCounter counter) {
    layers.timed.weightGradient(layers.kernels);
    counter.floatOperations += layers.timed.flop();
  }

  /**
   * dx, with weights that have been transposed; of frames nothing.
   *
   * @param layers what is computed
   * @param counter of operations
   */
  @Benchmark
  public void inputGradient(Layers layers, OperationCounter counter) {
    layers.timed.inputGradient(layers.kernels);
    counter.floatOperations += layers.timed.inputGradientFlop();
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
