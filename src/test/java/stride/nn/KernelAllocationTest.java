package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import stride.learn.Backends;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Purpose;

/**
 * Once compiled, a call allocates at most 64 bytes: no vector is boxed.
 *
 * <p>All kernels are warmed up together first, as in training, since what C2 does with one depends
 * on the others.
 */
@Tag("vector")
public final class KernelAllocationTest {
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int ROWS = 63; // full tiles and the rest of them
  private static final int CALLS = 100;

  // inputs and outputs of layers, the last two wide: they go another way
  private static final int[][] SIZES = {
    {11, 64}, {64, 64}, {64, 3}, {17, 65}, {130, 113}, {259, 33}
  };
  private static final long MAX_BYTES_PER_CALL = 64;

  // C2 may still compile a kernel anew after it has been quiet
  private static final int QUIET_ROUNDS = 50;

  // compilers go by numbers of calls: the last of them had compiled after 26 rounds
  private static final int MOST_ROUNDS = 500;

  private final Kernels kernels = Backends.kernels(Backend.CPU);
  private final List<AutoCloseable> owned = new ArrayList<>();
  private long step;

  private void close() throws Exception {
    for (AutoCloseable each : owned) {
      each.close();
    }
  }

  @Test
  void kernelsAllocateNothingOnceCompiled() {
    ChildJvm.Result result = ChildJvm.runCompiled(KernelAllocationTest.class);
    assertThat(result.exitCode())
        .as("are the dontinline commands of jvm.args in effect? " + result.output())
        .isZero();
  }

  /** Fails unless all kernels come to allocate nothing. */
  public static void main(String[] args) throws Exception {
    var test = new KernelAllocationTest();
    Map<String, Long> bytes = test.warmUp();
    test.close();
    bytes.values().removeIf(each -> each <= MAX_BYTES_PER_CALL);
    if (!bytes.isEmpty()) {
      throw new AssertionError("bytes per call: " + bytes);
    }
  }

  private Map<String, Long> warmUp() {
    try (Arena arena = Arena.ofShared()) {
      Map<String, Runnable> calls = new LinkedHashMap<>();
      addLinear(calls, arena);
      addNormalization(calls, arena);
      addBackward(calls, arena);
      for (PolicySpec.Distribution distribution : PolicySpec.Distribution.values()) {
        addPolicy(calls, arena, distribution);
      }
      Map<String, Long> bytes = measure(calls);
      int quiet = 0;
      for (int round = 0; round < MOST_ROUNDS && quiet < QUIET_ROUNDS; round++) {
        bytes = measure(calls);
        quiet = isQuiet(bytes) ? quiet + 1 : 0;
      }
      return bytes;
    }
  }

  private static boolean isQuiet(Map<String, Long> bytes) {
    return bytes.values().stream().allMatch(each -> each <= MAX_BYTES_PER_CALL);
  }

  private static Map<String, Long> measure(Map<String, Runnable> calls) {
    Map<String, Long> bytes = new LinkedHashMap<>();
    calls.forEach(
        (name, call) -> {
          long before = THREADS.getCurrentThreadAllocatedBytes();
          for (int i = 0; i < CALLS; i++) {
            call.run();
          }
          bytes.put(name, (THREADS.getCurrentThreadAllocatedBytes() - before) / CALLS);
        });
    return bytes;
  }

  private void addLinear(Map<String, Runnable> calls, Arena arena) {
    for (int[] size : SIZES) {
      LinearLayout layer = TestData.linear(size[0], size[1]);
      FloatSlab p = TestData.layer(arena, 40, layer);
      FloatSlab x = TestData.normals(arena, 41, 1, ROWS, layer.inputStride());
      FloatSlab y = FloatSlab.allocate(arena, ROWS, layer.outputStride());
      String name = "linear " + size[0] + " " + size[1];
      calls.put(name, () -> kernels.linear(x, 0, p, layer, y, 0, ROWS));
      calls.put(name + " of one row", () -> kernels.linear(x, 0, p, layer, y, 0, 1));
    }
    FloatSlab y = TestData.normals(arena, 42, 1, 1024);
    for (Activation activation : Activation.values()) {
      calls.put(activation.name(), () -> kernels.activate(activation, y, 0, 1024));
    }
  }

  private void addNormalization(Map<String, Runnable> calls, Arena arena) {
    RunningStatistics statistics = new RunningStatistics(arena, 17, 20);
    FloatSlab x = TestData.normals(arena, 43, 1, ROWS, 20);
    DoubleSlab sums = DoubleSlab.allocate(arena, ROWS, 34);
    calls.put("normalize", () -> kernels.normalize(statistics, x, 0, ROWS));
    calls.put("accumulate", () -> kernels.accumulate(statistics, x, 0, sums, 0, ROWS));
    calls.put("merge", () -> statistics.merge(sums, ROWS, ROWS));
  }

