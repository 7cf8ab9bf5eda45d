package stride.export;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import stride.memory.FloatSlab;
import stride.memory.Shape;
import stride.memory.Slab;
import stride.nn.ParameterTensor;
import stride.nn.SacLayout;
import stride.nn.SquashedHead;

/**
 * SAC's policy for those who run it without Stride.
 *
 * <pre>
 *   observation [batch, D] -> hidden layers -> mean    -> tanh -> * scale + bias -> action [batch, A]
 *                                           -> raw log-std -> tanh -> log_std [batch, A]
 * </pre>
 *
 * @param layout where the parameters lie
 * @param head what the actor's outputs mean
 * @param parameters [layout.network.size]
 * @param metadata of the checkpoint they come from
 */
public record ExportedSquashed(
    SacLayout layout,
    SquashedHead head,
    FloatSlab parameters,
    SequencedMap<String, String> metadata)
    implements ExportedNetwork {
  private static final String OBSERVATION = "observation";
  private static final String ACTION = "action";
  private static final String LOG_STD = "log_std";
  private static final int HEADS = 4; // tensors: weight and bias of mean and log-std

  /**
   * Writes all tensors without padding, under CleanRL's names: those of the {@code actor}, with
   * {@code actor.action_scale} and {@code actor.action_bias}, of {@code q1} and {@code q2}, and
   * {@code log_alpha}.
   */
  @Override
  public void writeSafetensors(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      SequencedMap<String, Slab> slabs = new LinkedHashMap<>();
      NetworkFiles.put(slabs, arena, layout.network().tensors(), parameters);
      final Shape shape = Shape.of(layout.actions());
      slabs.put("actor.action_scale", NetworkFiles.slab(arena, shape, scales()));
      slabs.put("actor.action_bias", NetworkFiles.slab(arena, shape, biases()));
      NetworkFiles.writeSlabs(file, metadata, slabs);
    }
  }

  private float[] scales() {
    float[] scales = new float[head.actions()];
    for (int k = 0; k < scales.length; k++) {
      scales[k] = head.scale(k);
    }
    return scales;
  }

  private float[] biases() {
    float[] biases = new float[head.actions()];
    for (int k = 0; k < biases.length; k++) {
      biases[k] = head.bias(k);
    }
    return biases;
  }

  /**
   * Writes a model with the outputs {@code action}, the one without noise, and {@code log_std} of
   * what is drawn before the tanh.
   */
  @Override
  public void writeOnnx(Path file) {
    NetworkFiles.writeModel(file, toOnnx());
  }

  byte[] toOnnx() {
    var graph = new OnnxGraph("policy");
    var layers = new OnnxLayers(graph, parameters);
    final Shape shape = Shape.of(layout.actions());
    List<ParameterTensor> tensors = layout.actor().tensors();
    final int hidden = tensors.size() - HEADS;
    graph.input(OBSERVATION, layout.actor().spec().inputs());
    String x =
        layers.hidden(tensors.subList(0, hidden), layout.actor().spec().activation(), OBSERVATION);
    String mean = layers.linear(tensors.get(hidden), tensors.get(hidden + 1), x, "mean");
    String squashed = graph.node("Tanh", "squashed", Map.of(), mean);
    String scale = graph.constant("action_scale", shape, scales());
    String scaled = graph.node("Mul", "scaled", Map.of(), squashed, scale);
    String bias = graph.constant("action_bias", shape, biases());
    graph.node("Add", ACTION, Map.of(), scaled, bias);
    logStd(graph, layers.linear(tensors.get(hidden + 2), tensors.get(hidden + 3), x, "raw"));
    graph.output(ACTION, OnnxGraph.Element.FLOAT, layout.actions());
    graph.output(LOG_STD, OnnxGraph.Element.FLOAT, layout.actions());
    return NetworkFiles.model(graph, metadata);
  }

  private static void logStd(OnnxGraph graph, String raw) {
    String squashed = graph.node("Tanh", "raw_squashed", Map.of(), raw);
    String half = graph.constant("log_std_half", SquashedHead.LOG_STD_HALF);
    String wide = graph.node("Mul", "log_std_centred", Map.of(), squashed, half);
    String middle =
        graph.constant("log_std_middle", SquashedHead.LOG_STD_MIN + SquashedHead.LOG_STD_HALF);
    graph.node("Add", LOG_STD, Map.of(), wide, middle);
  }
}
