package stride.bench;

import java.lang.foreign.Arena;
import java.util.List;
import stride.env.ReplayTape;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.lab.profile.Limit;
import stride.memory.DoubleSlab;
import stride.mujoco.Replay;
import stride.parallel.Team;

/**
 * Environments that go through the same T steps again and again, from the same warmed states.
 *
 * <p>T is such that some thousand states are seen, however few the environments: rewinding once in
 * T steps then costs nothing next to them. Belongs to one thread, which closes it.
 */
final class SteppedShard implements AutoCloseable {
  private static final long SEED = 1;
  static final int WARM_STEPS = 500; // episodes are out of step with one another by then
  private static final int ENV_STEPS = 4096;
  private static final int FEWEST_STEPS = 64;

  private final Arena arena = Arena.ofShared();
  private final Shard shard;
  private final int steps; // T
  private final ActionTape actions;
  private final StepOutputs outputs;
  private final DoubleSlab warm; // [n, stateSize of the shard]
  private int next;

  SteppedShard(Task task, int envs) {
    int elements = task.spec().observationElements();
    this.steps = Math.max(FEWEST_STEPS, ENV_STEPS / envs);
    this.actions = new ActionTape(arena, task.spec().actionSpace(), steps, envs, SEED);
    this.outputs = StepOutputs.allocate(arena, envs, elements);
    this.shard = new Shard(task, 0, envs, SEED, ShardOptions.DEFAULTS);
    this.warm = DoubleSlab.allocate(arena, envs, shard.stateSize());
    warmUp();
  }

  private void warmUp() {
    shard.reset(outputs.obs(), 0, outputs.obsStride());
    for (int t = 0; t < WARM_STEPS; t++) {
      step(t % steps);
    }
    shard.saveState(warm, 0);
    rewind();
  }

  int envs() {
    return shard.numEnvs();
  }

  /** T, after which the environments are back where they began. */
  int steps() {
    return steps;
  }

  /** Goes back to the warmed states. */
  void rewind() {
    shard.restoreState(warm, 0);
    next = 0;
  }

  /** Does the next of the T steps; returns how many episodes ended in it. */
  int step() {
    if (next == steps) {
      rewind();
    }
    return step(next++);
  }

  private int step(int t) {
    actions.act(shard, t);
    shard.advance();
    shard.finish(outputs, 0, 0);
    int ended = shard.finishedEpisodes().size();
    shard.finishedEpisodes().clear();
    return ended;
  }

  /** Does all T steps from the warmed states; returns how many episodes ended in them. */
  int run() {
    rewind();
    return finishRun();
  }

  private int finishRun() {
    int ended = 0;
    while (next < steps) {
      ended += step();
    }
    return ended;
  }

  /** What the last step put out. */
  StepOutputs outputs() {
    return outputs;
  }

  /** Writes the states of the simulators, and of the episodes in them, from an element on. */
  void saveState(DoubleSlab to, long at) {
    shard.saveState(to, at);
  }

  /** Doubles that {@link #saveState} writes. */
  long stateSize() {
    return warm.length();
  }

  /**
   * Shows that the T steps are the physics they should be, in every bit: bare {@code mj_step} in C
   * ends in the same states, where the task runs on MuJoCo, and a second run in those of the first.
   */
  void prove() {
    run();
    try (Arena scratch = Arena.ofConfined()) {
      var first = DoubleSlab.allocate(scratch, warm.shape().dim(0), warm.shape().dim(1));
      shard.saveState(first, 0);
      replayInC();
      run();
      var second = DoubleSlab.allocate(scratch, warm.shape().dim(0), warm.shape().dim(1));
      shard.saveState(second, 0);
      if (!second.sameBits(first)) {
        throw new IllegalStateException("the same steps ended in other states");
      }
    }
    rewind();
  }

  private void replayInC() {
    if (!shard.task().runsOnMujoco()) {
      return;
    }
    try (Team team = new Team(1);
        Limit limit = new Limit(team, List.of(shard), steps)) {
      rewind();
      limit.record();
      finishRun();
      for (Replay.Form form : Replay.Form.values()) {
        limit.replay(form);
      }
    }
  }

  /** Records the T steps, of a task on MuJoCo; the caller closes the tape. */
  ReplayTape record() {
    var tape = shard.tape(steps, steps * envs());
    rewind();
    shard.record(tape);
    finishRun();
    return tape;
  }

  @Override
  public void close() {
    shard.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
