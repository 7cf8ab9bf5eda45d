package stride.ppo.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.cuda.KernelUsage;
import stride.cuda.RealNvrtc;
import stride.env.Task;
import stride.env.Tasks;
import stride.memory.SlabAllocator;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;
import stride.nn.Precision;
import stride.parallel.Team;
import stride.ppo.GaeConfig;
import stride.ppo.Policies;
import stride.ppo.Rollout;
import stride.ppo.RolloutConfig;
import stride.ppo.Stepping;
import stride.ppo.UpdateConfig;

/** The kernels as NVIDIA's own compiler makes them for GPUs that need not be there. */
final class CompiledShapesTest {
  private static final int REGISTERS_OF_A_MULTIPROCESSOR = 65_536;
  private static final int THREADS = 256; // of the blocks whose registers are many

  @TempDir Path scratch;

  @BeforeEach
  void fetched() {
    RealNvrtc.assumeFetched();
  }

  @ParameterizedTest
  @CsvSource({
    "NARROW, Hopper-v5, 64, FP32, sm_80",
    "UPDATE, Hopper-v5, 64, FP32, sm_80",
    "NARROW, Hopper-v5, 64, FP32, sm_89",
    "UPDATE, Hopper-v5, 64, FP32, sm_89",
    "NARROW, Hopper-v5, 64, FP32, sm_90a",
    "UPDATE, Hopper-v5, 64, FP32, sm_90a",
    "CLUSTER, Hopper-v5, 64, FP32, sm_90a",
    "NARROW, CartPole-v1, 64, FP32, sm_80",
    "UPDATE, CartPole-v1, 64, FP32, sm_80",
    "NARROW, CartPole-v1, 64, FP32, sm_89",
    "UPDATE, CartPole-v1, 64, FP32, sm_89",
    "NARROW, CartPole-v1, 64, FP32, sm_90a",
    "UPDATE, CartPole-v1, 64, FP32, sm_90a",
    "CLUSTER, CartPole-v1, 64, FP32, sm_90a",
    "NARROW, Hopper-v5, 64, TF32X3, sm_80",
    "UPDATE, Hopper-v5, 64, TF32X3, sm_80",
    "NARROW, Hopper-v5, 64, TF32X3, sm_90a",
    "UPDATE, Hopper-v5, 64, TF32X3, sm_90a",
    "CLUSTER, Hopper-v5, 64, TF32X3, sm_90a",
    "UPDATE, HalfCheetah-v5, 128, TF32X3, sm_90a",
    "WIDE, HalfCheetah-v5, 256, FP32, sm_80",
    "WIDE, HalfCheetah-v5, 256, FP32, sm_89",
    "WIDE, HalfCheetah-v5, 256, FP32, sm_90a"
  })
  void nothingSpills(
      Program program, String name, int width, Precision precision, String architecture)
      throws IOException {
    Map<String, KernelUsage> usage =
        RealNvrtc.usage(program.source(shape(name, width, precision)), architecture, scratch);
    assertThat(usage)
        .containsKey(
            switch (program) {
              case NARROW -> "minibatch_gradient";
              case UPDATE -> "ppo_update";
              case CLUSTER -> "ppo_cluster";
              default -> "wide_loss";
            });
    usage.forEach(
        (kernel, u) ->
            System.out.printf(
                "%s, %d wide, %s, %s: %-26s %3d registers, %d blocks of %d threads at once by them%n",
                name,
                width,
                precision,
                architecture,
                kernel,
                u.registers(),
                REGISTERS_OF_A_MULTIPROCESSOR / (THREADS * Math.max(1, u.registers())),
                THREADS));
    assertThat(usage.entrySet())
        .allSatisfy(
            kernel -> {
              assertThat(kernel.getValue().stackBytes()).as(kernel.getKey()).isZero();
              assertThat(kernel.getValue().spillStoreBytes()).as(kernel.getKey()).isZero();
              assertThat(kernel.getValue().spillLoadBytes()).as(kernel.getKey()).isZero();
            });
  }

  /**
   * Those of updates, in that precision alone; a policy's steps are those of the CPU's rounding.
   */
  @ParameterizedTest
  @CsvSource({
    "NARROW, TF32X3, true",
    "UPDATE, TF32X3, true",
    "CLUSTER, TF32X3, true",
    "POLICY, TF32X3, false",
    "UPDATE, FP32, false"
  })
  void productsAreOfTheTensorCores(Program program, Precision precision, boolean expected)
      throws IOException {
    String ptx =
        RealNvrtc.ptx(program.source(shape("Hopper-v5", 64, precision)), "compute_90", scratch);
    assertThat(ptx).contains(".visible .entry");
    assertThat(ptx.contains("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"))
        .isEqualTo(expected);
    assertThat(ptx.contains("cvt.rna.tf32.f32")).isEqualTo(expected);
  }

  private static String shape(String name, int width, Precision precision) {
    Task task = Tasks.of(name);
    PolicySpec usual = Policies.of(task.spec()).spec();
    var policy =
        new PolicyLayout(
            PolicySpec.of(
                usual.distribution(),
                usual.actor().inputs(),
                usual.actions(),
                IntStream.of(width, width).boxed().toList(),
                Activation.TANH));
    var config = RolloutConfig.of(64, 128, 1, Stepping.SHARDED);
    try (Team team = new Team(1);
        Rollout rollout =
            new Rollout(
                task, policy, Backend.REFERENCE.kernels(), team, config, SlabAllocator.PAGES)) {
      return ShapeHeader.of(
          policy,
          rollout.slabs(),
          GaeConfig.DEFAULTS,
          UpdateConfig.DEFAULTS.withPrecision(precision),
          precision == Precision.TF32X3 ? 16 : 8,
          16,
          2);
    }
  }
}
