package stride.bench;

import java.util.List;
import stride.algo.OptionValues;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.memory.FloatSlab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.KernelWarmUp;
import stride.replay.ReplayUpdate;
import stride.sac.Sac;
import stride.sac.SacOptions;

/**
 * Updates of SAC that can be done again and again, and have been shown to be the reference's.
 *
 * <p>The memory is Hopper's by uniform actions; updates come after every env step, in CleanRL's
 * order. Belongs to the thread that makes it, which closes it.
 */
final class ProvenSacUpdate implements AutoCloseable {
  /** Updates of an operation: even, as the policy learns at every second. */
  static final int UPDATES = 10;

  private static final long SEED = 1;
  private static final RepeatedUpdates.Turns TURNS =
      new RepeatedUpdates.Turns(/* starts= */ 5000, /* frequency= */ 1, UPDATES);
  private static final int PROVED = 2; // updates: one of them with the policy's
  // Adam's first steps are as long whatever the gradient, and rounding may turn that of a few
  private static final double TOLERANCE = 4 * 1e-3;
  private static final double MOST_TURNED = 0.001; // of all parameters
  private static final double ROUNDING = 1e-5;

  private final Task task = Tasks.of("Hopper-v5");
  private final SacOptions options;
  private final RepeatedUpdates updates;

  /**
   * Updates to be timed: their kernels are compiled.
   *
   * @param width units of each of two hidden layers
   * @param batch rows of an update
   */
  ProvenSacUpdate(Backend backend, int width, int batch, int threads) {
    this.options = options(backend, width, batch);
    KernelWarmUp.runLayers(
        Networks.of(task.spec(), options.hidden(), Activation.RELU, false),
        Backends.kernels(backend),
        Math.min(batch, 128));
    this.updates = new RepeatedUpdates(task, TURNS, threads, learning(options));
    if (backend != Backend.REFERENCE) {
      prove(options(Backend.REFERENCE, width, batch));
    }
    updates.begin(learning(options));
  }

  private SacOptions options(Backend by, int width, int batch) {
    var values = OptionValues.preset(new Sac(), Sac.CLEANRL, task);
    values.set("backend", by.toString());
    values.set("hidden", width + "," + width);
    values.set("batch_size", Integer.toString(batch));
    values.set("buffer_size", Integer.toString(TURNS.steps()));
    values.set("learning_starts", Integer.toString(TURNS.steps())); // until then all is random
    new Sac().check(values.options(), task, SEED);
    return values.options();
  }

  private RepeatedUpdates.Learning learning(SacOptions of) {
    return (memory, team) -> Sac.update(of, task, SEED, memory, team);
  }

  /**
   * Compares what is learnt in the first updates: all parameters up to the length of their steps,
   * and nearly all up to rounding.
   */
  private void prove(SacOptions defined) {
    try (ReplayUpdate tested = updates.make(learning(options));
        ReplayUpdate reference = updates.make(learning(defined))) {
      for (ReplayUpdate either : List.of(tested, reference)) {
        updates.learn(either, 0, PROVED);
      }
      final float[] actual = tested.acting().toArray();
      final float[] expected = reference.acting().toArray();
      Parity.require("parameters", actual, expected, /* scale= */ 1, TOLERANCE);
      requireFewTurned(actual, expected);
      final FloatSlab targets = (FloatSlab) tested.state().get("target_parameters");
      final FloatSlab wanted = (FloatSlab) reference.state().get("target_parameters");
      Parity.require("targets", targets.toArray(), wanted.toArray(), 1, ROUNDING);
    }
  }

  private static void requireFewTurned(float[] actual, float[] expected) {
    int turned = 0;
    for (int k = 0; k < expected.length; k++) {
      turned += Math.abs(actual[k] - expected[k]) > ROUNDING ? 1 : 0;
    }
    if (turned > MOST_TURNED * expected.length) {
      throw new IllegalStateException(
          "%d of %d parameters are not the reference's".formatted(turned, expected.length));
    }
  }

  /** Rows that the updates go over. */
  long rows() {
    return (long) UPDATES * options.batchSize();
  }

  /** Floating-point operations of the updates. */
  long flop() {
    return Math.round(updates.flop());
  }

  /** Goes back to the fresh parameters. */
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