  private void addBackward(Map<String, Runnable> calls, Arena arena) {
    for (int[] size : SIZES) {
      LinearLayout layer = TestData.linear(size[0], size[1]);
      FloatSlab g = TestData.layer(arena, 46, layer);
      FloatSlab x = TestData.normals(arena, 47, 1, ROWS, layer.inputStride());
      FloatSlab d = TestData.normals(arena, 48, 1, ROWS, layer.outputStride());
      String name = "gradient " + size[0] + " " + size[1];
      calls.put(name, () -> kernels.linearGradient(x, 0, d, layer, g, ROWS, null));
      FloatSlab scratch = FloatSlab.allocate(arena, size[1], layer.inputStride());
      calls.put(
          name + " with scratch", () -> kernels.linearGradient(x, 0, d, layer, g, ROWS, scratch));
    }
    MlpLayout layout = new MlpLayout(new MlpSpec(5, List.of(65, 64), 3, Activation.TANH), "p", 0);
    TransposedLayout transposed = new TransposedLayout(layout);
    FloatSlab p = TestData.normals(arena, 49, 1, layout.end());
    FloatSlab weights = FloatSlab.allocate(arena, transposed.size());
    FloatSlab g = TestData.normals(arena, 50, 1, layout.end());
    FloatSlab m = FloatSlab.allocate(arena, layout.end());
    FloatSlab v = FloatSlab.allocate(arena, layout.end());
    FloatSlab lanes = FloatSlab.allocate(arena, 16);
    Adam adam = new Adam(1e-5);
    calls.put("transpose", () -> transposed.update(kernels, p, weights));
    calls.put("sum", () -> kernels.add(g, p, v));
    calls.put("sum of squares", () -> kernels.sumOfSquares(g, lanes));
    FloatSlab squares = FloatSlab.allocate(arena, Math.ceilDiv(g.length(), 1024), 16);
    calls.put(
        "squares of blocks",
        () -> {
          kernels.blockSquares(g, squares);
          kernels.total(squares);
        });
    calls.put("exp", () -> kernels.exp(g, 0, m, 0, 1024));
    calls.put("log", () -> kernels.log(m, 0, m, 0, 1024));
    calls.put(
        "adam",
        () -> {
          adam.prepare(10, 1e-9, 1);
          kernels.adam(adam, p, g, m, v, 0, layout.end());
        });
    RmsProp rule = new RmsProp(1e-5);
    calls.put(
        "rmsprop",
        () -> {
          rule.prepare(1e-9, 1);
          kernels.rmsProp(rule, p, g, v, 0, layout.end());
        });
    calls.put("sgd", () -> kernels.sgd(1e-9f, p, g, 0, layout.end()));
    calls.put("lerp", () -> kernels.lerp(m, p, 0.5f, 0, layout.end()));
    calls.put("lerp that copies", () -> kernels.lerp(m, p, 1, 0, layout.end()));
    for (Activation activation : Activation.values()) {
      calls.put(activation + " backward", () -> kernels.activateBackward(activation, g, m, 1024));
    }
  }

  private void addPolicy(
      Map<String, Runnable> calls, Arena arena, PolicySpec.Distribution distribution) {
    PolicyLayout layout =
        new PolicyLayout(PolicySpec.of(distribution, 11, 3, List.of(64, 64), Activation.TANH));
    FloatSlab p = FloatSlab.allocate(arena, layout.size());
    layout.initialize(p, 1);
    FloatSlab x = TestData.normals(arena, 44, 1, ROWS, layout.inputStride());
    FloatSlab out = FloatSlab.allocate(arena, ROWS);
    Workspace workspace = new Workspace(layout, ROWS);
    PolicyInference inference = new PolicyInference(layout, kernels, 1, 32);
    owned.add(workspace);
    owned.add(inference);
    String name = distribution.name();
    calls.put(name + " values", () -> inference.values(p, x, 0, ROWS, out, 0));
    if (layout.head() instanceof ActionHead.Categorical head) {
      IntSlab actions = IntSlab.allocate(arena, ROWS);
      calls.put(
          name + " sample",
          () -> inference.sample(p, x, 0, ROWS, Purpose.ACTION, 0, step++, actions, out, 0));
      calls.put(name + " mode", () -> inference.mode(p, x, 0, ROWS, actions, 0));
      calls.put(
          name + " log-prob",
          () -> kernels.logProbCategorical(head, workspace, actions, 0, out, 0, ROWS));
    } else if (layout.head() instanceof ActionHead.Gaussian head) {
      FloatSlab actions = FloatSlab.allocate(arena, ROWS, head.actions());
      calls.put(
          name + " sample",
          () -> inference.sample(p, x, 0, ROWS, Purpose.ACTION, 0, step++, actions, out, 0));
      calls.put(name + " mode", () -> inference.mode(p, x, 0, ROWS, actions, 0));
      calls.put(
          name + " log-prob",
          () -> kernels.logProbGaussian(head, p, workspace, actions, 0, out, 0, ROWS));
    }
  }
}
