package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import stride.nn.ChildJvm;

/** The compilers that a GPU's machine may have, on the kernels of these tests. */
final class NvrtcTest {
  @TempDir Path scratch;

  @ParameterizedTest
  @CsvSource({
    "CUDA_12, sm_80",
    "CUDA_12, sm_89",
    "CUDA_12, sm_90a",
    "CUDA_13, sm_80",
    "CUDA_13, sm_90a",
    "CUDA_13, sm_100"
  })
  void saysWhatKernelsTake(RealNvrtc nvrtc, String architecture) throws IOException {
    nvrtc.assumeFetched();
    Map<String, KernelUsage> usage = nvrtc.usage(Testing.source(0.5), architecture, scratch);
    assertThat(usage).containsOnlyKeys("scale", "add_pair", "sum_shared", "meet");
    assertThat(usage.values())
        .allSatisfy(
            kernel -> {
              assertThat(kernel.registers()).isBetween(4, 64);
              assertThat(kernel.spillStoreBytes()).isZero();
              assertThat(kernel.spillLoadBytes()).isZero();
            });
  }

  @ParameterizedTest
  @EnumSource
  void whatMeasuresLaunchesTakesNextToNothing(RealNvrtc nvrtc) throws IOException {
    nvrtc.assumeFetched();
    KernelSource source = KernelSource.ofResources("/stride/cuda", "launch_cost.cu", Map.of());
    Map<String, KernelUsage> usage = nvrtc.usage(source, "sm_90a", scratch);
    assertThat(usage).containsOnlyKeys("count_launches", "count_meetings");
    assertThat(usage.values()).allMatch(kernel -> kernel.spillStoreBytes() == 0);
  }

  /** More values alive than there are registers. */
  @ParameterizedTest
  @EnumSource
  void findsSpills(RealNvrtc nvrtc) throws IOException {
    nvrtc.assumeFetched();
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
    KernelUsage usage = nvrtc.usage(greedy, "sm_90a", scratch).get("greedy");
    assertThat(usage.registers()).isEqualTo(64);
    assertThat(usage.sharedBytes()).isGreaterThanOrEqualTo(256);
    assertThat(usage.spillStoreBytes()).isPositive();
    assertThat(usage.spillLoadBytes()).isPositive();
    assertThat(usage.stackBytes()).isPositive();
  }

  @ParameterizedTest
  @EnumSource
  void aSourceThatIsWrongShowsItsLog(RealNvrtc nvrtc) throws IOException {
    nvrtc.assumeFetched();
    KernelSource wrong =
        new KernelSource(
            "wrong.cu", "extern \"C\" __global__ void f(int* x) { *x = oops; }", new TreeMap<>());
    ChildJvm.Result result = nvrtc.outcome(wrong, "sm_80", scratch);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output())
        .contains("nvrtcCompileProgram: NVRTC_ERROR_COMPILATION: wrong.cu with ")
        .contains("identifier \"oops\" is undefined");
  }

  /** The driver has to translate further. */
  @ParameterizedTest
  @CsvSource({"CUDA_12, sm_120, sm_90", "CUDA_13, sm_130, sm_121"})
  void forADeviceThatIsTooNewTheNewestKnownIsTaken(
      RealNvrtc nvrtc, String architecture, String newest) throws IOException {
    nvrtc.assumeFetched();
    var job = RealNvrtc.Job.of(Testing.source(0.5), architecture);
    RealNvrtc.Compiled compiled = nvrtc.compile(List.of(job), scratch).getFirst();
    assertThat(compiled.usage()).isEmpty();
    assertThat(compiled.ptx()).containsPattern("\\.target " + newest + "\\n");
  }
}
