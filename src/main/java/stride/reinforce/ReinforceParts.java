package stride.reinforce;

import java.util.function.DoubleConsumer;
import stride.env.Task;
import stride.learn.Backends;
import stride.memory.FreeMemory;
import stride.memory.SlabAllocator;
import stride.parallel.Team;
import stride.play.TrainingEvaluation;
import stride.ppo.PpoBackends;
import stride.replay.ReplayCollector;
import stride.replay.ReplayLearner;
import stride.replay.ReplayMemory;

/** Puts a learner together from memory, environments, update and evaluation. */
final class ReinforceParts {
  private ReinforceParts() {}

  /**
   * A learner in its first state.
   *
   * @param options checked
   * @param team outlives the learner
   * @param warmUp runs all of it on throw-away data, for so many seconds at most
   * @return the caller's to close
   */
  static ReplayLearner learner(
      ReinforceOptions options, Task task, long seed, Team team, DoubleConsumer warmUp) {
    final ReinforceConfig config = options.config(seed);
    final long transitions = options.bufferSize(task);
    ReplayMemory.requireFree(
        "num_envs",
        options.numEnvs(),
        ReplayMemory.bytes(task.spec(), options.numEnvs(), transitions),
        FreeMemory.bytes());
    ReplayMemory memory = null;
    ReinforceUpdate update = null;
    ReplayCollector collector = null;
    TrainingEvaluation evaluation = null;
    try {
      memory = new ReplayMemory(task.spec(), options.numEnvs(), transitions, SlabAllocator.PAGES);
      update =
          new ReinforceUpdate(
              options.policy(task),
              config,
              Backends.kernels(options.backendChosen()),
              PpoBackends.kernels(options.backendChosen()),
              memory,
              team);
      final int steps = config.rounds().stepsPerIteration();
      collector = new ReplayCollector(task, memory, team, seed, steps, true, update::actor);
      evaluation =
          new TrainingEvaluation(
              task, options.evalEvery(), options.evalEpisodes(), update.acting().shape(), seed);
      return new ReplayLearner(
          memory, collector, update, evaluation, team, config.rounds(), warmUp);
    } catch (RuntimeException | Error e) {
      ReplayLearner.closeAll(evaluation, update, collector, memory);
      throw e;
    }
  }
}
