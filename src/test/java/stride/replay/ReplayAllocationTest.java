package stride.replay;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.env.Task;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.nn.ChildJvm;

/** Once compiled, collecting, drawing, gathering and renewing allocate at most 64 bytes a round. */
public final class ReplayAllocationTest {
  private static final long MAX_BYTES = 64;

  // compilers go by numbers of calls
  private static final int MOST_ROUNDS = 2000;
  private static final int STEPS = 16;
  private static final int LIMIT = 500; // of an episode
  private static final int BATCH = 128;

  @ParameterizedTest
  @ValueSource(strings = {"Hopper-v5", "CartPole-v1", "Frames-4"})
  void allocatesNothingOnceCompiled(String task) {
    ChildJvm.Result result = ChildJvm.runCompiled(ReplayAllocationTest.class, task);
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  /** Fails unless a round comes to allocate nothing. */
  public static void main(String[] args) {
    var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    final Task task = RingTasks.of(args[0], LIMIT);
    long least = Long.MAX_VALUE;
    try (var arena = Arena.ofConfined();
        var ring = new RingFixture(task, 8, 5000, 1);
        var uniform = new UniformSampler(ring.memory, 3, 1);
        var priorities =
            new PrioritySampler(ring.memory, 3, 1, BATCH, 0.6, 0.4, SlabAllocator.PAGES);
        var batch = new ReplayBatch(task.spec(), BATCH, SlabAllocator.PAGES)) {
      final var gather = new ReplayGather(ring.memory, 3, 0.99);
      final IntSlab rows = IntSlab.allocate(arena, BATCH);
      final FloatSlab weights = FloatSlab.allocate(arena, BATCH);
      for (int k = 0; k < MOST_ROUNDS && least > MAX_BYTES; k++) {
        long before = threads.getCurrentThreadAllocatedBytes();
        final long steps = ring.memory.steps();
        ring.collect(STEPS);
        priorities.wrote(steps, ring.memory.steps());
        uniform.rows(ring.memory.steps(), k, 0, BATCH, rows, weights);
        gather.rows(rows, 0, BATCH, batch);
        priorities.rows(ring.memory.steps(), k, 0, BATCH, rows, weights);
        gather.rows(rows, 0, BATCH, batch);
        priorities.renew(rows, batch.rewards(), BATCH);
        least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
      }
    }
    if (least > MAX_BYTES) {
      throw new AssertionError(args[0] + ": " + least + " bytes in a round");
    }
  }
}
