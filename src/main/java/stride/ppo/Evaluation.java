package stride.ppo;

import java.lang.foreign.Arena;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import stride.env.ActionSpace;
import stride.env.FinishedEpisodes;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.nn.Kernels;
import stride.nn.PolicyInference;
import stride.nn.PolicyLayout;
import stride.nn.RunningStatistics;
import stride.random.Purpose;

/**
 * Plays episodes with the policy of a checkpoint, its statistics frozen, rewards as the task gives
 * them.
 *
 * <p>Every environment plays the same number of episodes, one more for the first few: taking
 * whichever end first would favour short ones. One thread; the owner closes it, which is
 * idempotent.
 */
public final class Evaluation implements AutoCloseable {
  private static final int MOST_ENVS = 32;

  private final Arena arena = Arena.ofShared();
  private final PpoOptions options;
  private final boolean deterministic;
  private final int episodes;
  private final int numEnvs;
  private final int stride; // D'
  private final boolean discrete;
  private final Kernels kernels;
  private final PolicyInference inference;
  private final RunningStatistics statistics;
  private final FloatSlab parameters; // [policy.size]
  private final Shard shard;
  private final FloatSlab observations; // [n, D']
  private final FloatSlab actions; // [n, A]
  private final IntSlab choices; // [n]
  private final FloatSlab logProbs; // [n]
  private final StepOutputs outputs;

  /**
   * What the episodes were like.
   *
   * @param episodes how many were played to their end
   * @param returnMean mean of the undiscounted returns
   * @param returnStd their standard deviation, of the sample; 0 for one episode
   * @param lengthMean env steps
   * @param divergences episodes that the simulation broke, not counted above
   */
  public record Result(
      int episodes, double returnMean, double returnStd, double lengthMean, long divergences) {}

  /**
   * Makes environments.
   *
   * @param task what the policy learnt
   * @param options of its run
   * @param state of a checkpoint
   * @param episodes how many to play
   * @param deterministic whether the most likely action is taken instead of a drawn one
   * @param seed of the episodes
   * @throws IllegalArgumentException if the state is not of such a run
   */
  public Evaluation(
      Task task,
      PpoOptions options,
      Map<String, Slab> state,
      int episodes,
      boolean deterministic,
      long seed) {
    Options.require("episodes", episodes, episodes >= 1, ">= 1");
    final PolicyLayout policy = options.policy(task);
    final int elements = task.spec().observationElements();
    this.options = options;
    this.deterministic = deterministic;
    this.episodes = episodes;
    this.discrete = task.spec().actionSpace() instanceof ActionSpace.Discrete;
    this.numEnvs = Math.min(episodes, MOST_ENVS);
    this.stride = policy.inputStride();
    this.kernels = options.backendChosen().kernels();
    if (!(state.get("parameters") instanceof FloatSlab saved) || saved.length() != policy.size()) {
      throw new IllegalArgumentException(
          "no parameters of " + policy.spec() + " in the checkpoint");
    }
    this.parameters = saved;
    this.statistics = new RunningStatistics(arena, elements, stride);
    if (options.normObs()) {
      restoreStatistics(state);
    }
    this.observations = FloatSlab.allocate(arena, numEnvs, stride);
    this.actions = FloatSlab.allocate(arena, numEnvs, task.spec().actionSpace().elements());
    this.choices = IntSlab.allocate(arena, numEnvs);
    this.logProbs = FloatSlab.allocate(arena, numEnvs);
    this.outputs =
        new StepOutputs(
            observations,
            stride,
            FloatSlab.allocate(arena, numEnvs),
            ByteSlab.allocate(arena, numEnvs),
            ByteSlab.allocate(arena, numEnvs),
            ByteSlab.allocate(arena, numEnvs));
    this.inference = new PolicyInference(policy, kernels, seed);
    this.shard = new Shard(task, 0, numEnvs, seed, ShardOptions.DEFAULTS);
  }

  private void restoreStatistics(Map<String, Slab> state) {
    if (!(state.get(PpoLearner.SIMULATORS) instanceof DoubleSlab saved)) {
      throw new IllegalArgumentException("no statistics in the checkpoint");
    }
    Rollout.observationStatistics(saved, statistics);
  }

  /**
   * Plays the episodes.
   *
   * @return what they were like
   */
  public Result run() {
    final var returns = new SummaryStatistics();
    final var lengths = new SummaryStatistics();
    final int[] left = new int[numEnvs];
    for (int env = 0; env < numEnvs; env++) {
      left[env] = episodes / numEnvs + (env < episodes % numEnvs ? 1 : 0);
    }
    shard.reset(observations, 0, stride);
    for (long step = 0; returns.getN() < episodes; step++) {
      act(step);
      shard.advance();
      shard.finish(outputs, 0, 0);
      FinishedEpisodes finished = shard.finishedEpisodes();
      for (int k = 0; k < finished.size(); k++) {
        int env = finished.env(k);
        if (left[env] > 0) {
          left[env]--;
          returns.addValue(finished.episodeReturn(k));
          lengths.addValue(finished.length(k));
        }
      }
      finished.clear();
    }
    return new Result(
        episodes,
        returns.getMean(),
        returns.getStandardDeviation(),
        lengths.getMean(),
        shard.divergences());
  }

  private void act(long step) {
    if (options.normObs()) {
      kernels.normalize(statistics, observations, 0, numEnvs);
    }
    if (discrete && deterministic) {
      inference.mode(parameters, observations, 0, numEnvs, choices, 0);
    } else if (discrete) {
      inference.sample(
          parameters, observations, 0, numEnvs, Purpose.ACTION, 0, step, choices, logProbs, 0);
    } else if (deterministic) {
      inference.mode(parameters, observations, 0, numEnvs, actions, 0);
    } else {
      inference.sample(
          parameters, observations, 0, numEnvs, Purpose.ACTION, 0, step, actions, logProbs, 0);
    }
    if (discrete) {
      shard.act(choices, 0);
    } else {
      shard.act(actions, 0);
    }
  }

  @Override
  public void close() {
    shard.close();
    inference.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
