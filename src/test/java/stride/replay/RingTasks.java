package stride.replay;

import com.fasterxml.jackson.databind.node.IntNode;
import java.util.Map;
import stride.ale.Atari;
import stride.env.FrameTask;
import stride.env.ShortTask;
import stride.env.Task;
import stride.env.TaskOptions;
import stride.env.Tasks;

/** Tasks by names that tests have. */
final class RingTasks {
  private static final String FRAMES = "Frames-"; // and their history
  private static final String PONG = "ALE/Pong-v5";

  private RingTasks() {}

  /**
   * A task with another time limit; small frames of Pong, whose test is skipped where there is no
   * emulator.
   */
  static Task of(String id, int limit) {
    if (id.startsWith(FRAMES)) {
      return new FrameTask(limit, Integer.parseInt(id.substring(FRAMES.length())));
    }
    Task task = Tasks.of(id);
    if (id.equals(PONG)) {
      Atari.assumeBuilt();
      Map<String, IntNode> small =
          Map.of("frame_size", IntNode.valueOf(32), "history", IntNode.valueOf(2));
      task = TaskOptions.with(task, Map.copyOf(small));
    }
    return new ShortTask(task, limit);
  }
}
