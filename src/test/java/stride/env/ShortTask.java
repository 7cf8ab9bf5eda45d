package stride.env;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;

/** A task with another time limit. */
public final class ShortTask extends Task {
  private final Task task;

  public ShortTask(String id, int maxEpisodeSteps) {
    this(Tasks.of(id), maxEpisodeSteps);
  }

  public ShortTask(Task task, int maxEpisodeSteps) {
    super(limited(task.spec(), maxEpisodeSteps));
    this.task = task;
  }

  private static EnvSpec limited(EnvSpec spec, int maxEpisodeSteps) {
    return new EnvSpec(
        spec.id(),
        spec.observationShape(),
        spec.observationType(),
        spec.actionSpace(),
        maxEpisodeSteps,
        spec.frameSkip(),
        spec.dt(),
        spec.history());
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
