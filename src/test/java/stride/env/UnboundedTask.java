package stride.env;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;

/** A task whose actions are any numbers. */
public final class UnboundedTask extends Task {
  private final Task task;

  public UnboundedTask(String id) {
    this(Tasks.of(id));
  }

  private UnboundedTask(Task task) {
    super(unbounded(task.spec()));
    this.task = task;
  }

  private static EnvSpec unbounded(EnvSpec spec) {
    final int elements = spec.actionSpace().elements();
    return new EnvSpec(
        spec.id(),
        spec.observationShape(),
        spec.observationType(),
        new ActionSpace.Box(
            Collections.nCopies(elements, Float.NEGATIVE_INFINITY),
            Collections.nCopies(elements, Float.POSITIVE_INFINITY)),
        spec.maxEpisodeSteps(),
        spec.frameSkip(),
        spec.dt());
  }

  @Override
  public Collection<Path> files(Path assets) throws IOException {
    return task.files(assets);
  }

  @Override
  TaskRows open(int numEnvs, int threads, boolean clipActions) {
    return task.open(numEnvs, threads, clipActions);
  }
}
