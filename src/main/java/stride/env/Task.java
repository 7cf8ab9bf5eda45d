package stride.env;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import stride.options.DescribedOption;

/** A task: what its environments look like, and how to simulate many of them. Immutable. */
public abstract class Task {
  private final EnvSpec spec;
  private final Record options;

  /** A task of which nothing may be altered. */
  Task(EnvSpec spec) {
    this(spec, NoOptions.NONE);
  }

  /**
   * A task that may be altered.
   *
   * @param options a record whose components all have a {@link stride.options.OptionRule}
   * @throws IllegalArgumentException naming the option that is out of range
   */
  Task(EnvSpec spec, Record options) {
    DescribedOption.check(options);
    this.spec = spec;
    this.options = options;
  }

  public final EnvSpec spec() {
    return spec;
  }

  /** Its options: see {@link TaskOptions}. */
  public final Record options() {
    return options;
  }

  /** The same task with other options, of the same record. */
  Task with(Record other) {
    return this;
  }

  /** Whether the task's physics is MuJoCo's, so that a C replay can be its limit. */
  public boolean runsOnMujoco() {
    return false;
  }

  /** Whether the task's physics is an emulator's, of the Arcade Learning Environment. */
  public boolean runsOnAle() {
    return false;
  }

  /**
   * The files that the task's physics is read from; none for a task written in Java. Those that do
   * not exist are left out.
   *
   * @param assets folder of the tasks' models
   * @throws IOException if one cannot be read
   */
  public abstract Collection<Path> files(Path assets) throws IOException;

  /**
   * Makes environments, not yet reset. The caller closes them.
   *
   * @param threads threads of a physics step, the caller's included
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
