package stride.ppo;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import stride.env.ActionSpace;
import stride.env.FinishedEpisodes;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.learn.NotFiniteException;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.Slab;
import stride.nn.Kernels;
import stride.nn.PolicyInference;
import stride.random.Purpose;

/**
 * Plays episodes with the policy of a checkpoint, its statistics frozen, rewards as the task gives
 * them.
 *
 * <p>Every environment plays the same number of episodes, or one more: taking whichever end first
 * would favour short ones. An environment that has played its own goes on for nothing until the
 * last has, so that there are only as many as share the episodes evenly. One thread; the owner
 * closes it, which is idempotent.
 */
public final class Evaluation implements AutoCloseable {
  private static final int MOST_ENVS = 32;

  // where episodes break ten times as often as they end, the returns of the rest say little
  private static final int DIVERGENCES = 100;
  private static final int DIVERGENCES_PER_EPISODE = 10;

  private final Arena arena = Arena.ofShared();
  private final boolean deterministic;
  private final int episodes;
  private final int numEnvs;
  private final int stride; // D'
  private final boolean discrete;
  private final Kernels kernels;
  private final PolicyInference inference;
  private final SavedPolicy policy;
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
   * @param returnStd their standard deviation, of the sample; null for one episode
   * @param lengthMean env steps
   * @param divergences episodes that the simulation broke, not counted above
   */
  public record Result(
      int episodes, double returnMean, Double returnStd, double lengthMean, long divergences) {}

  /**
   * Makes environments.
   *
   * @param task what the policy learnt
   * @param options of its run
   * @param state of a checkpoint, or {@link PpoLearner#state} between two iterations; must stay as
   *     it is until this object is closed
   * @param episodes how many to play, at least 1
   * @param deterministic whether the most likely action is taken instead of a drawn one
   * @param seed of the episodes
   * @throws IllegalArgumentException if the state is not of such a run, or no state to play with
   */
  public Evaluation(
      Task task,
      PpoOptions options,
      Map<String, Slab> state,
      int episodes,
      boolean deterministic,
      long seed) {
    this(task, options, options.backendChosen().kernels(), state, episodes, deterministic, seed);
  }

  /** With kernels that may not be the backend's. */
  Evaluation(
      Task task,
      PpoOptions options,
      Kernels kernels,
      Map<String, Slab> state,
      int episodes,
      boolean deterministic,
      long seed) {
    Options.require("episodes", episodes, episodes >= 1, ">= 1");
    this.deterministic = deterministic;
    this.episodes = episodes;
    this.discrete = task.spec().actionSpace() instanceof ActionSpace.Discrete;
    this.numEnvs = environments(episodes);
    this.kernels = kernels;
    PolicyInference made = null;
    try {
      this.policy = SavedPolicy.of(arena, task, options, state);
      this.stride = policy.layout().inputStride();
      this.outputs = StepOutputs.allocate(arena, numEnvs, stride);
      this.observations = outputs.obs();
      this.actions = FloatSlab.allocate(arena, numEnvs, task.spec().actionSpace().elements());
      this.choices = IntSlab.allocate(arena, numEnvs);
      this.logProbs = FloatSlab.allocate(arena, numEnvs);
      made = new PolicyInference(policy.layout(), kernels, seed);
      this.inference = made;
      this.shard = new Shard(task, 0, numEnvs, seed, ShardOptions.DEFAULTS);
    } catch (RuntimeException | Error e) {
      if (made != null) {
        made.close();
      }
      arena.close();
      throw e;
    }
  }

  /** As few episodes one after the other as can be, and no more environments than that takes. */
  static int environments(int episodes) {
    return Math.ceilDiv(episodes, Math.ceilDiv(episodes, MOST_ENVS));
  }

  /**
   * Plays the episodes.
   *
   * @return what they were like
   * @throws NotFiniteException if the simulation breaks nearly all of them, so that there would be
   *     no end
   */
  public Result run() {
    final var returns = new SummaryStatistics();
    final var lengths = new SummaryStatistics();
    final int[] left = new int[numEnvs];
    for (int env = 0; env < numEnvs; env++) {
      left[env] = episodes / numEnvs + (env < episodes % numEnvs ? 1 : 0);
    }
    final long mostDivergences = DIVERGENCES + (long) DIVERGENCES_PER_EPISODE * episodes;
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
      if (shard.divergences() > mostDivergences) {
        throw new NotFiniteException(whatDiverges(returns.getN()));
      }
    }
    return new Result(
        episodes,
        returns.getMean(),
        episodes == 1 ? null : (Double) returns.getStandardDeviation(),
        lengths.getMean(),
        shard.divergences());
  }

  private String whatDiverges(long played) {
    List<String> complaints = new ArrayList<>();
    shard.takeComplaints(complaints::add);
    return "gave up: the simulation diverged %d times, and only %d of %d episodes came to an end; %s"
        .formatted(shard.divergences(), played, episodes, complaints.getLast());
  }

  private void act(long step) {
    final FloatSlab parameters = policy.parameters();
    if (policy.statistics() != null) {
      kernels.normalize(policy.statistics(), observations, 0, numEnvs);
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
