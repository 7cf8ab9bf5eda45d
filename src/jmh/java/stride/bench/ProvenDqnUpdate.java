package stride.bench;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import stride.algo.OptionValues;
import stride.dqn.Dqn;
import stride.dqn.DqnOptions;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.memory.SlabAllocator;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.KernelWarmUp;
import stride.parallel.Team;
import stride.replay.ReplayCollector;
import stride.replay.ReplayMemory;
import stride.replay.ReplayUpdate;

/**
 * Updates of DQN that can be done again and again, from the same parameters and the same memory,
 * which have been shown to be the reference's.
 *
 * <p>The memory is CartPole's by uniform actions, as it is when learning starts; updates come every
 * ten env steps as CleanRL has them, so that the target network follows in one of 50. All of it has
 * the same bits for any backend and number of threads. Belongs to the thread that makes it, which
 * closes it.
 */
final class ProvenDqnUpdate implements AutoCloseable {
  /** Updates of an operation. */
  static final int UPDATES = 100;

  private static final long SEED = 1;
  private static final int STARTS = 10_000; // env steps before the first update
  private static final int FREQUENCY = 10; // env steps between updates
  private static final int STEPS = STARTS + UPDATES * FREQUENCY;
  private static final int UNLIKE = 75; // updates after which the target is not the learnt network
  private static final int PROVED = 10; // more that are compared with the reference's

  private final Arena arena = Arena.ofShared();
  private final Team.Work work = this::learn; // made once: an operation allocates nothing
  private final Task task = Tasks.of("CartPole-v1");
  private final DqnOptions options;
  private final Team team;
  private final ReplayMemory memory;
  private final ReplayUpdate learning;
  private final SavedState fresh;
  private final SavedState expected;

  /**
   * Updates to be timed: their kernels are compiled.
   *
   * @param changes of CleanRL's options
   */
  ProvenDqnUpdate(Backend backend, Map<String, String> changes, int threads) {
    this.options = options(backend, changes);
    this.team = new Team(threads);
    this.memory = new ReplayMemory(task.spec(), 1, STEPS, SlabAllocator.PAGES);
    KernelWarmUp.runLayers(
        Networks.of(task.spec(), options.hidden(), Activation.RELU, false),
        Backends.kernels(backend),
        options.batchSize() / 2);
    collect();
    if (backend != Backend.REFERENCE) {
      prove(changes);
    }
    this.learning = learning(options);
    this.fresh = new SavedState(arena, learning.state());
    update();
    fresh.requireLearnt(learning.state());
    this.expected = new SavedState(arena, learning.state());
    if (backend != Backend.REFERENCE) {
      QuietWarmUp.run(this::run);
    }
  }

  private DqnOptions options(Backend by, Map<String, String> changes) {
    var values = OptionValues.preset(new Dqn(), Dqn.CLEANRL, task);
    values.set("backend", by.toString());
    values.set("buffer_size", Integer.toString(STEPS));
    values.set("learning_starts", Integer.toString(STEPS)); // until then actions are uniform
    changes.forEach(values::set);
    new Dqn().check(values.options(), task, SEED);
    return values.options();
  }

  /** Fills the memory by uniform actions. */
  private void collect() {
    try (ReplayUpdate untrained = learning(options);
        var collector =
            new ReplayCollector(
                task, memory, team, SEED, STEPS, /* clipActions= */ false, untrained::actor)) {
      collector.begin(0);
      collector.collect(0, untrained.acting(), /* episodes= */ 0, /* from= */ 0, STEPS);
      memory.steps(STEPS);
    }
  }

  /** An update that has been told of all that the memory holds. */
  private ReplayUpdate learning(DqnOptions of) {
    ReplayUpdate update = Dqn.update(of, task, SEED, memory, team);
    update.collected(0, memory.steps());
    return update;
  }

  /**
   * Compares everything learnt, moments and priorities included, in every bit. Other updates come
   * first, so that the target network is not the learnt one.
   */
  private void prove(Map<String, String> changes) {
    try (ReplayUpdate tested = learning(options);
        ReplayUpdate reference = learning(options(Backend.REFERENCE, changes))) {
      team.run(member -> learn(member, tested, 0, UNLIKE));
      reference.restore(tested.state());
      for (ReplayUpdate either : List.of(tested, reference)) {
        team.run(member -> learn(member, either, UNLIKE, UNLIKE + PROVED));
      }
      new SavedState(arena, reference.state()).requireSame(tested.state());
    }
  }

  private void learn(int member) {
    learn(member, learning, 0, UPDATES);
  }

  private void learn(int member, ReplayUpdate by, int from, int to) {
    by.begin(member);
    team.barrier(); // all have taken over the state
    for (int k = from; k < to; k++) {
      by.update(member, k, STARTS + (k + 1L) * FREQUENCY, /* progress= */ 0);
      team.barrier(); // each has a round of its own, as in training
    }
  }

  private void run() {
    rewind();
    update();
  }

  /** Rows that the updates go over. */
  long rows() {
    return (long) UPDATES * options.batchSize();
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
    learning.close();
    memory.close();
    team.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
