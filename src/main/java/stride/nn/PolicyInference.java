package stride.nn;

import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Philox;
import stride.random.Purpose;

/**
 * Runs an actor-critic on rows of observations: actions, log-probabilities, values.
 *
 * <p>Slabs are addressed by row: observations are {@code [*, inputStride]}, Gaussian actions {@code
 * [*, A]}, discrete actions, log-probabilities and values {@code [*]}. Any number of rows is cut
 * into chunks that fit the caches. Random numbers are a function of seed, purpose, environment and
 * step alone, so results do not depend on how environments are shared among threads.
 *
 * <p>Owns its {@link Workspace}. Belongs to one thread; make one per thread. Allocates nothing per
 * call.
 */
public final class PolicyInference implements AutoCloseable {
  /** Rows whose activations, 64 wide, stay in a first-level cache of 48 KB. */
  public static final int DEFAULT_CHUNK = 64;

  private final PolicyLayout layout;
  private final Kernels kernels;
  private final long seed;
  private final Workspace workspace;
  private final Mlp trunk; // null: actor and critic are apart
  private final Mlp actor;
  private final Mlp critic;

  /** An inference with chunks of {@link #DEFAULT_CHUNK} rows. */
  public PolicyInference(PolicyLayout layout, Kernels kernels, long seed) {
    this(layout, kernels, seed, DEFAULT_CHUNK);
  }

  /**
   * An inference.
   *
   * @param chunk the most rows that go through the layers together; does not change results
   */
  public PolicyInference(PolicyLayout layout, Kernels kernels, long seed, int chunk) {
    this.layout = layout;
    this.kernels = kernels;
    this.seed = seed;
    this.workspace = new Workspace(layout, chunk);
    this.trunk = layout.trunk() == null ? null : new Mlp(layout.trunk(), kernels);
    this.actor = new Mlp(layout.actor(), kernels);
    this.critic = new Mlp(layout.critic(), kernels);
  }

  /**
   * Draws actions [*, A] from a Gaussian policy, with their log-probabilities [*].
   *
   * @param purpose what the random numbers are for
   * @param firstEnvironment global index of the first row's environment
   * @param step which step of the environments
   * @throws IllegalStateException if the policy is categorical
   */
  public void sample(
      FloatSlab parameters,
      FloatSlab observations,
      long observationRow,
      int rows,
      Purpose purpose,
      int firstEnvironment,
      long step,
      FloatSlab actions,
      FloatSlab logProbs,
      long outRow) {
    sample(
        parameters,
        observations,
        observationRow,
        rows,
        purpose,
        firstEnvironment,
        step,
        actions,
        logProbs,
        null,
        outRow);
  }

  /**
   * Draws actions [*, A] from a Gaussian policy, with their log-probabilities [*] and the critic's
   * values [*].
   *
   * @param purpose what the random numbers are for
   * @param firstEnvironment global index of the first row's environment
   * @param step which step of the environments
   * @param values null for none
   * @throws IllegalStateException if the policy is categorical
   */
  public void sample(
      FloatSlab parameters,
      FloatSlab observations,
      long observationRow,
      int rows,
      Purpose purpose,
      int firstEnvironment,
      long step,
      FloatSlab actions,
      FloatSlab logProbs,
      FloatSlab values,
      long outRow) {
    final ActionHead.Gaussian head = gaussian();
    final int width = head.actions();
    check(parameters, observations, observationRow, rows);
    KernelChecks.rows(actions, outRow * width, rows, width);
    checkScalars(logProbs, values, outRow, rows);
    for (int r = 0; r < rows; r += workspace.rows()) {
      int n = Math.min(workspace.rows(), rows - r);
      long out = outRow + r;
      act(parameters, observations, observationRow + r, n);
      fill(purpose, firstEnvironment + r, n, step);
      normals(n);
      kernels.sampleGaussian(head, parameters, workspace, actions, out * width, logProbs, out, n);
      if (values != null) {
        runCritic(parameters, observations, observationRow + r, n, values, out);
      }
    }
  }

  /**
   * Draws actions [*] from a categorical policy, with their log-probabilities [*].
   *
   * @param purpose what the random numbers are for
   * @param firstEnvironment global index of the first row's environment
   * @param step which step of the environments
   * @throws IllegalStateException if the policy is Gaussian
   */
  public void sample(
      FloatSlab parameters,
      FloatSlab observations,
      long observationRow,
      int rows,
      Purpose purpose,
      int firstEnvironment,
      long step,
      IntSlab actions,
      FloatSlab logProbs,
      long outRow) {
    sample(
        parameters,
        observations,
        observationRow,
        rows,
        purpose,
        firstEnvironment,
        step,
        actions,
        logProbs,
        null,
        outRow);
  }

  /**
   * Draws actions [*] from a categorical policy, with their log-probabilities [*] and the critic's
   * values [*].
   *
   * @param purpose what the random numbers are for
   * @param firstEnvironment global index of the first row's environment
   * @param step which step of the environments
   * @param values null for none
   * @throws IllegalStateException if the policy is Gaussian
   */
  public void sample(
      FloatSlab parameters,
      FloatSlab observations,
      long observationRow,
      int rows,
      Purpose purpose,
      int firstEnvironment,
      long step,
      IntSlab actions,
      FloatSlab logProbs,
      FloatSlab values,
      long outRow) {
    final ActionHead.Categorical head = categorical();
    check(parameters, observations, observationRow, rows);
    KernelChecks.rows(actions, outRow, rows, 1);
    checkScalars(logProbs, values, outRow, rows);
    for (int r = 0; r < rows; r += workspace.rows()) {
      int n = Math.min(workspace.rows(), rows - r);
      act(parameters, observations, observationRow + r, n);
      fill(purpose, firstEnvironment + r, n, step);
      kernels.sampleCategorical(head, workspace, actions, outRow + r, logProbs, outRow + r, n);
      if (values != null) {
        runCritic(parameters, observations, observationRow + r, n, values, outRow + r);
      }
    }
  }

