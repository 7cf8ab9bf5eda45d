package stride.export;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import stride.learn.Backends;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.Kernels;
import stride.nn.ParameterTensor;
import stride.nn.PolicyInference;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;
import stride.nn.PolicySpec.Distribution;
import stride.nn.RunningStatistics;
import stride.train.CheckpointInfo;

/** A policy of random numbers, observations for it, and what Stride itself makes of them. */
final class Sample {
  static final int ROWS = 256;
  static final int ELEMENTS = 11;
  static final int ACTIONS = 3;

  // no multiple of 16: rows of parameters are padded
  private static final List<Integer> HIDDEN = List.of(24, 41);

  final PolicyLayout layout;
  final ExportedPolicy policy;
  final float[][] observations = new float[ROWS][ELEMENTS];

  private final Arena arena;
  private final FloatSlab parameters;
  private final FloatSlab seen; // normalised: [ROWS, D']

  Sample(Arena arena, Distribution distribution, Activation activation, boolean normalized) {
    this(arena, spec(distribution, activation), normalized);
  }

  static PolicySpec spec(Distribution distribution, Activation activation) {
    return PolicySpec.of(distribution, ELEMENTS, ACTIONS, HIDDEN, activation);
  }

  Sample(Arena arena, PolicySpec spec, boolean normalized) {
    this.arena = arena;
    Random random = new Random(5);
    this.layout = new PolicyLayout(spec);
    this.parameters = FloatSlab.allocate(arena, layout.size());
    for (ParameterTensor tensor : layout.tensors()) {
      tensor.put(parameters, gaussians(random, (int) tensor.shape().elements(), 0.3f));
    }
    int stride = layout.inputStride();
    this.seen = FloatSlab.allocate(arena, ROWS, stride);
    for (int r = 0; r < ROWS; r++) {
      observations[r] = gaussians(random, ELEMENTS, 4);
      for (int k = 0; k < ELEMENTS; k++) {
        seen.set((long) r * stride + k, observations[r][k]);
      }
    }
    var statistics = normalized ? normalize(random, stride) : null;
    var info = new CheckpointInfo("ppo", "Test-v0", 7, 3, 384, Double.NaN, -1, null, null, null);
    this.policy = new ExportedPolicy(layout, parameters, statistics, info.metadata());
  }

  /** By statistics under which some elements of the rows are clipped. */
  private RunningStatistics normalize(Random random, int stride) {
    var statistics = new RunningStatistics(arena, ELEMENTS, stride);
    DoubleSlab state = statistics.state();
    for (int k = 0; k < ELEMENTS; k++) {
      state.set(k, random.nextGaussian());
      state.set(ELEMENTS + k, k == 0 ? 1e-3 : 1 + random.nextDouble());
    }
    statistics.freeze();
    Backends.kernels(Backend.CPU).normalize(statistics, seen, 0, ROWS);
    return statistics;
  }

  private static float[] gaussians(Random random, int count, float scale) {
    float[] values = new float[count];
    for (int k = 0; k < count; k++) {
      values[k] = scale * (float) random.nextGaussian();
    }
    return values;
  }

  /** [ROWS, A], or [ROWS] choices, one after the other. */
  float[] actions() {
    Kernels kernels = Backends.kernels(Backend.CPU);
    try (var inference = new PolicyInference(layout, kernels, 1)) {
      if (layout.spec().distribution() == Distribution.CATEGORICAL) {
        IntSlab choices = IntSlab.allocate(arena, ROWS);
        inference.mode(parameters, seen, 0, ROWS, choices, 0);
        float[] actions = new float[ROWS];
        for (int r = 0; r < ROWS; r++) {
          actions[r] = choices.get(r);
        }
        return actions;
      }
      FloatSlab means = FloatSlab.allocate(arena, ROWS, ACTIONS);
      inference.mode(parameters, seen, 0, ROWS, means, 0);
      return floats(means);
    }
  }

  /** [ROWS]. */
  float[] values() {
    try (var inference = new PolicyInference(layout, Backends.kernels(Backend.CPU), 1)) {
      FloatSlab values = FloatSlab.allocate(arena, ROWS);
      inference.values(parameters, seen, 0, ROWS, values, 0);
      return floats(values);
    }
  }

  static float[] floats(FloatSlab slab) {
    float[] values = new float[(int) slab.length()];
    for (int k = 0; k < values.length; k++) {
      values[k] = slab.get(k);
    }
    return values;
  }
}
