package stride.export;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import stride.files.AtomicFile;
import stride.files.FileException;
import stride.files.Safetensors;
import stride.memory.FloatSlab;
import stride.memory.Shape;
import stride.memory.Slab;
import stride.nn.ParameterTensor;

/** The files of networks, whatever is in them. */
final class NetworkFiles {
  private static final int SCHEMA_VERSION = 1;

  // those of a checkpoint's metadata that an ONNX model has
  private static final List<String> ONNX_METADATA = List.of("algo", "task", "seed", "env_steps");

  private NetworkFiles() {}

  static byte[] model(OnnxGraph graph, Map<String, String> metadata) {
    SequencedMap<String, String> chosen = new LinkedHashMap<>();
    ONNX_METADATA.forEach(key -> chosen.put(key, metadata.get(key)));
    return graph.toModel(chosen);
  }

  static void writeModel(Path file, byte[] model) {
    try {
      AtomicFile.write(file, model);
    } catch (IOException e) {
      throw new FileException(file, "cannot write: " + FileException.reason(e), e);
    }
  }

  static void writeSlabs(
      Path file, SequencedMap<String, String> metadata, SequencedMap<String, Slab> slabs) {
    Safetensors.write(file, AtomicFile.Disk.REAL, SCHEMA_VERSION, metadata, slabs);
  }

  /** Copies tensors without the padding of rows. */
  static void put(
      SequencedMap<String, Slab> slabs,
      Arena arena,
      List<ParameterTensor> tensors,
      FloatSlab parameters) {
    for (ParameterTensor tensor : tensors) {
      slabs.put(tensor.name(), slab(arena, tensor.shape(), tensor.get(parameters)));
    }
  }

  static FloatSlab slab(Arena arena, Shape shape, float[] values) {
    FloatSlab slab = FloatSlab.allocate(arena, shape.dims());
    for (int k = 0; k < values.length; k++) {
      slab.set(k, values[k]);
    }
    return slab;
  }
}
