package stride.replay;

import java.lang.foreign.Arena;
import stride.collect.Actor;
import stride.env.Shard;
import stride.env.StepOutputs;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;

/**
 * Steps the environments of one shard, writing their columns of a memory and nothing else. Belongs
 * to one thread at a time.
 */
final class ReplayWorker implements AutoCloseable {
  private final ReplayMemory memory;
  private final FloatSlab observations; // the memory's
  private final FloatSlab terminals; // the memory's
  private final Shard shard;
  private final Actor actor;
  private final StageClock clock = new StageClock();
  private final StepOutputs outputs; // the memory's observations; [n] of a step
  private final int from; // first environment
  private final int n; // environments
  private final int stride; // D'
  private boolean begun;

  ReplayWorker(Arena arena, ReplayMemory memory, Shard shard, Actor actor) {
    if (!(memory.observations() instanceof FloatSlab real
        && memory.terminals() instanceof FloatSlab realTerminals)) {
      throw new IllegalArgumentException("observations of " + memory.spec().id() + " are frames");
    }
    this.memory = memory;
    this.observations = real;
    this.terminals = realTerminals;
    this.shard = shard;
    this.actor = actor;
    this.from = shard.firstEnv();
    this.n = shard.numEnvs();
    this.stride = memory.inputStride();
    this.outputs =
        new StepOutputs(
            observations,
            stride,
            FloatSlab.allocate(arena, n),
            ByteSlab.allocate(arena, n),
            ByteSlab.allocate(arena, n),
            ByteSlab.allocate(arena, n));
  }

  Shard shard() {
    return shard;
  }

  StageClock clock() {
    return clock;
  }

  boolean begun() {
    return begun;
  }

  /** Begins the first episodes, unless they have begun. */
  void begin() {
    if (!begun) {
      shard.reset(observations, at(memory.steps()), stride);
      begun = true;
    }
  }

  /** Makes steps, the first of which is step {@code first} of the run. */
  void collect(FloatSlab parameters, long episodes, long first, int steps) {
    actor.begin(parameters, episodes);
    for (long t = first; t < first + steps; t++) {
      step(t);
    }
  }

  private void step(long t) {
    final int row = memory.row(t) + from;
    clock.start();
    actor.act(observations, row, n, from, t, memory.actions());
    memory.actions().giveTo(shard, row);
    clock.lap(Stage.POLICY);
    shard.advance();
    clock.lap(Stage.PHYSICS);
    shard.score(outputs, 0);
    record(t, row);
    clock.lap(Stage.OBSERVE);
    shard.restart();
    clock.lap(Stage.RESET);
    shard.observe(outputs, (long) memory.next(row) * stride);
    clock.lap(Stage.OBSERVE);
    clock.endStep();
  }

  /** Where the observations of a step begin, in floats. */
  private long at(long t) {
    return ((long) memory.row(t) + from) * stride;
  }

  private void record(long t, int row) {
    for (int i = 0; i < n; i++) {
      memory.rewards().set(row + i, outputs.rewards().get(i));
      memory.ends().set(row + i, end(t, row + i, i));
    }
  }

  private int end(long t, int row, int i) {
    if (outputs.terminated().get(i) != 0) {
      return ReplayMemory.TERMINATED;
    }
    if (outputs.diverged().get(i) != 0) {
      return ReplayMemory.DIVERGED;
    }
    if (outputs.truncated().get(i) == 0) {
      return 0;
    }
    final int end = ReplayMemory.TRUNCATED | memory.slot(t) << ReplayMemory.SLOT;
    keepTerminal(memory.terminalRow(row, end), i);
    return end;
  }

  /** Keeps the last observation of an episode, before the first of the next takes its place. */
  private void keepTerminal(int row, int i) {
    final FloatSlab terminal = shard.terminalObservations(); // [n, D]
    final int elements = memory.spec().observationElements();
    for (int d = 0; d < elements; d++) {
      terminals.set((long) row * stride + d, terminal.get((long) i * elements + d));
    }
  }

  /** Doubles of a saved environment: its last observation and its simulator's state. */
  int stateSizePerEnv() {
    return stride + shard.stateSize();
  }

  /**
   * Writes [N, D'] last observations and [N, shard state], of which the shard's rows are its own.
   */
  void save(DoubleSlab to, long start) {
    final long last = at(memory.steps());
    final long kept = start + (long) from * stride;
    for (long k = 0; k < (long) n * stride; k++) {
      to.set(kept + k, observations.get(last + k));
    }
    shard.saveState(to, simulators(start));
  }

  /** Reads what {@link #save} wrote, into the memory's last step. */
  void restore(DoubleSlab source, long start) {
    final long last = at(memory.steps());
    final long kept = start + (long) from * stride;
    for (long k = 0; k < (long) n * stride; k++) {
      observations.set(last + k, (float) source.get(kept + k));
    }
    shard.restoreState(source, simulators(start));
    begun = true;
  }

  private long simulators(long start) {
    return start + (long) memory.numEnvs() * stride + (long) from * shard.stateSize();
  }

  @Override
  public void close() {
    actor.close();
    shard.close();
  }
}
