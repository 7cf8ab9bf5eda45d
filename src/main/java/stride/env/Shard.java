package stride.env;

import java.lang.foreign.Arena;
import java.util.Objects;
import java.util.function.Consumer;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * Environments {@code [firstEnv, firstEnv + n)} of a task, stepped together.
 *
 * <p>A step is {@link #act}, {@link #advance}, {@link #finish}; finishing is {@link #score}, {@link
 * #restart}, {@link #observe}, which a caller who times the stages calls one by one. An episode
 * that ends is followed by the next within the same step: the observation row holds the new
 * episode's first observation, the last one of the old stays in {@link #terminalObservations}.
 *
 * <p>What an environment does depends on the seed, its global index and its actions alone, not on
 * how environments are dealt to shards.
 *
 * <p><b>Threads.</b> A shard belongs to one thread at a time, from one step to the next and within
 * it. Handing it to another thread needs a barrier or a join that makes its memory visible.
 * Different shards are independent. The owner closes it, which is idempotent; closing while a step
 * runs in another thread is refused.
 */
public final class Shard implements AutoCloseable {
  private enum Phase {
    NEW,
    READY,
    ACTED,
    ADVANCED,
    SCORED,
    RESTARTED,
    CLOSED
  }

  private final Task task;
  private final int firstEnv;
  private final int numEnvs;
  private final TaskRows rows;
  private final RandomStream random;
  private final Arena arena = Arena.ofShared();
  private final Observations observations;
  private final StepOutcome outcome;
  private final Episodes episodes;
  private final Recorder recorder = new Recorder();
  private Phase phase = Phase.NEW;
  private long steps;

  /**
   * Makes environments, not yet reset.
   *
   * @param firstEnv global index of the first environment
   * @param numEnvs n, at least 1
   * @throws IllegalArgumentException if an index or a number is too small
   * @throws MissingModelException if the task's model file is not there
   * @throws stride.mujoco.MujocoException if MuJoCo is missing or refuses the model
   */
  public Shard(Task task, int firstEnv, int numEnvs, long seed, ShardOptions options) {
    if (firstEnv < 0 || numEnvs < 1) {
      throw new IllegalArgumentException(
          "firstEnv=" + firstEnv + ", numEnvs=" + numEnvs + ", required: >= 0, >= 1");
    }
    this.task = task;
    this.firstEnv = firstEnv;
    this.numEnvs = numEnvs;
    this.random = new RandomStream(seed, Purpose.RESET);
    EnvSpec spec = task.spec();
    int limit = options.maxEpisodeSteps();
    this.rows = task.open(numEnvs, options.simulationThreads(), options.clipActions());
    try {
      final int elements = spec.observationElements();
      this.observations =
          rows instanceof FrameRows frames
              ? new FrameObservations(arena, frames, numEnvs, elements)
              : new FloatObservations(arena, (DoubleRows) rows, numEnvs, elements);
      this.outcome =
          new StepOutcome(
              arena,
              firstEnv,
              numEnvs,
              limit > 0 ? limit : spec.maxEpisodeSteps(),
              options.episodeCapacity(),
              observations);
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
    this.episodes = outcome.episodes();
  }

  /**
   * Begins the next episode in every environment.
   *
   * @param obs overwritten: first observations [n, D], rows obsStride apart; floats, or bytes where
   *     the task has frames
   * @param obsAt element at which the first row begins
   * @param obsStride elements from row to row, at least D
   * @throws IllegalStateException in the middle of a step, while a tape records, or after closing
   */
  public void reset(Slab obs, long obsAt, int obsStride) {
    requireBetweenSteps();
    observations.check(obs, obsAt, obsStride);
    for (int row = 0; row < numEnvs; row++) {
      startEpisode(row);
    }
    observations.writePresent(obs, obsAt, obsStride);
    phase = Phase.READY;
  }

  /** Begins the next episode of a row. */
  void startEpisode(int row) {
    random.seek(firstEnv + row, episodes.begin(row));
    rows.reset(row, random);
  }

  /**
   * Takes real actions.
   *
   * @param actions read: [n, A] from an element on; need not outlive the call
   * @param at the element
   * @throws IllegalArgumentException if the task's actions are discrete
   * @throws IllegalStateException before {@link #reset}, in the middle of a step, or after closing
   */
  public void act(FloatSlab actions, long at) {
    beforeActions();
    rows.act(actions, at);
    afterActions();
  }

  /** Takes real actions [n, A] in double precision, as golden files have them. */
  void act(DoubleSlab actions, long at) {
    beforeActions();
    rows.act(actions, at);
    afterActions();
  }

  /**
   * Takes discrete actions.
   *
   * @param actions read: [n] from an element on; need not outlive the call
   * @param at the element
   * @throws IllegalArgumentException if the task's actions are real, or one is none of the choices
   * @throws IllegalStateException before {@link #reset}, in the middle of a step, or after closing
   */
  public void act(IntSlab actions, long at) {
    beforeActions();
    rows.act(actions, at);
    afterActions();
  }

  private void beforeActions() {
    require(Phase.READY);
    recorder.beforeStep();
  }

  private void afterActions() {
    recorder.controlsWritten();
    phase = Phase.ACTED;
  }

  /**
   * Runs the physics: {@link EnvSpec#frameSkip} steps of it in every environment. A simulation that
   * diverges is no exception: {@link #score} flags it.
   *
   * @throws IllegalStateException unless actions were taken
   */
  public void advance() {
    require(Phase.ACTED);
    rows.advance();
    phase = Phase.ADVANCED;
  }

  /**
   * Rewards, ends of episodes, next episodes, observations: all that follows the physics.
   *
   * @param out overwritten; the caller's
   * @param obsAt element of {@code out.obs()} at which the shard's first row begins
   * @param at element of the other slabs that belongs to the shard's first environment
   * @throws IndexOutOfBoundsException if a slab of {@code out} is too short
   * @throws IllegalStateException unless the physics was run
   */
  public void finish(StepOutputs out, long obsAt, long at) {
    score(out, at);
    restart();
    observe(out, obsAt);
  }

  /**
   * Writes rewards and flags, and keeps what ended episodes leave behind.
   *
   * @param at element of the dense slabs that belongs to the shard's first environment
   */
  public void score(StepOutputs out, long at) {
    require(Phase.ADVANCED);
    outcome.compute(rows, steps + 1, out, at);
    steps++;
    phase = Phase.SCORED;
  }

  /** Begins the next episode where one has ended. */
  public void restart() {
    require(Phase.SCORED);
    for (int k = 0; k < outcome.endedCount(); k++) {
      final int row = outcome.endedRow(k);
      startEpisode(row);
      recorder.rowReset(row);
    }
    recorder.stepDone();
    phase = Phase.RESTARTED;
  }

  /**
   * Writes the observations that the next actions answer.
   *
   * @param obsAt element of {@code out.obs()} at which the shard's first row begins
   */
  public void observe(StepOutputs out, long obsAt) {
    require(Phase.RESTARTED);
    observations.writeStepped(out.obs(), obsAt, out.obsStride());
    for (int k = 0; k < outcome.endedCount(); k++) {
      final int row = outcome.endedRow(k);
      observations.writePresent(row, out.obs(), obsAt + (long) row * out.obsStride());
    }
    phase = Phase.READY;
  }

  /**
   * Writes the observations of the present states again, for example after {@link #restoreState}.
   *
   * @param obs overwritten: rows obsStride apart
   * @param obsAt element at which the first row begins
   * @param obsStride elements from row to row, at least D
   */
  public void currentObservations(Slab obs, long obsAt, int obsStride) {
    require(Phase.READY);
    observations.writePresent(obs, obsAt, obsStride);
  }

  private void requireBetweenSteps() {
    recorder.requireIdle();
    if (phase != Phase.NEW) {
      require(Phase.READY);
    }
  }

  private void require(Phase required) {
    if (phase != required) {
      throw new IllegalStateException("shard is " + phase + ", required: " + required);
    }
  }

  /**
   * An empty tape for steps of this shard.
   *
   * @param horizon how many steps, at least 1
   * @param resetCapacity how many resets at most; {@code horizon * numEnvs} is always enough
   * @throws IllegalArgumentException if the task does not run on MuJoCo
   */
  public ReplayTape tape(int horizon, int resetCapacity) {
    return new ReplayTape(task, rows, horizon, resetCapacity);
  }

  /** Records the following steps on a tape made for this shard, whose content is lost. */
  public void record(ReplayTape newTape) {
    require(Phase.READY);
    recorder.start(newTape, rows);
  }

  /**
   * Observations of the states that the last step led to, before any new episode: [n, D],
   * overwritten by the next step. Not of a task that has frames.
   */
  public DoubleSlab observations() {
    return numbers().stepped();
  }

  /**
   * Last observations of the episodes that ended in the last step: [n, D]. A row is valid where
   * terminated or truncated is 1, until the next step. Not of a task that has frames.
   */
  public FloatSlab terminalObservations() {
    return numbers().terminal();
  }

  private FloatObservations numbers() {
    if (observations instanceof FloatObservations numbers) {
      return numbers;
    }
    throw new IllegalStateException("observations of " + task + " are frames");
  }

  /** The same of a task that has frames. */
  public ByteSlab terminalFrames() {
    if (observations instanceof FrameObservations frames) {
      return frames.terminal();
    }
    throw new IllegalStateException("observations of " + task + " are numbers");
  }

  /** Rewards of the last step: [n], overwritten by the next step. */
  public DoubleSlab rewards() {
    return outcome.rewards();
  }

  /** Episodes that finished since the last merge, without diverged ones: the shard's own buffer. */
  public FinishedEpisodes finishedEpisodes() {
    return outcome.finished();
  }

  /** Episodes that ended because the simulation diverged, since the run began. */
  public long divergences() {
    return episodes.divergences();
  }

  /**
   * Hands over the messages about diverged simulations, one by one, such as "environment 17, step
   * 12345: ...". Only the newest are kept.
   */
  public void takeDivergenceMessages(Consumer<String> log) {
    outcome.messages().take(log);
  }

  /** Doubles of a saved environment. */
  public int stateSize() {
    return 1 + Episodes.STATE + rows.stateSize();
  }

  /**
   * Writes all that a bit-equal continuation needs, [n, stateSize] from an element on. Finished
   * episodes are not part of it.
   */
  public void saveState(DoubleSlab to, long at) {
    require(Phase.READY);
    Objects.checkFromIndexSize(at, (long) numEnvs * stateSize(), to.length());
    for (int row = 0; row < numEnvs; row++) {
      final long place = at + (long) row * stateSize();
      to.set(place, (double) steps);
      episodes.save(row, to, place + 1);
      rows.save(row, to, place + 1 + Episodes.STATE);
    }
  }

  /** Reads what {@link #saveState} wrote, in this shard or in any that held these environments. */
  public void restoreState(DoubleSlab from, long at) {
    requireBetweenSteps();
    Objects.checkFromIndexSize(at, (long) numEnvs * stateSize(), from.length());
    for (int row = 0; row < numEnvs; row++) {
      final long place = at + (long) row * stateSize();
      steps = (long) from.get(place);
      episodes.restore(row, from, place + 1);
      rows.restore(row, from, place + 1 + Episodes.STATE);
    }
    outcome.finished().clear();
    phase = Phase.READY;
  }

  public Task task() {
    return task;
  }

  /** The global index of the first environment. */
  public int firstEnv() {
    return firstEnv;
  }

  public int numEnvs() {
    return numEnvs;
  }

  /** Env steps that each environment has made since the run began. */
  public long steps() {
    return steps;
  }

  TaskRows rows() {
    return rows;
  }

  @Override
  public void close() {
    rows.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
    phase = Phase.CLOSED;
  }
}
