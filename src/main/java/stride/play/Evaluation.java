package stride.play;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;
import stride.collect.ActionRows;
import stride.env.FinishedEpisodes;
import stride.env.Shard;
import stride.env.ShardOptions;
import stride.env.StepOutputs;
import stride.env.Task;
import stride.learn.NotFiniteException;
import stride.memory.FloatSlab;
import stride.options.Require;

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
  private final Policy policy;
  private final Shard shard;
  private final FloatSlab observations; // [n, D']
  private final FrameStacks stacks; // fills them; null where observations are numbers
  private final ActionRows actions; // [n, A]
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
   * @param policy what acts; closed by its owner, after this object
   * @param episodes how many to play, at least 1
   * @param deterministic whether the best action is taken instead of a drawn one
   * @param seed of the environments
   */
  public Evaluation(Task task, Policy policy, int episodes, boolean deterministic, long seed) {
    Require.require("episodes", episodes, episodes >= 1, ">= 1");
    this.policy = policy;
    this.deterministic = deterministic;
    this.episodes = episodes;
    this.numEnvs = environments(episodes);
    try {
      final int stride = policy.observationStride();
      final boolean frames = task.spec().frames();
      this.outputs =
          frames
              ? StepOutputs.allocate(arena, task.spec(), numEnvs)
              : StepOutputs.allocate(arena, numEnvs, stride);
      this.observations = frames ? FloatSlab.allocate(arena, numEnvs, stride) : outputs.floats();
      this.stacks =
          frames ? new FrameStacks(arena, task.spec(), outputs.frames(), observations) : null;
      this.actions = ActionRows.allocate(arena, task.spec().actionSpace(), numEnvs);
      this.shard = new Shard(task, 0, numEnvs, seed, ShardOptions.DEFAULTS);
    } catch (RuntimeException | Error e) {
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
    shard.reset(outputs.obs(), 0, outputs.obsStride());
    if (stacks != null) {
      stacks.begin();
    }
    for (long step = 0; returns.getN() < episodes; step++) {
      policy.act(observations, numEnvs, step, deterministic, actions);
      actions.giveTo(shard, 0);
      shard.advance();
      shard.finish(outputs, 0, 0);
      if (stacks != null) {
        stacks.add(outputs);
      }
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
    List<String> messages = new ArrayList<>();
    shard.takeDivergenceMessages(messages::add);
    return "gave up: the simulation diverged %d times, and only %d of %d episodes came to an end; %s"
        .formatted(shard.divergences(), played, episodes, messages.getLast());
  }

  @Override
  public void close() {
    shard.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