  /**
   * The means [*, A] of a Gaussian policy, for evaluation without noise.
   *
   * @throws IllegalStateException if the policy is categorical
   */
  public void mode(
      FloatSlab parameters,
      FloatSlab observations,
      long observationRow,
      int rows,
      FloatSlab actions,
      long outRow) {
    final ActionHead.Gaussian head = gaussian();
    check(parameters, observations, observationRow, rows);
    KernelChecks.rows(actions, outRow * head.actions(), rows, head.actions());
    for (int r = 0; r < rows; r += workspace.rows()) {
      int n = Math.min(workspace.rows(), rows - r);
      act(parameters, observations, observationRow + r, n);
      kernels.modeGaussian(head, workspace, actions, (outRow + r) * head.actions(), n);
    }
  }

  /**
   * The most probable actions [*] of a categorical policy.
   *
   * @throws IllegalStateException if the policy is Gaussian
   * @throws ArithmeticException if a logit is NaN
   */
  public void mode(
      FloatSlab parameters,
      FloatSlab observations,
      long observationRow,
      int rows,
      IntSlab actions,
      long outRow) {
    final ActionHead.Categorical head = categorical();
    check(parameters, observations, observationRow, rows);
    KernelChecks.rows(actions, outRow, rows, 1);
    for (int r = 0; r < rows; r += workspace.rows()) {
      int n = Math.min(workspace.rows(), rows - r);
      act(parameters, observations, observationRow + r, n);
      kernels.modeCategorical(head, workspace, actions, outRow + r, n);
    }
  }

  /** The critic's values [*]. */
  public void values(
      FloatSlab parameters,
      FloatSlab observations,
      long observationRow,
      int rows,
      FloatSlab values,
      long outRow) {
    check(parameters, observations, observationRow, rows);
    KernelChecks.rows(values, outRow, rows, 1);
    for (int r = 0; r < rows; r += workspace.rows()) {
      int n = Math.min(workspace.rows(), rows - r);
      if (trunk != null) {
        runTrunk(parameters, observations, observationRow + r, n);
      }
      runCritic(parameters, observations, observationRow + r, n, values, outRow + r);
    }
  }

  private void check(FloatSlab parameters, FloatSlab observations, long row, int rows) {
    layout.checkLength(parameters);
    KernelChecks.rows(observations, row * layout.inputStride(), rows, layout.inputStride());
  }

  private static void checkScalars(FloatSlab logProbs, FloatSlab values, long row, int rows) {
    KernelChecks.rows(logProbs, row, rows, 1);
    if (values != null) {
      KernelChecks.rows(values, row, rows, 1);
    }
  }

  private void act(FloatSlab parameters, FloatSlab observations, long row, int rows) {
    if (trunk == null) {
      actor.forward(parameters, observations, row * layout.inputStride(), rows, workspace.actor());
    } else {
      runTrunk(parameters, observations, row, rows);
      actor.forward(parameters, workspace.trunk().last(), 0, rows, workspace.actor());
    }
  }

  /** Leaves the trunk's outputs where actor and critic read them. */
  private void runTrunk(FloatSlab parameters, FloatSlab observations, long row, int rows) {
    trunk.forward(parameters, observations, row * layout.inputStride(), rows, workspace.trunk());
  }

  /** Values of a chunk of rows, which have been through the trunk if there is one. */
  private void runCritic(
      FloatSlab parameters,
      FloatSlab observations,
      long row,
      int rows,
      FloatSlab values,
      long outRow) {
    final FloatSlab input = trunk == null ? observations : workspace.trunk().last();
    final long x = trunk == null ? row * layout.inputStride() : 0;
    final FloatSlab y = critic.forward(parameters, input, x, rows, workspace.critic());
    final int stride = layout.critic().outputStride();
    for (int i = 0; i < rows; i++) {
      values.set(outRow + i, y.get((long) i * stride));
    }
  }

  private void fill(Purpose purpose, int firstEnvironment, int rows, long step) {
    Philox.fill(
        seed,
        purpose,
        firstEnvironment,
        rows,
        step,
        layout.head().wordPairs(),
        workspace.radiusWords(),
        workspace.angleWords());
  }

  private void normals(int rows) {
    kernels.normals(
        workspace.radiusWords(),
        workspace.angleWords(),
        workspace.cosines(),
        workspace.sines(),
        LinearLayout.padded(rows * layout.head().wordPairs()));
  }

  private ActionHead.Gaussian gaussian() {
    if (layout.head() instanceof ActionHead.Gaussian head) {
      return head;
    }
    throw new IllegalStateException("the policy is categorical: actions are ints");
  }

  private ActionHead.Categorical categorical() {
    if (layout.head() instanceof ActionHead.Categorical head) {
      return head;
    }
    throw new IllegalStateException("the policy is Gaussian: actions are floats");
  }

  @Override
  public void close() {
    workspace.close();
  }
}
