package stride.bench;

import java.lang.foreign.Arena;
import java.util.List;
import java.util.Map;
import stride.collect.Rollout;
import stride.collect.RolloutConfig;
import stride.collect.Stepping;
import stride.env.Task;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.learn.Networks;
import stride.learn.UpdateMode;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.KernelWarmUp;
import stride.nn.PolicyLayout;
import stride.nn.Precision;
import stride.parallel.Team;
import stride.ppo.GaeConfig;
import stride.ppo.PpoBackend;
import stride.ppo.PpoBackends;
import stride.ppo.UpdateConfig;
import stride.ppo.cuda.CudaPpoBackend;

/**
 * One update that can be done again and again, from the same parameters on the same rollout, whose
 * gradients have been shown to be the reference's.
 *
 * <p>The rollout is Hopper's, collected with the fresh parameters from which the update starts, as
 * the first ones of a training are; it has the same bits for any backend and number of threads.
 * Belongs to the thread that makes it, which closes it.
 */
final class ProvenUpdate implements AutoCloseable {
  private static final long SEED = 1;
  private static final int ENVS = 64;
  private static final int STEPS = 128;

  // relative to the largest of a slab: sums of up to 1024 rows in another order, of gradients whose
  // tanh is good to some units in the last place of a float, 6e-8; the largest seen is 2.7e-7
  private static final double TOLERANCE = 3e-6;

  // on a device: its own tanh, and sums of up to 2048 rows
  private static final double DEVICE_TOLERANCE = 1e-5;
  private static final int DEVICE_MINIBATCHES = 32;

  private final Arena arena = Arena.ofShared();
  private final Backend backend;
  private final Backend proof; // whose numbers are right
  private final UpdateMode mode;
  private final int rows; // of the rollout
  private final PolicyLayout policy;
  private final Team team;
  private final Rollout rollout;
  private final UpdateConfig config;
  private final PpoBackend learning;
  private final SavedState fresh;
  private final SavedState expected;

  /** An update to be timed: its kernels are compiled. */
  ProvenUpdate(Backend backend, int minibatch, int width, int threads) {
    this(
        backend,
        Backend.REFERENCE,
        UpdateMode.AUTO,
        Precision.FP32,
        ENVS,
        minibatch,
        width,
        threads);
  }

  /** An update on a device, of 32 minibatches; the host's part has all cores. */
  static ProvenUpdate onDevice(UpdateMode mode, Precision precision, int rows, int width) {
    return new ProvenUpdate(
        Backend.CUDA,
        Backend.CPU,
        mode,
        precision,
        rows / STEPS,
        rows / DEVICE_MINIBATCHES,
        width,
        Runtime.getRuntime().availableProcessors());
  }

  private ProvenUpdate(
      Backend backend,
      Backend proof,
      UpdateMode mode,
      Precision precision,
      int envs,
      int minibatch,
      int width,
      int threads) {
    Task task = Tasks.of("Hopper-v5");
    this.backend = backend;
    this.proof = proof;
    this.mode = mode;
    this.rows = envs * STEPS;
    this.policy = Networks.of(task.spec(), List.of(width, width), Activation.TANH, false);
    this.team = new Team(threads);
    this.rollout =
        new Rollout(
            task,
            policy,
            Backends.kernels(Backend.CPU),
            team,
            RolloutConfig.of(envs, STEPS, SEED, Stepping.SHARDED),
            SlabAllocator.PAGES);
    this.config =
        UpdateConfig.DEFAULTS
            .withMinibatches(rows / minibatch, epochs(backend))
            .withPrecision(precision);
    KernelWarmUp.run(policy, Backends.kernels(backend), Math.max(1, envs / threads));
    FloatSlab parameters = FloatSlab.allocate(arena, policy.size());
    policy.initialize(parameters, SEED); // what learning begins with
    rollout.collect(parameters); // for statistics to normalise by
    rollout.collect(parameters);
    if (backend != Backend.REFERENCE) {
      // closed before the next: one device backend at a time has the rollout page-locked
      check(this::prove);
    }
    this.learning = learning(backend, config);
    this.fresh = new SavedState(arena, learning.state());
    learning.computeGae();
    run();
    check(() -> fresh.requireLearnt(learning.state()));
    this.expected = new SavedState(arena, learning.state());
    if (backend != Backend.REFERENCE) {
      QuietWarmUp.run(this::run);
    }
  }

  /** The reference takes up to seconds for an epoch, and the next is like it. */
  private static int epochs(Backend backend) {
    return backend == Backend.REFERENCE ? 1 : UpdateConfig.DEFAULTS.updateEpochs();
  }

  private PpoBackend learning(Backend by, UpdateConfig how) {
    return PpoBackends.of(by, rollout.slabs(), policy, team, GaeConfig.DEFAULTS, how, SEED, mode);
  }

  /**
   * Compares the moments of Adam after an epoch in which the parameters stay, so that rounding does
   * not add up; it is the second epoch, when the policy is no longer the one of the rollout.
   */
  private void prove() {
    UpdateConfig epoch = config.withMinibatches(config.numMinibatches(), 1);
    try (PpoBackend tested = learning(backend, epoch);
        PpoBackend reference = learning(proof, epoch.withPrecision(Precision.FP32))) {
      tested.computeGae();
      reference.computeGae();
      tested.update(config.learningRate());
      reference.restore(tested.state());
      tested.update(0);
      reference.update(0);
      Map<String, Slab> actual = tested.state();
      Map<String, Slab> expectedState = reference.state();
      for (String moments : List.of("adam_means", "adam_squares")) {
        requireParity(moments, actual.get(moments), expectedState.get(moments));
      }
    }
  }

  private void requireParity(String name, Slab actual, Slab wanted) {
    float[] numbers = ((FloatSlab) wanted).toArray();
    double largest = 0;
    for (float number : numbers) {
      largest = Math.max(largest, Math.abs(number));
    }
    String what = name + " of " + backend;
    double tolerance = backend == Backend.CUDA ? DEVICE_TOLERANCE : TOLERANCE;
    Parity.require(what, ((FloatSlab) actual).toArray(), numbers, largest, tolerance);
  }

  private void run() {
    rewind();
    update();
  }

  /** Rows that an update goes over: each of the rollout in every epoch. */
  long rows() {
    return (long) config.updateEpochs() * rows;
  }

  /** Adds what the device did for the last update, and how long it took. */
  void count(DeviceCounter work) {
    CudaPpoBackend device = (CudaPpoBackend) learning;
    // observation, action, log-probability, advantage, return, value
    long floatsOfRow = policy.inputStride() + policy.spec().actions() + 4L;
    long steps = (long) config.updateEpochs() * config.numMinibatches();
    double floats = (double) rows() * floatsOfRow + 6.0 * steps * policy.size();
    work.add(
        1e-3 * device.lastUpdateMillis(),
        (double) rows() * PpoProgram.updateFlop(policy),
        Float.BYTES * floats,
        device.limits());
  }

  /** Goes back to the fresh parameters. */
  void rewind() {
    learning.restore(fresh.slabs());
  }

  /** Learns from the rollout. */
  void update() {
    learning.update(config.learningRate());
  }

  /** Shows that the last update ended where the first did. */
  void requireSame() {
    check(() -> expected.requireSame(learning.state()));
  }

  private void check(Runnable proof) {
    if (backend == Backend.CUDA) {
      DeviceProof.run(proof);
    } else {
      proof.run();
    }
  }

  @Override
  public void close() {
    learning.close();
    rollout.close();
    team.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
