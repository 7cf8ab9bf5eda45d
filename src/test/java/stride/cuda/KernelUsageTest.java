package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class KernelUsageTest {
  @Test
  void readsTheCompilersLog() {
    String log =
        """
        ppo.cu(12): warning #177-D: variable "x" was declared but never referenced

        ptxas info    : 0 bytes gmem
        ptxas info    : Compiling entry function 'scale' for 'sm_90a'
        ptxas info    : Function properties for scale
        ptxas         .     0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
        ptxas info    : Used 10 registers
        ptxas info    : Compiling entry function 'greedy' for 'sm_90a'
        ptxas info    : Function properties for greedy
            48 bytes stack frame, 40 bytes spill stores, 44 bytes spill loads
        ptxas info    : Used 255 registers, used 1 barriers, 1024 bytes smem, 364 bytes cmem[0]
        """;
    assertThat(KernelUsage.parse(log))
        .isEqualTo(
            Map.of(
                "scale", new KernelUsage(10, 0, 0, 0, 0),
                "greedy", new KernelUsage(255, 1024, 48, 40, 44)));
  }

  @Test
  void aLogWithoutKernelsHasNone() {
    assertThat(KernelUsage.parse("")).isEmpty();
    assertThat(KernelUsage.parse("ptxas info    : Used 10 registers\n")).isEmpty();
  }
}
