package stride.export;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import stride.memory.FloatSlab;
import stride.memory.Shape;
import stride.memory.Slab;
import stride.nn.PolicyLayout;
import stride.nn.RunningStatistics;

/**
 * A policy for those who run it without Stride.
 *
 * <pre>
 *   observation [batch, D] -> (x - mean) * inverse_std -> clip to +-10 -> (trunk ->) actor, critic
 * </pre>
 *
 * @param layout where the parameters lie
 * @param parameters [layout.size]
 * @param statistics of observations; null if they are not normalised
 * @param metadata of the checkpoint it comes from: what it is a policy of
 */
public record ExportedPolicy(
    PolicyLayout layout,
    FloatSlab parameters,
    RunningStatistics statistics,
    SequencedMap<String, String> metadata)
    implements ExportedNetwork {
  private static final String OBSERVATION = "observation";
  private static final String MEAN = "observation_mean";
  private static final String INVERSE_STD = "observation_inverse_std";
  private static final String ACTION = "action";
  private static final String LOG_STD = "log_std";
  private static final String LOGITS = "logits";
  private static final String VALUE = "value";

  // ---- safetensors ----

  /**
   * Writes all tensors without padding: {@code actor.0.weight} and so on, those of a shared {@code
   * trunk} before, {@code logstd} where it is a parameter, and {@code observation_mean} and {@code
   * observation_inverse_std} [D] where observations are normalised.
   */
  @Override
  public void writeSafetensors(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      SequencedMap<String, Slab> slabs = new LinkedHashMap<>();
      if (statistics != null) {
        slabs.put(MEAN, seen(arena, statistics.mean()));
        slabs.put(INVERSE_STD, seen(arena, statistics.inverseStd()));
      }
      NetworkFiles.put(slabs, arena, layout.tensors(), parameters);
      NetworkFiles.writeSlabs(file, metadata, slabs);
    }
  }

  private FloatSlab seen(Arena arena, FloatSlab row) {
    return NetworkFiles.slab(arena, observationShape(), values(row));
  }

  private Shape observationShape() {
    return Shape.of(statistics.size());
  }

  /** Without the padding of rows. */
  private float[] values(FloatSlab row) {
    float[] values = new float[statistics.size()];
    for (int k = 0; k < values.length; k++) {
      values[k] = row.get(k);
    }
    return values;
  }

  // ---- ONNX ----

  /**
   * Writes a model with input {@code observation} [batch, D] and the outputs {@code value} [batch,
   * 1], {@code action}, the most likely one, and what else its distribution has.
   *
   * <p>A Gaussian's {@code action} [batch, A] is its mean, not clipped to the action space; {@code
   * log_std} is [A], or [batch, A] where it depends on the state. Of a choice {@code action}
   * [batch] is an integer, and {@code logits} are [batch, n].
   */
  @Override
  public void writeOnnx(Path file) {
    NetworkFiles.writeModel(file, toOnnx());
  }

  byte[] toOnnx() {
    var graph = new OnnxGraph("policy");
    var layers = new OnnxLayers(graph, parameters);
    graph.input(OBSERVATION, layout.spec().actor().inputs());
    String seen = statistics == null ? OBSERVATION : normalized(graph);
    String read = layout.trunk() == null ? seen : layers.trunk(layout.trunk(), seen);
    switch (layout.spec().distribution()) {
      case GAUSSIAN -> gaussian(graph, layers, read);
      case STATE_GAUSSIAN -> stateGaussian(graph, layers, read);
      case CATEGORICAL -> categorical(graph, layers, read);
    }
    layers.perceptron(layout.critic(), read, VALUE);
    graph.output(VALUE, OnnxGraph.Element.FLOAT, 1);
    return NetworkFiles.model(graph, metadata);
  }

  private String normalized(OnnxGraph graph) {
    String mean = graph.constant(MEAN, observationShape(), values(statistics.mean()));
    String inverseStd =
        graph.constant(INVERSE_STD, observationShape(), values(statistics.inverseStd()));
    String low = graph.constant("clip_low", -RunningStatistics.CLIP);
    String high = graph.constant("clip_high", RunningStatistics.CLIP);
    String centred = graph.node("Sub", "observation_centred", Map.of(), OBSERVATION, mean);
    String scaled = graph.node("Mul", "observation_scaled", Map.of(), centred, inverseStd);
    return graph.node("Clip", "observation_normalized", Map.of(), scaled, low, high);
  }

  private void gaussian(OnnxGraph graph, OnnxLayers layers, String seen) {
    int actions = layout.spec().actions();
    layers.perceptron(layout.actor(), seen, ACTION);
    graph.node("Identity", LOG_STD, Map.of(), layers.constant(layout.tensor("logstd")));
    graph.output(ACTION, OnnxGraph.Element.FLOAT, actions);
    graph.constantOutput(LOG_STD, actions);
  }

  /** The first half of the actor's outputs is the mean, the second the log-std. */
  private void stateGaussian(OnnxGraph graph, OnnxLayers layers, String seen) {
    int actions = layout.spec().actions();
    String both = layers.perceptron(layout.actor(), seen, "actor_outputs");
    String axis = graph.index("axis", 1);
    String start = graph.index("start", 0);
    String middle = graph.index("middle", actions);
    String end = graph.index("end", 2L * actions);
    graph.node("Slice", ACTION, Map.of(), both, start, middle, axis);
    graph.node("Slice", LOG_STD, Map.of(), both, middle, end, axis);
    graph.output(ACTION, OnnxGraph.Element.FLOAT, actions);
    graph.output(LOG_STD, OnnxGraph.Element.FLOAT, actions);
  }

  private void categorical(OnnxGraph graph, OnnxLayers layers, String seen) {
    layers.perceptron(layout.actor(), seen, LOGITS);
    graph.node("ArgMax", ACTION, Map.of("axis", 1L, "keepdims", 0L), LOGITS);
    graph.output(ACTION, OnnxGraph.Element.INT64);
    graph.output(LOGITS, OnnxGraph.Element.FLOAT, layout.spec().actions());
  }
}
