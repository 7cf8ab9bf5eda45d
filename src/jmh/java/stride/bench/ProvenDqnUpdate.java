package stride.bench;

import java.util.List;
import java.util.Map;
import stride.algo.OptionValues;
import stride.dqn.Dqn;
import stride.dqn.DqnOptions;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.KernelWarmUp;
import stride.replay.ReplayUpdate;

/**
 * Updates of DQN that can be done again and again, and have been shown to be the reference's.
 *
 * <p>The memory is CartPole's as it is when learning starts; updates come every ten env steps as
 * CleanRL has them, so that the target network follows in one of 50. Belongs to the thread that
 * makes it, which closes it.
 */
final class ProvenDqnUpdate implements AutoCloseable {
  /** Updates of an operation. */
  static final int UPDATES = 100;

  private static final long SEED = 1;
  private static final int UNLIKE = 75; // updates after which the target is not the learnt network
  private static final int PROVED = 10; // more that are compared with the reference's
  private static final RepeatedUpdates.Turns TURNS =
      new RepeatedUpdates.Turns(/* starts= */ 10_000, /* frequency= */ 10, UPDATES);

  private final Task task = Tasks.of("CartPole-v1");
  private final DqnOptions options;
  private final RepeatedUpdates updates;

  /**
   * Updates to be timed: their kernels are compiled.
   *
   * @param changes of CleanRL's options
   */
  ProvenDqnUpdate(Backend backend, Map<String, String> changes, int threads) {
    this.options = options(backend, changes);
    KernelWarmUp.runLayers(
        Networks.of(task.spec(), options.hidden(), Activation.RELU, false),
        Backends.kernels(backend),
        options.batchSize() / 2);
    this.updates = new RepeatedUpdates(task, TURNS, threads, learning(options));
    if (backend != Backend.REFERENCE) {
      prove(changes);
    }
    updates.begin(learning(options));
  }

  private DqnOptions options(Backend by, Map<String, String> changes) {
    var values = OptionValues.preset(new Dqn(), Dqn.CLEANRL, task);
    values.set("backend", by.toString());
    values.set("buffer_size", Integer.toString(TURNS.steps()));
    values.set("learning_starts", Integer.toString(TURNS.steps())); // until then epsilon is 1
    changes.forEach(values::set);
    new Dqn().check(values.options(), task, SEED);
    return values.options();
  }

  private RepeatedUpdates.Learning learning(DqnOptions of) {
    return (memory, team) -> Dqn.update(of, task, SEED, memory, team);
  }

  /**
   * Compares everything learnt, moments and priorities included, in every bit. Other updates come
   * first, so that the target network is not the learnt one.
   */
  private void prove(Map<String, String> changes) {
    try (ReplayUpdate tested = updates.make(learning(options));
        ReplayUpdate reference = updates.make(learning(options(Backend.REFERENCE, changes)))) {
      updates.learn(tested, 0, UNLIKE);
      reference.restore(tested.state());
      for (ReplayUpdate either : List.of(tested, reference)) {
        updates.learn(either, UNLIKE, UNLIKE + PROVED);
      }
      updates.saved(reference).requireSame(tested.state());
    }
  }

  /** Rows that the updates go over. */
  long rows() {
    return (long) UPDATES * options.batchSize();
  }

  /** Goes back to the fresh parameters and priorities. */
  void rewind() {
    updates.rewind();
  }

  /** Learns from so many batches. */
  void update() {
    updates.update();
  }

  /** Shows that the last updates ended where the first did. */
  void requireSame() {
    updates.requireSame();
  }

  @Override
  public void close() {
    updates.close();
  }
}
