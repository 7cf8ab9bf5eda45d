package stride.dqn;

import java.util.function.DoubleConsumer;
import stride.env.Task;
import stride.parallel.Team;
import stride.replay.ReplayLearner;
import stride.replay.ReplayParts;

/** Puts a learner together by options. */
final class DqnParts {
  private DqnParts() {}

  /**
   * A learner in its first state.
   *
   * @param options checked
   * @param team outlives the learner
   * @param warmUp runs all of it on throw-away data, for so many seconds at most
   * @return the caller's to close
   */
  static ReplayLearner learner(
      DqnOptions options, Task task, long seed, Team team, DoubleConsumer warmUp) {
    final var network = new QNetwork(options.layout(task), options.backendChosen());
    final var parts =
        new ReplayParts(
            options.numEnvs(),
            options.bufferSize(),
            options.rounds(),
            options.evalEvery(),
            options.evalEpisodes());
    final DqnConfig config = options.config(seed);
    return parts.learner(
        task, seed, team, memory -> new DqnUpdate(network, config, memory, team), warmUp);
  }
}
