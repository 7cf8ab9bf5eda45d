package stride.env;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.lang.foreign.Arena;
import org.junit.jupiter.api.Test;
import stride.memory.ByteSlab;

/** Frames of a task that is written in Java. */
class FrameTaskTest extends AbstractFramesTest {
  @Override
  Task task(int limit) {
    return new FrameTask(limit, 1);
  }

  @Test
  void framesAreRefusedByTasksOfNumbers() {
    Task task = Tasks.of("CartPole-v1");
    try (Arena arena = Arena.ofConfined();
        Shard shard = new Shard(task, 0, 1, 1, ShardOptions.DEFAULTS)) {
      ByteSlab frames = ByteSlab.allocate(arena, 4);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> shard.reset(frames, 0, 4))
          .withMessageContaining("required: a FloatSlab");
      assertThatIllegalStateException().isThrownBy(shard::terminalFrames);
      assertThatIllegalStateException()
          .isThrownBy(StepOutputs.allocate(arena, task.spec(), 1)::frames);
    }
  }
}
