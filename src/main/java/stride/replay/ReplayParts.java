package stride.replay;

import java.util.function.DoubleConsumer;
import java.util.function.Function;
import stride.env.Task;
import stride.memory.SlabAllocator;
import stride.parallel.Team;
import stride.play.TrainingEvaluation;

/**
 * What a learner from a memory is put together from, beside what learns.
 *
 * @param numEnvs N
 * @param bufferSize transitions that the memory keeps
 * @param rounds how collecting and learning alternate
 * @param evalEvery episodes of training between evaluations; 0 for none
 * @param evalEpisodes episodes of an evaluation
 */
public record ReplayParts(
    int numEnvs, long bufferSize, Rounds rounds, long evalEvery, int evalEpisodes) {
  /**
   * A learner in its first state.
   *
   * @param task what to learn
   * @param seed of the run
   * @param team outlives the learner
   * @param learning makes what learns from a memory
   * @param warmUp runs all of it on throw-away data, for so many seconds at most
   * @return the caller's to close
   */
  public ReplayLearner learner(
      Task task,
      long seed,
      Team team,
      Function<ReplayMemory, ReplayUpdate> learning,
      DoubleConsumer warmUp) {
    ReplayMemory memory = null;
    ReplayUpdate update = null;
    ReplayCollector collector = null;
    TrainingEvaluation evaluation = null;
    try {
      memory = new ReplayMemory(task.spec(), numEnvs, bufferSize, SlabAllocator.PAGES);
      update = learning.apply(memory);
      collector =
          new ReplayCollector(
              task, memory, team, seed, rounds.stepsPerIteration(), false, update::actor);
      evaluation =
          new TrainingEvaluation(task, evalEvery, evalEpisodes, update.acting().shape(), seed);
      return new ReplayLearner(memory, collector, update, evaluation, team, rounds, warmUp);
    } catch (RuntimeException | Error e) {
      ReplayLearner.closeAll(evaluation, update, collector, memory);
      throw e;
    }
  }
}
