package stride.env;

/** A task: what its environments look like, and how to simulate many of them. Immutable. */
public abstract sealed class Task permits MujocoTask, CartPole {
  private final EnvSpec spec;

  Task(EnvSpec spec) {
    this.spec = spec;
  }

  /**
   * What the task looks like from outside.
   *
   * @return its spec
   */
  public final EnvSpec spec() {
    return spec;
  }

  /**
   * Whether the task's physics is MuJoCo's, so that a C replay can be its limit.
   *
   * @return false for tasks written in Java
   */
  public final boolean runsOnMujoco() {
    return this instanceof MujocoTask;
  }

  /**
   * Makes environments, not yet reset.
   *
   * @param numEnvs how many
   * @param threads threads of a physics step, the caller's included
   * @param clipActions whether controls are clipped to the action space's bounds
   * @return their states; the caller closes them
   */
  abstract TaskRows open(int numEnvs, int threads, boolean clipActions);

  /** Whether Gymnasium gives this task's observations in float32; else in float64. */
  boolean isObservedInFloat() {
    return false;
  }

  @Override
  public final String toString() {
    return spec.id();
  }
}
