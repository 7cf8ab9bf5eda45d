package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.learn.Backends;
import stride.memory.FloatSlab;

/** What every {@link ConvolutionKernels} must do, checked against PyTorch in double precision. */
abstract class AbstractConvolutionTest {
  private static final double TOLERANCE = 2e-5; // sums of a few hundred products of about 1

  private final Kernels kernels;
  private Arena arena;

  AbstractConvolutionTest(Backend backend) {
    this.kernels = Backends.kernels(backend);
  }

  @BeforeEach
  void open() {
    arena = Arena.ofShared();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void agreesWithPyTorch(int number) {
    JsonNode golden = Golden.values("conv").get(number);
    int batch = golden.get("batch").intValue();
    Images images = images(golden);
    ConvLayout layer = images.layer();
    FloatSlab parameters = FloatSlab.allocate(arena, images.size());
    images.putParameters(parameters, numbers(golden.get("weight")), numbers(golden.get("bias")));
    FloatSlab x = FloatSlab.allocate(arena, batch, layer.inputStride());
    images.putInputs(x, numbers(golden.get("x")));
    FloatSlab y = TestData.normals(arena, 1, 1, batch, layer.outputStride());
    kernels.convolution(x, 0, parameters, layer, y, 0, batch);
    assertNear(images.outputs(y, batch), golden.get("y"));

    FloatSlab d = FloatSlab.allocate(arena, batch, layer.outputStride());
    images.putOutputs(d, numbers(golden.get("grad_y")));
    FloatSlab gradients = TestData.normals(arena, 2, 1, images.size());
    kernels.convolutionGradient(x, 0, d, layer, gradients, batch);
    assertNear(images.weights(gradients), golden.get("grad_weight"));
    assertNear(images.bias(gradients), golden.get("grad_bias"));

    FloatSlab dx = TestData.normals(arena, 3, 1, batch, layer.inputStride());
    FloatSlab transposed = images.transposed(arena, kernels, parameters);
    kernels.convolutionInputGradient(d, transposed, 0, layer, dx, batch);
    assertNear(images.inputs(dx, batch), golden.get("grad_x"));
  }

  private static Images images(JsonNode golden) {
    return Images.padded(
        golden.get("height").intValue(),
        golden.get("width").intValue(),
        golden.get("channels").intValue(),
        golden.get("kernel").intValue(),
        golden.get("stride").intValue(),
        golden.get("filters").intValue());
  }

  /** All numbers of nested lists, in order. */
  private static float[] numbers(JsonNode node) {
    List<Float> found = new ArrayList<>();
    collect(node, found);
    float[] values = new float[found.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = found.get(i);
    }
    return values;
  }

  private static void collect(JsonNode node, List<Float> found) {
    if (node.isArray()) {
      node.forEach(element -> collect(element, found));
    } else {
      found.add((float) node.doubleValue());
    }
  }

  private static void assertNear(float[] got, JsonNode golden) {
    float[] want = numbers(golden);
    assertThat(got).hasSize(want.length);
    for (int i = 0; i < got.length; i++) {
      assertThat((double) got[i]).as("element %d", i).isCloseTo(want[i], offset(TOLERANCE));
    }
  }

  @Test
  void paddingBecomesZero() {
    Images images = Images.padded(9, 7, 5, 3, 2, 3);
    ConvLayout layer = images.layer();
    FloatSlab parameters = images.normalParameters(arena, 1);
    FloatSlab x = images.normalInputs(arena, 3, 2);
    FloatSlab y = TestData.normals(arena, 4, 1, 2, layer.outputStride());
    kernels.convolution(x, 0, parameters, layer, y, 0, 2);
    assertThat(withoutPadding(y, layer.outputs(), layer.outputPixel())).isTrue();
    FloatSlab d = images.normalOutputs(arena, 5, 2);
    FloatSlab gradients = TestData.normals(arena, 6, 1, images.size());
    kernels.convolutionGradient(x, 0, d, layer, gradients, 2);
    assertThat(withoutPadding(gradients, layer.outputs(), layer.outputPixel())).isTrue();
    FloatSlab dx = TestData.normals(arena, 7, 1, 2, layer.inputStride());
    FloatSlab transposed = images.transposed(arena, kernels, parameters);
    kernels.convolutionInputGradient(d, transposed, 0, layer, dx, 2);
    assertThat(withoutPadding(dx, layer.channels(), layer.inputPixel())).isTrue();
  }

  private static boolean withoutPadding(FloatSlab slab, int used, int row) {
    for (long i = 0; i < slab.length(); i++) {
      if (i % row >= used && slab.get(i) != 0) {
        return false;
      }
    }
    return true;
  }

  @Test
  void anImageIsComputedAsIfItWereAlone() {
    Images images = Images.dense(20, 20, 4, 8, 4, 32);
    ConvLayout layer = images.layer();
    FloatSlab parameters = images.normalParameters(arena, 1);
    FloatSlab x = images.normalInputs(arena, 3, 3);
    FloatSlab all = FloatSlab.allocate(arena, 3, layer.outputStride());
    kernels.convolution(x, 0, parameters, layer, all, 0, 3);
    FloatSlab one = FloatSlab.allocate(arena, 2, layer.outputStride());
    kernels.convolution(
        x, 2L * layer.inputStride(), parameters, layer, one, layer.outputStride(), 1);
    for (int k = 0; k < layer.outputStride(); k++) {
      assertThat(one.get(layer.outputStride() + k))
          .isEqualTo(all.get(2L * layer.outputStride() + k));
      assertThat(one.get(k)).isZero();
    }
  }

  @Test
  void slabsThatAreTooShortAreRefused() {
    Images images = Images.padded(9, 7, 5, 3, 2, 3);
    ConvLayout layer = images.layer();
    FloatSlab p = images.normalParameters(arena, 1);
    FloatSlab x = images.normalInputs(arena, 3, 2);
    FloatSlab y = FloatSlab.allocate(arena, 2, layer.outputStride());
    FloatSlab t = images.transposed(arena, kernels, p);
    assertThatThrownBy(() -> kernels.convolution(x, 1, p, layer, y, 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> kernels.convolution(x, 0, p, layer, y, 0, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> kernels.convolution(x, 0, p.slice(0, p.length() - 1), layer, y, 0, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> kernels.convolution(x, 0, p, layer, y, 0, 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> kernels.convolutionGradient(x, 0, y, layer, t.slice(0, 16), 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> kernels.convolutionInputGradient(y, t, 1, layer, x, 2))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> kernels.convolutionInputGradient(y, t, 0, layer, x, 3))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void sizesThatDoNotFitAreRefused() {
    assertThatThrownBy(() -> Images.dense(7, 9, 4, 8, 4, 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a kernel within the image");
    assertThatThrownBy(() -> Images.dense(9, 9, 4, 3, 0, 32))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stride=0");
  }
}
