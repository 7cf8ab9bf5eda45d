package stride.ppo.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.nn.Activation;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;
import stride.nn.Precision;

final class ChunkingTest {
  private static Chunking chunking(int width, int minibatch, int kilobytes, Precision precision) {
    var policy =
        new PolicyLayout(
            PolicySpec.of(
                PolicySpec.Distribution.GAUSSIAN, 11, 3, List.of(width, width), Activation.TANH));
    return Chunking.of(policy, minibatch, kilobytes << 10, precision);
  }

  /** What the tensor cores multiply has 16 rows; a cluster has 16 blocks of up to four chunks. */
  @ParameterizedTest
  @CsvSource({
    "64, 100, 227, FP32, 8, 16, 1",
    "64, 256, 227, FP32, 8, 16, 2",
    "64, 256, 227, TF32X3, 16, 16, 1",
    "64, 1024, 227, FP32, 8, 0, 1",
    "64, 1024, 227, TF32X3, 16, 16, 4",
    "64, 2048, 227, FP32, 16, 0, 1",
    "64, 2048, 227, TF32X3, 16, 0, 1",
    "64, 4096, 227, TF32X3, 32, 0, 1",
    "100, 4096, 120, FP32, 8, 0, 1",
    "200, 256, 227, TF32, 0, 0, 1",
    "200, 256, 227, BF16, 0, 0, 1",
  })
  void followsFromNetworksMinibatchAndPrecision(
      int width,
      int minibatch,
      int kilobytes,
      Precision precision,
      int rows,
      int blocks,
      int chunks) {
    assertThat(chunking(width, minibatch, kilobytes, precision))
        .isEqualTo(new Chunking(rows, blocks, chunks));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "64; 227; TF32; fp32 or tf32x3 for networks without a hidden layer above 128, which cuBLAS has"
            + " no part in",
        "64; 227; BF16; fp32 or tf32x3 for networks without a hidden layer above 128, which cuBLAS has"
            + " no part in",
        "200; 227; TF32X3; fp32, tf32 or bf16 for networks that cuBLAS computes",
        "100; 110; TF32X3; fp32, tf32 or bf16 for networks that cuBLAS computes",
        "100; 120; TF32X3; fp32 for networks of which a block's shared memory does not hold 16 rows"
      })
  void refusesAPrecisionThatTheKernelsDoNotHave(
      int width, int kilobytes, Precision precision, String required) {
    assertThatThrownBy(() -> chunking(width, 256, kilobytes, precision))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("precision=" + precision + ", required: " + required);
  }
}
