package stride.export;

import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import stride.memory.FloatSlab;
import stride.memory.Shape;
import stride.memory.Slab;
import stride.nn.ParameterTensor;
import stride.nn.QLayout;

/**
 * The values of actions for those who choose by them without Stride.
 *
 * <pre>
 *   observation [batch, D] -> q_values [batch, n] -> action [batch], the first of the best
 * </pre>
 *
 * @param layout where the parameters lie
 * @param parameters [layout.size]
 * @param metadata of the checkpoint they come from
 */
public record ExportedValues(
    QLayout layout, FloatSlab parameters, SequencedMap<String, String> metadata)
    implements ExportedNetwork {
  private static final String OBSERVATION = "observation";
  private static final String VALUES = "q_values";
  private static final String ACTION = "action";

  /**
   * Writes all tensors without padding: {@code q.0.weight} and so on; of a dueling network {@code
   * trunk.0.weight} and so on, and {@code value} and {@code advantage}.
   */
  @Override
  public void writeSafetensors(Path file) {
    try (Arena arena = Arena.ofConfined()) {
      SequencedMap<String, Slab> slabs = new LinkedHashMap<>();
      NetworkFiles.put(slabs, arena, layout.tensors(), parameters);
      NetworkFiles.writeSlabs(file, metadata, slabs);
    }
  }

  /** Writes a model with the outputs {@code q_values} [batch, n] and {@code action} [batch]. */
  @Override
  public void writeOnnx(Path file) {
    NetworkFiles.writeModel(file, toOnnx());
  }

  byte[] toOnnx() {
    var graph = new OnnxGraph("values");
    var layers = new OnnxLayers(graph, parameters);
    graph.input(OBSERVATION, layout.mlp().spec().inputs());
    if (layout.dueling()) {
      duel(graph, layers);
    } else {
      layers.perceptron(layout.mlp(), OBSERVATION, VALUES);
    }
    graph.node("ArgMax", ACTION, Map.of("axis", 1L, "keepdims", 0L), VALUES);
    graph.output(ACTION, OnnxGraph.Element.INT64);
    graph.output(VALUES, OnnxGraph.Element.FLOAT, layout.actions());
    return NetworkFiles.model(graph, metadata);
  }

  /** The value and what each action is better than the mean of all. */
  private void duel(OnnxGraph graph, OnnxLayers layers) {
    List<ParameterTensor> tensors = layout.tensors();
    int heads = tensors.size() - 4;
    String x =
        layers.hidden(tensors.subList(0, heads), layout.mlp().spec().activation(), OBSERVATION);
    String value = layers.linear(tensors.get(heads), tensors.get(heads + 1), x, "value");
    String advantage =
        layers.linear(tensors.get(heads + 2), tensors.get(heads + 3), x, "advantage");
    float[] shares = new float[layout.actions()];
    Arrays.fill(shares, 1f / shares.length);
    String mean =
        graph.node(
            "Gemm",
            "advantage_mean",
            Map.of("transB", 1L),
            advantage,
            graph.constant("shares", Shape.of(1, shares.length), shares),
            graph.constant("nothing", Shape.of(1), 0));
    String better = graph.node("Sub", "advantage_centred", Map.of(), advantage, mean);
    graph.node("Add", VALUES, Map.of(), better, value);
  }
}
