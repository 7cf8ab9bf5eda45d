package stride.nn;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import stride.memory.FloatSlab;
import stride.nn.PolicySpec.Distribution;

/**
 * Names, places and initial values of all parameters. They are fixed for good: checkpoints and
 * published runs start from these.
 */
final class LayoutBitsTest {
  private static final long SEED = 1;

  static Stream<Arguments> policies() {
    return Stream.of(
        policy("80fba36ecfb4e605", Distribution.GAUSSIAN, 11, 3, List.of(64, 64), Activation.TANH),
        uniform("0d634d07ea0d1e9b", Distribution.GAUSSIAN, 17, 6, List.of(64, 64), Activation.TANH),
        policy(
            "4eec442cf9debd80",
            Distribution.STATE_GAUSSIAN,
            11,
            3,
            List.of(64, 65),
            Activation.TANH),
        uniform(
            "3c8189d2a493a9c0",
            Distribution.STATE_GAUSSIAN,
            5,
            17,
            List.of(9, 18),
            Activation.RELU),
        policy(
            "13034457e0407c6e", Distribution.CATEGORICAL, 4, 2, List.of(64, 64), Activation.TANH),
        uniform(
            "d1972ce60f1d2373", Distribution.CATEGORICAL, 4, 2, List.of(120, 84), Activation.RELU),
        policy("e912fc43e59c91b0", Distribution.GAUSSIAN, 1, 1, List.of(), Activation.TANH),
        policy("9941b77e7b870b4a", Distribution.CATEGORICAL, 3, 16, List.of(16), Activation.RELU),
        policy(
            "93627899deec7233",
            Distribution.GAUSSIAN,
            348,
            17,
            List.of(256, 128, 64),
            Activation.TANH),
        Arguments.of(
            "486345144b4b2b1a",
            new PolicySpec(
                Distribution.GAUSSIAN,
                3,
                new MlpSpec(11, List.of(32), 3, Activation.RELU),
                new MlpSpec(11, List.of(64, 65), 1, Activation.TANH),
                Initialization.ORTHOGONAL)),
        Arguments.of(
            "62995074469000b9",
            PolicySpec.of(Distribution.GAUSSIAN, 11, 3, List.of(64, 65), Activation.TANH)
                .withSharedBackbone()),
        Arguments.of(
            "8097b04a7688d4da",
            PolicySpec.of(Distribution.CATEGORICAL, 4, 2, List.of(64, 64), Activation.RELU)
                .withInitialization(Initialization.UNIFORM)
                .withSharedBackbone()));
  }

  private static Arguments policy(
      String digest,
      Distribution distribution,
      int observations,
      int actions,
      List<Integer> hidden,
      Activation activation) {
    return Arguments.of(
        digest, PolicySpec.of(distribution, observations, actions, hidden, activation));
  }

  private static Arguments uniform(
      String digest,
      Distribution distribution,
      int observations,
      int actions,
      List<Integer> hidden,
      Activation activation) {
    PolicySpec spec = PolicySpec.of(distribution, observations, actions, hidden, activation);
    return Arguments.of(digest, spec.withInitialization(Initialization.UNIFORM));
  }

  @ParameterizedTest
  @MethodSource("policies")
  void parametersOfAPolicyAreWhereAndWhatTheyAlwaysWere(String digest, PolicySpec spec) {
    PolicyLayout layout = new PolicyLayout(spec);
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab parameters = FloatSlab.allocate(arena, layout.size());
      parameters.fill(7);
      layout.initialize(parameters, SEED);
      assertThat(digest(layout.tensors(), parameters)).isEqualTo(digest);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "f5fc7135a9eba63d, false, ORTHOGONAL, 64, 65",
    "7a3fe693c391e6a7, false, UNIFORM, 120, 84",
    "203cd254d0f42c41, true, ORTHOGONAL, 64, 65",
    "15d97e2d9201f32f, true, UNIFORM, 64, 65"
  })
  void parametersOfAQNetworkAreWhereAndWhatTheyAlwaysWere(
      String digest, boolean dueling, Initialization how, int first, int second) {
    QLayout layout = new QLayout(11, List.of(first, second), 3, dueling, Activation.RELU);
    try (Arena arena = Arena.ofConfined()) {
      FloatSlab parameters = FloatSlab.allocate(arena, layout.size());
      parameters.fill(7);
      layout.initialize(parameters, SEED, how);
      assertThat(digest(layout.tensors(), parameters)).isEqualTo(digest);
    }
  }

  private static String text(ParameterTensor tensor) {
    return "ParameterTensor[name=%s, shape=%s, offset=%d, rowLength=%d]"
        .formatted(tensor.name(), tensor.shape(), tensor.offset(), tensor.rowLength());
  }

  /** Of every tensor's name, shape and place, and of all bits, padding included. */
  private static String digest(List<ParameterTensor> tensors, FloatSlab parameters) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(
          tensors.stream()
              .map(LayoutBitsTest::text)
              .toList()
              .toString()
              .getBytes(StandardCharsets.UTF_8));
      ByteBuffer bits = ByteBuffer.allocate(Float.BYTES);
      for (float value : parameters.toArray()) {
        digest.update(bits.clear().putFloat(value).flip());
      }
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
