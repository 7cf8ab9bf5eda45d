package stride.dqn;

import java.util.function.DoubleConsumer;
import stride.env.Task;
import stride.memory.SlabAllocator;
import stride.parallel.Team;
import stride.play.TrainingEvaluation;
import stride.replay.ReplayCollector;
import stride.replay.ReplayLearner;
import stride.replay.ReplayMemory;
import stride.replay.Rounds;

/** Puts a learner together from memory, environments, update and evaluation. */
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
    final Rounds rounds = options.rounds();
    ReplayMemory memory = null;
    DqnUpdate update = null;
    ReplayCollector collector = null;
    TrainingEvaluation evaluation = null;
    try {
      memory =
          new ReplayMemory(
              task.spec(), options.numEnvs(), options.bufferSize(), SlabAllocator.PAGES);
      update = new DqnUpdate(network, options.config(seed), memory, team);
      collector =
          new ReplayCollector(
              task, memory, team, seed, rounds.stepsPerIteration(), false, update::actor);
      evaluation =
          new TrainingEvaluation(
              task, options.evalEvery(), options.evalEpisodes(), update.acting().shape(), seed);
      return new ReplayLearner(memory, collector, update, evaluation, team, rounds, warmUp);
    } catch (RuntimeException | Error e) {
      ReplayLearner.closeAll(evaluation, update, collector, memory);
      throw e;
    }
  }
}
