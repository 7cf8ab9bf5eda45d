package stride.ppo.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import stride.collect.Rollout;
import stride.collect.RolloutConfig;
import stride.collect.Stepping;
import stride.cuda.AnyDevice;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.learn.UpdateMode;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.nn.PolicyLayout;
import stride.parallel.Team;
import stride.ppo.GaeConfig;
import stride.ppo.UpdateConfig;

/** Where the time of a minibatch goes; on a GPU with the sizes of the benchmark. */
@Tag("gpu")
final class TimelineTest {
  private static final List<String> PHASES =
      List.of("gradient", "meeting", "sum", "meeting", "norm and Adam", "next rows", "meeting");

  @BeforeEach
  void start() {
    AnyDevice.start();
    System.setProperty(Programs.TIMELINE, "true");
  }

  @AfterEach
  void nothingIsLeft() {
    System.clearProperty(Programs.TIMELINE);
    AnyDevice.end();
  }

  @ParameterizedTest
  @EnumSource(
      value = UpdateMode.class,
      names = {"PERSISTENT", "CLUSTER"})
  void phasesFollowOneAnother(UpdateMode mode) {
    final Task task = Tasks.of("Hopper-v5");
    final PolicyLayout policy = Networks.of(task.spec());
    int envs = AnyDevice.isGpu() ? 64 : 4;
    int steps = AnyDevice.isGpu() ? 128 : 16;
    int minibatches = AnyDevice.isGpu() ? 32 : 2;
    var config = RolloutConfig.of(envs, steps, 1, Stepping.SHARDED);
    var update = UpdateConfig.DEFAULTS.withMinibatches(minibatches, 2);
    try (Team team = new Team(1);
        Rollout rollout =
            new Rollout(
                task, policy, Backends.kernels(Backend.CPU), team, config, SlabAllocator.PAGES);
        var backend =
            new CudaPpoBackend(
                rollout.slabs(), policy, team, GaeConfig.DEFAULTS, update, 1, mode)) {
      rollout.collect(backend.parameters());
      for (int k = 0; k < 3; k++) { // the first one is slower
        backend.computeGae();
        backend.update(1e-3);
      }
      long[] times = times(backend);
      print(mode, times);
      assertThat(IntStream.range(0, KernelFrame.TIMES).mapToObj(k -> times[2 * k])).isSorted();
      assertThat(times[2 * (KernelFrame.TIMES - 1)]).isGreaterThan(times[0]);
    }
  }

  private static long[] times(CudaPpoBackend backend) {
    try (Arena arena = Arena.ofConfined()) {
      var array = backend.array("timeline");
      MemorySegment host = arena.allocate(array.sizeBytes(), Long.BYTES);
      array.download(host, backend.stream());
      return host.toArray(ValueLayout.JAVA_LONG);
    }
  }

  /** Clocks, and nanoseconds, of a device that moves on in steps of up to a microsecond. */
  private static void print(UpdateMode mode, long[] times) {
    for (int k = 1; k < KernelFrame.TIMES; k++) {
      System.out.printf(
          "minibatch by %s: %-14s %6d clk %6d ns%n",
          mode,
          PHASES.get(k - 1),
          times[2 * k] - times[2 * k - 2],
          times[2 * k + 1] - times[2 * k - 1]);
    }
  }
}
