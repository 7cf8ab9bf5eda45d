package stride.replay;

import java.lang.foreign.Arena;
import stride.collect.ActionRows;
import stride.collect.Actor;
import stride.memory.FloatSlab;

/**
 * What an actor sees of a memory of frames: of each environment of a shard the last H, put together
 * from the rows of the newest step. Belongs to one thread; allocates nothing after construction.
 */
final class NewestFrames {
  private final ReplayMemory memory;
  private final FrameHistory history;
  private final int n; // environments
  private final FloatSlab inputs; // [n, D']
  private final ActionRows actions; // [n, A]

  /**
   * The frames of a shard.
   *
   * @param arena owner of what is put together; not closed here
   * @param n environments
   */
  NewestFrames(Arena arena, ReplayMemory memory, int n) {
    this.memory = memory;
    this.history = new FrameHistory(memory);
    this.n = n;
    this.inputs = FloatSlab.allocate(arena, n, memory.inputStride());
    this.actions = ActionRows.allocate(arena, memory.spec().actionSpace(), n);
  }

  /**
   * Writes the actions of a step to the memory.
   *
   * @param row of the first environment at that step; its frames are there
   * @param firstEnv that environment
   * @param step of the run
   */
  void act(Actor actor, int row, int firstEnv, long step) {
    for (int i = 0; i < n; i++) {
      history.seen(row + i, inputs, (long) i * memory.inputStride());
    }
    actor.act(inputs, 0, n, firstEnv, step, actions);
    memory.actions().copyFrom(actions, n, row);
  }
}
