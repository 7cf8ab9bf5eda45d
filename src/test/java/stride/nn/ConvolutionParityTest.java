package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import stride.learn.Backends;
import stride.memory.FloatSlab;

/** The twins of convolutions beside each other, to the bit. */
@Tag("vector")
final class ConvolutionParityTest {
  private final Kernels reference = Backends.kernels(Backend.REFERENCE);
  private final Kernels cpu = Backends.kernels(Backend.CPU);
  private Arena arena;

  @BeforeEach
  void open() {
    arena = Arena.ofConfined();
  }

  @AfterEach
  void close() {
    arena.close();
  }

  static Stream<Arguments> shapes() {
    Stream<Images> nets =
        Stream.of(
            Images.dense(84, 84, 4, 8, 4, 32),
            Images.padded(20, 20, 32, 4, 2, 64),
            Images.padded(9, 9, 64, 3, 1, 64),
            Images.dense(32, 32, 4, 4, 2, 16),
            Images.dense(32, 32, 1, 8, 4, 16),
            Images.padded(15, 15, 16, 3, 2, 32));
    // lines of 1 to 40 places, so that every number of rows is left to a tile
    Stream<Images> lines =
        IntStream.rangeClosed(1, 40).mapToObj(w -> Images.padded(3, w + 2, 3, 3, 1, 48));
    Stream<Images> odd =
        Stream.of(
            Images.dense(11, 13, 3, 5, 3, 7),
            Images.padded(6, 5, 17, 1, 1, 33),
            Images.padded(7, 8, 20, 4, 4, 80),
            Images.dense(5, 5, 1, 5, 1, 1));
    return Stream.of(nets, lines, odd)
        .flatMap(each -> each)
        .map(images -> Arguments.of(images, images.layer().width() > 80 ? 1 : 2));
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void forwardAgreesToTheBit(Images images, int count) {
    ConvLayout layer = images.layer();
    FloatSlab parameters = images.normalParameters(arena, 1);
    FloatSlab x = images.normalInputs(arena, 3, count);
    FloatSlab want = FloatSlab.allocate(arena, count, layer.outputStride());
    FloatSlab got = FloatSlab.allocate(arena, count, layer.outputStride());
    reference.convolution(x, 0, parameters, layer, want, 0, count);
    cpu.convolution(x, 0, parameters, layer, got, 0, count);
    assertThat(got.sameBits(want)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void gradientAgreesToTheBit(Images images, int count) {
    ConvLayout layer = images.layer();
    FloatSlab x = images.normalInputs(arena, 3, count);
    FloatSlab d = images.normalOutputs(arena, 5, count);
    FloatSlab want = FloatSlab.allocate(arena, images.size());
    FloatSlab got = FloatSlab.allocate(arena, images.size());
    reference.convolutionGradient(x, 0, d, layer, want, count);
    cpu.convolutionGradient(x, 0, d, layer, got, count);
    assertThat(got.sameBits(want)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void inputGradientAgreesToTheBit(Images images, int count) {
    ConvLayout layer = images.layer();
    if (layer.inputPixel() % LinearLayout.ALIGNMENT != 0) {
      return; // frames, whose gradient nobody asks for
    }
    FloatSlab d = images.normalOutputs(arena, 5, count);
    FloatSlab transposed = images.transposed(arena, cpu, images.normalParameters(arena, 1));
    FloatSlab want = FloatSlab.allocate(arena, count, layer.inputStride());
    FloatSlab got = FloatSlab.allocate(arena, count, layer.inputStride());
    reference.convolutionInputGradient(d, transposed, 0, layer, want, count);
    cpu.convolutionInputGradient(d, transposed, 0, layer, got, count);
    assertThat(got.sameBits(want)).isTrue();
  }
}
