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
import stride.env.Tasks;
import stride.lab.bench.Quick;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.memory.FloatSlab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.KernelWarmUp;
import stride.nn.ParameterTensor;
import stride.nn.PolicyInference;
import stride.nn.PolicyLayout;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * What does a decision cost, and what a value, over rows at once and the width of the layers?
 *
 * <p>{@link #actor} is the whole decision: forward pass, random numbers, actions,
 * log-probabilities; {@link #critic} the value alone. The networks are Hopper's, two tanh layers,
 * and a thread of a rollout calls them with as many rows as it has environments. One thread,
 * observations in its nearest cache, as they are in a rollout, which has just written them.
 *
 * <p>The trap is to compare two implementations in one JVM, where the second finds the call sites
 * already shared with the first: each backend has forks of its own, and the proof that both give
 * the same numbers calls the other one only once.
 *
 * <p>Unit: calls/s; {@code rows} is rows/s. How to run: {@code ./stride bench --suite
 * InferenceBenchmark}; {@code --quick} has the cpu backend only.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(3)
@Quick({"backend=cpu", "rows=1,32", "width=64"})
@State(Scope.Benchmark)
public class InferenceBenchmark {
  private static final long SEED = 1;

  // relative to 1 or the number itself, whichever is larger: up to 256 products in another order,
  // and functions good to some units in the last place of a float, 6e-8; the largest seen is 4.5e-7
  private static final double TOLERANCE = 2e-6;

  /** What computes. */
  @Param({"reference", "cpu"})
  public String backend;

  /** Observations in a call. */
  @Param({"1", "8", "32", "64"})
  public int rows;

  /** Units of each of the two hidden layers. */
  @Param({"64", "256"})
  public int width;

  private Arena arena;
  private PolicyLayout layout;
  private PolicyInference inference;
  private FloatSlab parameters;
  private FloatSlab observations; // [rows, D']
  private FloatSlab actions; // [rows, A]
  private FloatSlab logProbs; // [rows]
  private FloatSlab values; // [rows]
  private long step;

  /** Draws parameters and observations, and proves that the backend is as good as the reference. */
  @Setup
  public void open() {
    arena = Arena.ofShared();
    layout =
        Networks.of(Tasks.of("Hopper-v5").spec(), List.of(width, width), Activation.TANH, false);
    drawParameters();
    drawObservations();
    actions = FloatSlab.allocate(arena, rows, layout.spec().actions());
    logProbs = FloatSlab.allocate(arena, rows);
    values = FloatSlab.allocate(arena, rows);
    inference = inference(backend);
    prove();
    if (backend.equals("cpu")) {
      KernelWarmUp.run(layout, Backends.kernels(Backend.CPU), rows);
    }
  }

  private PolicyInference inference(String name) {
    return new PolicyInference(layout, Backends.kernels(Backend.of(name)), SEED);
  }

  private void drawParameters() {
    parameters = FloatSlab.allocate(arena, layout.size());
    layout.initialize(parameters, SEED);
    // the actor's last layer begins near 0, where any network would do: make its means count
    ParameterTensor last = layout.tensor("actor.4.weight");
    float[] weights = last.get(parameters);
    for (int k = 0; k < weights.length; k++) {
      weights[k] *= 100;
    }
    last.put(parameters, weights);
  }

  private void drawObservations() {
    final int stride = layout.inputStride();
    observations = FloatSlab.allocate(arena, rows, stride); // padding stays 0
    var random = new RandomStream(SEED, Purpose.BENCHMARK);
    for (int row = 0; row < rows; row++) {
      random.seek(row, 0);
      for (int k = 0; k < layout.spec().actor().inputs(); k++) {
        observations.set((long) row * stride + k, (float) random.nextGaussian());
      }
    }
  }

  private void prove() {
    float[][] expected;
    try (PolicyInference reference = inference("reference")) {
      expected = results(reference);
    }
    float[][] actual = results(inference);
    String[] names = {"actions", "log-probabilities", "values"};
    for (int k = 0; k < names.length; k++) {
      String what = names[k] + " of " + backend;
      Parity.require(what, actual[k], expected[k], /* scale= */ 1, TOLERANCE);
    }
  }

  private float[][] results(PolicyInference of) {
    sample(of, 0);
    of.values(parameters, observations, 0, rows, values, 0);
    return new float[][] {actions.toArray(), logProbs.toArray(), values.toArray()};
  }

  private void sample(PolicyInference by, long atStep) {
    by.sample(
        parameters, observations, 0, rows, Purpose.BENCHMARK, 0, atStep, actions, logProbs, 0);
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    inference.close();
    arena.close();
  }

  /**
   * Decisions, with other random numbers in each call.
   *
   * @param counter of rows
   */
  @Benchmark
  public void actor(RowCounter counter) {
    sample(inference, step++);
    counter.rows += rows;
  }

  /**
   * Values.
   *
   * @param counter of rows
   */
  @Benchmark
  public void critic(RowCounter counter) {
    inference.values(parameters, observations, 0, rows, values, 0);
    counter.rows += rows;
  }
}
