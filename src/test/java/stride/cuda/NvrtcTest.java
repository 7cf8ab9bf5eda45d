package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.nn.ChildJvm;

/** The compiler that a GPU's machine has, on the kernels of these tests. */
final class NvrtcTest {
  @TempDir Path scratch;

  @BeforeEach
  void fetched() {
    RealNvrtc.assumeFetched();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sm_80", "sm_89", "sm_90a"})
  void saysWhatKernelsTake(String architecture) throws IOException {
    Map<String, KernelUsage> usage = RealNvrtc.usage(Testing.source(0.5), architecture, scratch);
    assertThat(usage).containsOnlyKeys("scale", "add_pair", "sum_shared", "meet");
    assertThat(usage.values())
        .allSatisfy(
            kernel -> {
              assertThat(kernel.registers()).isBetween(4, 64);
              assertThat(kernel.spillStoreBytes()).isZero();
              assertThat(kernel.spillLoadBytes()).isZero();
            });
  }

  @Test
  void whatMeasuresLaunchesTakesNextToNothing() throws IOException {
    KernelSource source = KernelSource.ofResources("/stride/cuda", "launch_cost.cu", Map.of());
    Map<String, KernelUsage> usage = RealNvrtc.usage(source, "sm_90a", scratch);
    assertThat(usage).containsOnlyKeys("count_launches", "count_meetings");
    assertThat(usage.values()).allMatch(kernel -> kernel.spillStoreBytes() == 0);
  }

  /** More values alive than there are registers. */
  @Test
  void findsSpills() throws IOException {
    KernelSource greedy =
        new KernelSource(
            "greedy.cu",
            """
            extern "C" __global__ __launch_bounds__(1024) void greedy(float* x) {
              __shared__ float seen[64];
              float kept[200];
              #pragma unroll
              for (int i = 0; i < 200; i++) kept[i] = x[i * 1024 + threadIdx.x];
              seen[threadIdx.x % 64] = kept[0];
              __syncthreads();
              #pragma unroll
              for (int i = 0; i < 200; i++) x[i * 1024 + threadIdx.x] = kept[199 - i] * seen[i % 64];
            }
            """,
            new TreeMap<>());
    KernelUsage usage = RealNvrtc.usage(greedy, "sm_90a", scratch).get("greedy");
    assertThat(usage.registers()).isEqualTo(64);
    assertThat(usage.sharedBytes()).isGreaterThanOrEqualTo(256);
    assertThat(usage.spillStoreBytes()).isPositive();
    assertThat(usage.spillLoadBytes()).isPositive();
    assertThat(usage.stackBytes()).isPositive();
  }

  @Test
  void aSourceThatIsWrongShowsItsLog() throws IOException {
    KernelSource wrong =
        new KernelSource(
            "wrong.cu", "extern \"C\" __global__ void f(int* x) { *x = oops; }", new TreeMap<>());
    ChildJvm.Result result = RealNvrtc.compile(wrong, "sm_80", scratch);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output())
        .contains("nvrtcCompileProgram: NVRTC_ERROR_COMPILATION: wrong.cu with ")
        .contains("identifier \"oops\" is undefined");
  }

  /** No NVRTC 12.6 knows it: the driver has to translate further. */
  @Test
  void forADeviceThatIsTooNewTheNewestKnownIsTaken() throws IOException {
    ChildJvm.Result result = RealNvrtc.compile(Testing.source(0.5), "sm_120", scratch);
    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.output()).contains("NVRTC 12.6, bytes ").doesNotContain("used ");
  }
}
