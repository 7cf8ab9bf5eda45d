package stride.bench;

import java.lang.foreign.Arena;
import stride.env.Task;
import stride.memory.SlabAllocator;
import stride.parallel.Team;
import stride.replay.ReplayCollector;
import stride.replay.ReplayMemory;
import stride.replay.ReplayUpdate;

/**
 * Updates from a memory that can be done again and again, from the same parameters and the same
 * memory, which a task has filled by uniform actions.
 *
 * <p>All of it has the same bits for any number of threads. Belongs to the thread that makes it,
 * which closes it.
 */
final class RepeatedUpdates implements AutoCloseable {
  /** Makes what learns, with as many random steps as the memory holds. */
  interface Learning {
    ReplayUpdate of(ReplayMemory memory, Team team);
  }

  /**
   * How updates and env steps take turns.
   *
   * @param starts env steps before the first update
   * @param frequency env steps between updates
   * @param updates of an operation
   */
  record Turns(int starts, int frequency, int updates) {
    int steps() {
      return starts + updates * frequency;
    }
  }

  private static final long SEED = 1;

  private final Arena arena = Arena.ofShared();
  private final Team.Work work = this::learn; // made once: an operation allocates nothing
  private final Turns turns;
  private final Team team;
  private final ReplayMemory memory;
  private ReplayUpdate learning;
  private SavedState fresh;
  private SavedState expected;

  /**
   * Fills the memory.
   *
   * @param task of one environment
   * @param acting acts at random for as long as the memory is filled
   */
  RepeatedUpdates(Task task, Turns turns, int threads, Learning acting) {
    this.turns = turns;
    this.team = new Team(threads);
    this.memory = new ReplayMemory(task.spec(), 1, turns.steps(), SlabAllocator.PAGES);
    final int steps = turns.steps();
    try (ReplayUpdate untrained = acting.of(memory, team);
        var collector =
            new ReplayCollector(
                task, memory, team, SEED, steps, /* clipActions= */ false, untrained::actor)) {
      collector.begin(0);
      collector.collect(0, untrained.acting(), /* episodes= */ 0, /* from= */ 0, steps);
      memory.steps(steps);
    }
  }

  /** An update that has been told of all that the memory holds. */
  ReplayUpdate make(Learning how) {
    final ReplayUpdate update = how.of(memory, team);
    update.collected(0, memory.steps());
    return update;
  }

  /** Begins with what is to be timed: it is compiled then. */
  void begin(Learning how) {
    compile(how);
    learning = make(how);
    fresh = new SavedState(arena, learning.state());
    update();
    fresh.requireLearnt(learning.state());
    expected = new SavedState(arena, learning.state());
    QuietWarmUp.run(
        () -> {
          rewind();
          update();
        });
  }

  /**
   * Alone first: members of a team spin while they wait for one that is interpreted, and take the
   * cores that the compiler needs.
   */
  private void compile(Learning how) {
    try (Team alone = new Team(1);
        ReplayUpdate thrownAway = how.of(memory, alone)) {
      thrownAway.collected(0, memory.steps());
      QuietWarmUp.run(
          () -> alone.run(member -> learn(alone, member, thrownAway, 0, turns.updates())));
    }
  }

  /** Updates of something, as the team does them. */
  void learn(ReplayUpdate by, int from, int to) {
    team.run(member -> learn(team, member, by, from, to));
  }

  private void learn(int member) {
    learn(team, member, learning, 0, turns.updates());
  }

  private void learn(Team by, int member, ReplayUpdate update, int from, int to) {
    update.begin(member);
    by.barrier(); // all have taken over the state
    for (int k = from; k < to; k++) {
      update.update(member, k, turns.starts() + (k + 1L) * turns.frequency(), /* progress= */ 0);
      by.barrier(); // each has a round of its own, as in training
    }
  }

  /** A copy of a state, for as long as this lives. */
  SavedState saved(ReplayUpdate of) {
    return new SavedState(arena, of.state());
  }

  /** Floating-point operations of an operation. */
  double flop() {
    return turns.updates() * learning.flopPerUpdate();
  }

  /** Goes back to the fresh parameters and priorities. */
  void rewind() {
    learning.restore(fresh.slabs());
  }

  /** Learns from so many batches. */
  void update() {
    team.run(work);
  }

  /** Shows that the last updates ended where the first did. */
  void requireSame() {
    expected.requireSame(learning.state());
  }

  @Override
  public void close() {
    if (learning != null) {
      learning.close();
    }
    memory.close();
    team.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
