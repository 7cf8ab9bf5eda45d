package stride.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.IntToDoubleFunction;
import stride.files.ProtobufReader;

/**
 * An ONNX model read by the field numbers of onnx.proto, sharing nothing with the writer, and run
 * on one row in double precision. Knows the operators of small networks and no others.
 */
final class OnnxFile {
  private static final int VARINT = 0;
  private static final int BYTES = 2;
  private static final long FLOAT = 1;

  record Node(String operator, List<String> inputs, String output, Map<String, Long> attributes) {}

  record Tensor(List<Long> dims, long type, ByteBuffer data) {
    double[] values() {
      double[] values = new double[data.remaining() / (type == FLOAT ? 4 : 8)];
      Arrays.setAll(values, k -> type == FLOAT ? data.getFloat(4 * k) : data.getLong(8 * k));
      return values;
    }
  }

  /** What goes in or comes out; -1 stands for a size that has a name. */
  record Value(long type, List<Long> dims) {}

  long irVersion;
  long opset;
  final SequencedMap<String, String> metadata = new LinkedHashMap<>();
  final List<Node> nodes = new ArrayList<>();
  final Map<String, Tensor> tensors = new LinkedHashMap<>();
  final Map<String, Value> inputs = new LinkedHashMap<>();
  final Map<String, Value> outputs = new LinkedHashMap<>();

  /** A field's content, by its number. */
  private interface Field {
    void read(int number, ProtobufReader in);
  }

  private static void each(ProtobufReader message, Field field) {
    while (message.more()) {
      field.read((int) message.varint(), message);
    }
  }

  private static int key(int number, int wireType) {
    return number << 3 | wireType;
  }

  private static AssertionError unknown(int key) {
    return new AssertionError("field %d of wire type %d".formatted(key >> 3, key & 7));
  }

  static OnnxFile read(byte[] bytes) {
    OnnxFile file = new OnnxFile();
    each(
        new ProtobufReader(bytes),
        (key, in) -> {
          switch (key) {
            case 1 << 3 | VARINT -> file.irVersion = in.varint();
            case 2 << 3 | BYTES -> in.text();
            case 7 << 3 | BYTES -> each(in.message(), file::graph);
            case 8 << 3 | BYTES -> each(in.message(), (_, its) -> file.opset = its.varint());
            case 14 << 3 | BYTES -> {
              List<String> pair = texts(in.message());
              file.metadata.put(pair.get(0), pair.get(1));
            }
            default -> throw unknown(key);
          }
        });
    return file;
  }

  private static List<String> texts(ProtobufReader message) {
    List<String> texts = new ArrayList<>();
    each(message, (_, in) -> texts.add(in.text()));
    return texts;
  }

  private void graph(int key, ProtobufReader in) {
    switch (key) {
      case 1 << 3 | BYTES -> nodes.add(node(in.message()));
      case 2 << 3 | BYTES -> in.text();
      case 5 << 3 | BYTES -> tensor(in.message());
      case 11 << 3 | BYTES -> value(in.message(), inputs);
      case 12 << 3 | BYTES -> value(in.message(), outputs);
      default -> throw unknown(key);
    }
  }

  private static Node node(ProtobufReader message) {
    List<String> inputs = new ArrayList<>();
    Map<Integer, String> texts = new HashMap<>();
    Map<String, Long> attributes = new HashMap<>();
    each(
        message,
        (key, in) -> {
          switch (key) {
            case 1 << 3 | BYTES -> inputs.add(in.text());
            case 2 << 3 | BYTES, 3 << 3 | BYTES, 4 << 3 | BYTES -> texts.put(key >> 3, in.text());
            case 5 << 3 | BYTES -> attribute(in.message(), attributes);
            default -> throw unknown(key);
          }
        });
    return new Node(texts.get(4), inputs, texts.get(2), attributes);
  }

  private static void attribute(ProtobufReader message, Map<String, Long> attributes) {
    Map<Integer, Long> numbers = new HashMap<>();
    String[] name = new String[1];
    each(
        message,
        (key, in) -> {
          switch (key) {
            case 1 << 3 | BYTES -> name[0] = in.text();
            case 3 << 3 | VARINT, 20 << 3 | VARINT -> numbers.put(key >> 3, in.varint());
            default -> throw unknown(key);
          }
        });
    if (numbers.get(20) != 2) {
      throw new AssertionError(name[0] + " is no integer");
    }
    attributes.put(name[0], numbers.get(3));
  }

