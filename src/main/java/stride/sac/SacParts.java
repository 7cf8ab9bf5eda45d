package stride.sac;

import java.util.function.DoubleConsumer;
import stride.env.Task;
import stride.parallel.Team;
import stride.replay.ReplayLearner;
import stride.replay.ReplayParts;

/** Puts a learner together by options. */
final class SacParts {
  private SacParts() {}

  /**
   * A learner in its first state.
   *
   * @param options checked
   * @param team outlives the learner
   * @param warmUp runs all of it on throw-away data, for so many seconds at most
   * @return the caller's to close
   */
  static ReplayLearner learner(
      SacOptions options, Task task, long seed, Team team, DoubleConsumer warmUp) {
    final SacNetwork network = options.network(task);
    final var parts =
        new ReplayParts(
            options.numEnvs(),
            options.bufferSize(),
            options.rounds(),
            options.evalEvery(),
            options.evalEpisodes());
    final SacConfig config = options.config(task, seed);
    return parts.learner(
        task, seed, team, memory -> new SacUpdate(network, config, memory, team), warmUp);
  }
}
