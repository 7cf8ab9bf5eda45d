package stride.replay;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import stride.collect.Actor;
import stride.env.EpisodeStatistics;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.Task;
import stride.learn.Collector;
import stride.learn.Journal;
import stride.learn.StageClock;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.parallel.Partition;
import stride.parallel.Team;

/**
 * Steps the environments of a memory, each member of a team its own. What they do depends on the
 * seed, the parameters and the step alone, in any bit, however many members there are.
 *
 * <p>The memory is the caller's. Closing is idempotent.
 */
public final class ReplayCollector implements Collector, AutoCloseable {
  /** Makes what chooses a shard's actions. */
  @FunctionalInterface
  public interface Actors {
    /** The actor of a shard, which the collector closes. */
    Actor of(Shard shard);
  }

  private final ReplayMemory memory;
  private final RingJournal journal;
  private final int numSteps;
  private final Arena arena = Arena.ofShared();
  private final List<ReplayWorker> workers = new ArrayList<>();

  /**
   * Makes the environments.
   *
   * @param memory that they are written to, without transitions
   * @param team whose members step them; with more of them than environments, one for each
   *     environment is used
   * @param numSteps steps of each environment in an iteration
   * @param clipActions whether actions are clipped to the action space's bounds before the task
   *     sees them
   */
  public ReplayCollector(
      Task task,
      ReplayMemory memory,
      Team team,
      long seed,
      int numSteps,
      boolean clipActions,
      Actors actors) {
    final int numEnvs = memory.numEnvs();
    final int shards = Math.min(team.size(), numEnvs);
    this.memory = memory;
    this.journal = new RingJournal(memory);
    this.numSteps = numSteps;
    final ShardOptions options =
        ShardOptions.DEFAULTS
            .withClipActions(clipActions)
            .withEpisodeCapacity(
                Math.max(EpisodeStatistics.WINDOW, Math.multiplyExact(numEnvs, numSteps)));
    try {
      for (int k = 0; k < shards; k++) {
        int from = Partition.start(numEnvs, k, shards);
        int to = Partition.start(numEnvs, k + 1, shards);
        workers.add(worker(new Shard(task, from, to - from, seed, options), actors));
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  private ReplayWorker worker(Shard shard, Actors actors) {
    try {
      return new ReplayWorker(arena, memory, shard, actors.of(shard));
    } catch (RuntimeException | Error e) {
      shard.close();
      throw e;
    }
  }

  /** Within a run, every member: begins the first episodes of its environments, once. */
  public void begin(int member) {
    if (member < workers.size()) {
      workers.get(member).begin();
    }
  }

  /**
   * Within a run, every member: makes steps of its environments. Other members may be at any of
   * these steps.
   *
   * @param parameters that actions are chosen by, read only
   * @param episodes of training that have ended so far, for schedules that go by them
   * @param from the first step, {@link ReplayMemory#steps}
   * @param steps how many of each environment
   */
  public void collect(int member, FloatSlab parameters, long episodes, long from, int steps) {
    if (member < workers.size()) {
      workers.get(member).collect(parameters, episodes, from, steps);
    }
  }

  /** Doubles of a saved state. */
  public long stateSize() {
    return 1 + (long) memory.numEnvs() * workers.getFirst().stateSizePerEnv();
  }

  /**
   * Writes all that a bit-equal continuation needs beside the memory's transitions, [stateSize];
   * before the first step that is nothing, and all zeros. The form does not depend on the number of
   * threads.
   */
  public void saveState(DoubleSlab to) {
    Objects.checkFromIndexSize(0, stateSize(), to.length());
    if (memory.steps() == 0) {
      to.clear();
      return;
    }
    to.set(0, (double) memory.steps());
    for (ReplayWorker worker : workers) {
      worker.save(to, 1);
    }
  }

  /**
   * Reads what {@link #saveState} wrote, with any number of threads, and sets the memory's steps.
   *
   * @throws IllegalStateException if it is from before the first step, and this one has begun
   */
  public void restoreState(DoubleSlab from) {
    Objects.checkFromIndexSize(0, stateSize(), from.length());
    final long saved = (long) from.get(0);
    if (saved == 0) {
      if (workers.getFirst().begun()) {
        throw new IllegalStateException("cannot go back before the first step");
      }
      return;
    }
    memory.steps(saved);
    for (ReplayWorker worker : workers) {
      worker.restore(from, 1);
    }
  }

  /** The memory's transitions by step, which {@link #saveState} leaves out. */
  public Journal journal() {
    return journal;
  }

  @Override
  public List<Shard> shards() {
    return workers.stream().map(ReplayWorker::shard).toList();
  }

  @Override
  public List<StageClock> clocks() {
    return workers.stream().map(ReplayWorker::clock).toList();
  }

  @Override
  public int numEnvs() {
    return memory.numEnvs();
  }

  @Override
  public int numSteps() {
    return numSteps;
  }

  @Override
  public boolean lockstep() {
    return false;
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      workers.forEach(ReplayWorker::close);
      journal.close();
      arena.close();
    }
  }
}
