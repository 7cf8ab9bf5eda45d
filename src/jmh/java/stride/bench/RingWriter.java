package stride.bench;

import java.lang.foreign.Arena;
import java.util.Map;
import stride.env.FinishedEpisodes;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.parallel.Team;
import stride.replay.ReplayCollector;
import stride.replay.ReplayMemory;

/**
 * The environments of a {@link SteppedShard}, going through the very same steps from the very same
 * states, but into the ring of a replay memory.
 *
 * <p>The states are gone back to before each pass, the place in the ring is not: it goes on around,
 * as in training, and a large ring is never found in a cache. Belongs to one thread, which closes
 * it.
 */
final class RingWriter implements AutoCloseable {
  private static final long SEED = 1; // that of the shard
  private static final long NO_EPISODES = 0; // the tape's actions do not depend on them

  private final Arena arena = Arena.ofShared();
  private final int envs;
  private final int steps; // T
  private final TapedActor actor;
  private final FloatSlab parameters; // of nothing
  private final ReplayMemory memory;
  private final Team team = new Team(1);
  private final ReplayCollector collector;
  private final FinishedEpisodes finished;
  private final DoubleSlab warm; // [collector.stateSize]
  private long next; // step of the memory

  /** Environments in their warmed states, shown to do what a shard does. */
  RingWriter(Task task, int envs, long capacity) {
    try (SteppedShard shard = new SteppedShard(task, envs)) {
      this.envs = envs;
      this.steps = shard.steps();
      var tape = new ActionTape(arena, task.spec().actionSpace(), steps, envs, SEED);
      this.actor = new TapedActor(tape, steps);
      this.parameters = FloatSlab.allocate(arena, 1);
      this.memory = new ReplayMemory(task.spec(), envs, capacity, SlabAllocator.PAGES);
      this.collector =
          new ReplayCollector(
              task, memory, team, SEED, steps, /* clipActions= */ true, none -> actor);
      this.finished = collector.shards().getFirst().finishedEpisodes();
      this.warm = DoubleSlab.allocate(arena, collector.stateSize());
      warmUp();
      prove(shard);
      QuietWarmUp.run(this::run);
    }
  }

  private void warmUp() {
    collector.begin(0);
    collect(SteppedShard.WARM_STEPS);
    collector.saveState(warm);
  }

  private void collect(int count) {
    memory.steps(next);
    collector.collect(0, parameters, NO_EPISODES, next, count);
    next += count;
    memory.steps(next);
  }

  /** Does the T steps from the warmed states; returns how many episodes ended in them. */
  int run() {
    collector.restoreState(warm);
    actor.beginAt(next);
    collect(steps);
    return finished.size(); // going back forgets them
  }

  /** Env steps of a pass. */
  long envSteps() {
    return (long) steps * envs;
  }

  /** Compares rewards, observations and the last states of a pass with a shard's. */
  private void prove(SteppedShard shard) {
    run();
    Map<String, Slab> rows = collector.journal().rows(next - steps, next);
    shard.rewind();
    for (int t = 0; t < steps; t++) {
      shard.step();
      requireSame(rows, t, shard.outputs());
    }
    var mine = DoubleSlab.allocate(arena, collector.stateSize());
    var theirs = DoubleSlab.allocate(arena, collector.stateSize());
    collector.saveState(mine);
    collector.saveState(theirs);
    shard.saveState(theirs, theirs.length() - shard.stateSize());
    if (!mine.sameBits(theirs)) {
      throw new IllegalStateException("the ring's environments ended in other states");
    }
  }

  /** The observation after a step is that of the next row; the last one is not in the journal. */
  private void requireSame(Map<String, Slab> rows, int t, StepOutputs outputs) {
    final FloatSlab rewards = (FloatSlab) rows.get("rewards");
    final FloatSlab observations = (FloatSlab) rows.get("observations");
    final int elements = outputs.obsStride();
    for (int env = 0; env < envs; env++) {
      long row = (long) t * envs + env;
      boolean same = rewards.get(row) == outputs.rewards().get(env);
      for (int d = 0; d < elements && t + 1 < steps; d++) {
        long stored = (row + envs) * memory.inputStride() + d;
        same &= observations.get(stored) == outputs.floats().get((long) env * elements + d);
      }
      if (!same) {
        throw new IllegalStateException("step " + t + " of environment " + env + " is another");
      }
    }
  }

  @Override
  public void close() {
    collector.close();
    memory.close();
    team.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
