package stride.replay;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.collect.Actor;
import stride.env.Shard;
import stride.env.StepOutputs;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;

/**
 * Steps the environments of one shard, writing their columns of a memory and nothing else. Belongs
 * to one thread at a time.
 */
final class ReplayWorker implements AutoCloseable {
  private final ReplayMemory memory;
  private final Slab observations; // the memory's
  private final FloatSlab numbers; // the same; null where they are frames
  private final NewestFrames frames; // what an actor sees of them; null where they are numbers
  private final Shard shard;
  private final Actor actor;
  private final StageClock clock = new StageClock();
  private final StepOutputs outputs; // the memory's observations; [n] of a step
  private final int from; // first environment
  private final int n; // environments
  private final int stride; // elements of a stored row
  private boolean begun;

  ReplayWorker(Arena arena, ReplayMemory memory, Shard shard, Actor actor) {
    if (shard.task().spec().frames() != memory.spec().frames()) {
      throw new IllegalArgumentException(
          "memory of %s, environments of %s: one has frames"
              .formatted(memory.spec().id(), shard.task()));
    }
    this.memory = memory;
    this.observations = memory.observations();
    this.numbers = observations instanceof FloatSlab floats ? floats : null;
    this.shard = shard;
    this.actor = actor;
    this.from = shard.firstEnv();
    this.n = shard.numEnvs();
    this.frames = numbers == null ? new NewestFrames(arena, memory, n) : null;
    this.stride = memory.storedElements();
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
    if (frames == null) {
      actor.act(numbers, row, n, from, t, memory.actions());
    } else {
      frames.act(actor, row, from, t);
    }
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

  /** Where the observations of a step begin, in elements. */
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
    final Slab last = numbers == null ? shard.terminalFrames() : shard.terminalObservations();
    final long bytes = last.sizeBytes() / n; // of D elements
    final MemorySegment kept = memory.terminals().segment();
    MemorySegment.copy(last.segment(), i * bytes, kept, row * memory.rowBytes(), bytes);
  }

  /** Doubles of a saved environment: its last observation and its simulator's state. */
  int stateSizePerEnv() {
    return savedStride() + shard.stateSize();
  }

  /** Of a last observation; none of a frame, which the simulator's state has. */
  private int savedStride() {
    return numbers == null ? 0 : stride;
  }

  /**
   * Writes [N, D'] last observations and [N, shard state], of which the shard's rows are its own.
   */
  void save(DoubleSlab to, long start) {
    final long last = at(memory.steps());
    final long kept = start + (long) from * savedStride();
    for (long k = 0; k < (long) n * savedStride(); k++) {
      to.set(kept + k, numbers.get(last + k));
    }
    shard.saveState(to, simulators(start));
  }

  /** Reads what {@link #save} wrote, into the memory's last step. */
  void restore(DoubleSlab source, long start) {
    final long last = at(memory.steps());
    final long kept = start + (long) from * savedStride();
    for (long k = 0; k < (long) n * savedStride(); k++) {
      numbers.set(last + k, (float) source.get(kept + k));
    }
    shard.restoreState(source, simulators(start));
    if (numbers == null) {
      shard.currentObservations(observations, last, stride);
    }
    begun = true;
  }

  private long simulators(long start) {
    return start + (long) memory.numEnvs() * savedStride() + (long) from * shard.stateSize();
  }

  @Override
  public void close() {
    actor.close();
    shard.close();
  }
}