  private void tensor(ProtobufReader message) {
    List<Long> dims = new ArrayList<>();
    Map<Integer, Object> rest = new HashMap<>();
    each(
        message,
        (key, in) -> {
          switch (key) {
            case 1 << 3 | VARINT -> dims.add(in.varint());
            case 2 << 3 | VARINT -> rest.put(2, in.varint());
            case 8 << 3 | BYTES -> rest.put(8, in.text());
            case 9 << 3 | BYTES -> rest.put(9, in.bytes());
            default -> throw unknown(key);
          }
        });
    ByteBuffer data = ByteBuffer.wrap((byte[]) rest.get(9)).order(ByteOrder.LITTLE_ENDIAN);
    tensors.put((String) rest.get(8), new Tensor(dims, (long) rest.get(2), data));
  }

  private static void value(ProtobufReader message, Map<String, Value> all) {
    require(message, key(1, BYTES));
    String name = message.text();
    require(message, key(2, BYTES));
    ProtobufReader type = message.message();
    require(type, key(1, BYTES));
    ProtobufReader tensor = type.message();
    require(tensor, key(1, VARINT));
    long element = tensor.varint();
    require(tensor, key(2, BYTES));
    List<Long> dims = new ArrayList<>();
    each(
        tensor.message(),
        (_, in) -> {
          ProtobufReader dim = in.message();
          boolean named = dim.varint() == key(2, BYTES);
          dims.add(named ? -1L : dim.varint());
        });
    all.put(name, new Value(element, dims));
  }

  private static void require(ProtobufReader message, int key) {
    int found = (int) message.varint();
    if (found != key) {
      throw unknown(found);
    }
  }

  // ---- running ----

  /** All outputs for one observation, by name. */
  Map<String, double[]> run(float[] observation) {
    Map<String, double[]> known = new HashMap<>();
    tensors.forEach((name, tensor) -> known.put(name, tensor.values()));
    double[] row = new double[observation.length];
    Arrays.setAll(row, k -> observation[k]);
    known.put("observation", row);
    for (Node node : nodes) {
      double[][] in = node.inputs().stream().map(known::get).toArray(double[][]::new);
      known.put(node.output(), compute(node, in));
    }
    known.keySet().retainAll(outputs.keySet());
    return known;
  }

  private static double[] compute(Node node, double[]... in) {
    double[] x = in[0];
    return switch (node.operator()) {
      // one number is that of all columns
      case "Sub" -> each(x.length, k -> x[k] - in[1][k % in[1].length]);
      case "Add" -> each(x.length, k -> x[k] + in[1][k % in[1].length]);
      case "Mul" -> each(x.length, k -> x[k] * in[1][k % in[1].length]);
      case "Clip" -> each(x.length, k -> Math.clamp(x[k], in[1][0], in[2][0]));
      case "Tanh" -> each(x.length, k -> Math.tanh(x[k]));
      case "Relu" -> each(x.length, k -> Math.max(x[k], 0));
      case "Identity" -> x;
      case "Slice" -> Arrays.copyOfRange(x, (int) in[1][0], (int) in[2][0]);
      case "ArgMax" -> new double[] {indexOfMax(x)};
      case "Gemm" -> {
        if (!node.attributes().equals(Map.of("transB", 1L))) {
          throw new AssertionError(node.toString());
        }
        yield each(in[2].length, k -> in[2][k] + dot(x, in[1], k * x.length));
      }
      default -> throw new AssertionError(node.toString());
    };
  }

  private static double[] each(int length, IntToDoubleFunction at) {
    double[] y = new double[length];
    Arrays.setAll(y, at);
    return y;
  }

  private static double dot(double[] x, double[] weights, int from) {
    double sum = 0;
    for (int k = 0; k < x.length; k++) {
      sum += x[k] * weights[from + k];
    }
    return sum;
  }

  private static int indexOfMax(double[] x) {
    int best = 0;
    for (int k = 1; k < x.length; k++) {
      best = x[k] > x[best] ? k : best;
    }
    return best;
  }
}
