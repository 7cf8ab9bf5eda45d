package stride.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.TreeMap;
import stride.files.Protobuf;
import stride.memory.Shape;

/**
 * An ONNX model while it is put together: nodes in the order they run, the tensors they read, and
 * what goes in and comes out. Field numbers are those of onnx.proto.
 *
 * <pre>
 *   ModelProto:     1 ir_version, 2 producer_name, 7 graph, 8 opset_import { 2 version }, 14 metadata { 1 key, 2 value }
 *   GraphProto:     1 node, 2 name, 5 initializer, 11 input, 12 output
 *   NodeProto:      1 input, 2 output, 3 name, 4 op_type, 5 attribute
 *   AttributeProto: 1 name, 3 integer, 20 type
 *   TensorProto:    1 dims, 2 data_type, 8 name, 9 raw_data, little endian
 *   ValueInfoProto: 1 name, 2 type { 1 tensor { 1 element type, 2 shape { 1 dim { 1 size, 2 its name } } } }
 * </pre>
 */
final class OnnxGraph {
  /** Element types, as the format numbers them. */
  enum Element {
    FLOAT(1),
    INT64(7);

    private final int number;

    Element(int number) {
      this.number = number;
    }
  }

  /** The name of the first dimension of what has a row for each observation. */
  static final String BATCH = "batch";

  // read by ONNX Runtime from 1.12 of 2022 on
  private static final long IR_VERSION = 8;
  private static final long OPSET = 17;

  private static final int MODEL_IR_VERSION = 1;
  private static final int MODEL_PRODUCER = 2;
  private static final int MODEL_GRAPH = 7;
  private static final int MODEL_OPSET = 8;
  private static final int MODEL_METADATA = 14;
  private static final int OPSET_VERSION = 2;
  private static final int METADATA_KEY = 1;
  private static final int METADATA_VALUE = 2;

  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_NAME = 2;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int GRAPH_INPUT = 11;
  private static final int GRAPH_OUTPUT = 12;

  private static final int NODE_INPUT = 1;
  private static final int NODE_OUTPUT = 2;
  private static final int NODE_NAME = 3;
  private static final int NODE_OPERATOR = 4;
  private static final int NODE_ATTRIBUTE = 5;
  private static final int ATTRIBUTE_NAME = 1;
  private static final int ATTRIBUTE_INTEGER = 3;
  private static final int ATTRIBUTE_TYPE = 20;
  private static final long TYPE_INTEGER = 2;

  private static final int TENSOR_DIMS = 1;
  private static final int TENSOR_ELEMENT = 2;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_DATA = 9;

  private static final int VALUE_NAME = 1;
  private static final int VALUE_TYPE = 2;
  private static final int TYPE_TENSOR = 1;
  private static final int TENSOR_TYPE_ELEMENT = 1;
  private static final int TENSOR_TYPE_SHAPE = 2;
  private static final int SHAPE_DIM = 1;
  private static final int DIM_SIZE = 1;
  private static final int DIM_NAME = 2;

  private final Protobuf graph = new Protobuf();
  private int nodes;

  OnnxGraph(String name) {
    graph.put(GRAPH_NAME, name);
  }

  /** A float tensor of {@code batch} rows that the caller gives. */
  void input(String name, long columns) {
    graph.put(GRAPH_INPUT, value(name, Element.FLOAT, batched(columns)));
  }

  /** A tensor of {@code batch} rows, or elements for no columns, that the caller is given. */
  void output(String name, Element element, long... columns) {
    graph.put(GRAPH_OUTPUT, value(name, element, batched(columns)));
  }

  /** A float tensor that the caller is given, the same for every batch. */
  void constantOutput(String name, long size) {
    Protobuf shape = new Protobuf().put(SHAPE_DIM, new Protobuf().put(DIM_SIZE, size));
    graph.put(GRAPH_OUTPUT, value(name, Element.FLOAT, shape));
  }

  private static Protobuf batched(long... columns) {
    Protobuf shape = new Protobuf().put(SHAPE_DIM, new Protobuf().put(DIM_NAME, BATCH));
    for (long size : columns) {
      shape.put(SHAPE_DIM, new Protobuf().put(DIM_SIZE, size));
    }
    return shape;
  }

  private static Protobuf value(String name, Element element, Protobuf shape) {
    Protobuf tensor =
        new Protobuf()
            .put(TENSOR_TYPE_ELEMENT, (long) element.number)
            .put(TENSOR_TYPE_SHAPE, shape);
    return new Protobuf()
        .put(VALUE_NAME, name)
        .put(VALUE_TYPE, new Protobuf().put(TYPE_TENSOR, tensor));
  }

  /** A scalar that nodes read by its name. */
  String constant(String name, float value) {
    return tensor(name, Element.FLOAT, bytes(value));
  }

  /** A tensor that nodes read by its name. */
  String constant(String name, Shape shape, float... values) {
    return tensor(name, Element.FLOAT, bytes(values), shape.dims());
  }

  /** A place along an axis, in the form that slices read by its name. */
  String index(String name, long value) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES);
    bytes.order(ByteOrder.LITTLE_ENDIAN).putLong(value);
    return tensor(name, Element.INT64, bytes.array(), 1);
  }

  private String tensor(String name, Element element, byte[] data, long... dims) {
    Protobuf tensor = new Protobuf();
    for (long dim : dims) {
      tensor.put(TENSOR_DIMS, dim);
    }
    tensor.put(TENSOR_ELEMENT, (long) element.number).put(TENSOR_NAME, name).put(TENSOR_DATA, data);
    graph.put(GRAPH_INITIALIZER, tensor);
    return name;
  }

  private static byte[] bytes(float... values) {
    ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * values.length);
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(values);
    return bytes.array();
  }

  /** What a node reads, and the one thing it puts out. */
  String node(String operator, String output, Map<String, Long> attributes, String... inputs) {
    Protobuf node = new Protobuf();
    for (String input : inputs) {
      node.put(NODE_INPUT, input);
    }
    node.put(NODE_OUTPUT, output);
    node.put(NODE_NAME, operator + "_" + nodes++).put(NODE_OPERATOR, operator);
    new TreeMap<>(attributes)
        .forEach( // in one order: equal models are equal files
            (name, value) ->
                node.put(
                    NODE_ATTRIBUTE,
                    new Protobuf()
                        .put(ATTRIBUTE_NAME, name)
                        .put(ATTRIBUTE_INTEGER, value)
                        .put(ATTRIBUTE_TYPE, TYPE_INTEGER)));
    graph.put(GRAPH_NODE, node);
    return output;
  }

  /** The whole file. */
  byte[] toModel(Map<String, String> metadata) {
    Protobuf model =
        new Protobuf()
            .put(MODEL_IR_VERSION, IR_VERSION)
            .put(MODEL_PRODUCER, "stride")
            .put(MODEL_GRAPH, graph)
            .put(MODEL_OPSET, new Protobuf().put(OPSET_VERSION, OPSET));
    metadata.forEach(
        (key, value) ->
            model.put(
                MODEL_METADATA, new Protobuf().put(METADATA_KEY, key).put(METADATA_VALUE, value)));
    return model.toBytes();
  }
}
