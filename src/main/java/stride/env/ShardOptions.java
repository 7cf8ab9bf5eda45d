package stride.env;

/**
 * How a shard runs its task.
 *
 * @param simulationThreads threads of a physics step, the caller's included
 * @param clipActions whether actions are clipped to the action space's bounds before the task sees
 *     them
 * @param maxEpisodeSteps env steps after which an episode is truncated; 0: the task's own limit
 * @param episodeCapacity finished episodes kept between two merges, see {@link FinishedEpisodes}
 */
public record ShardOptions(
    int simulationThreads, boolean clipActions, int maxEpisodeSteps, int episodeCapacity) {

  /** One thread, actions clipped, the task's own time limit, room for 1024 episodes. */
  public static final ShardOptions DEFAULTS = new ShardOptions(1, true, 0, 1024);

  /**
   * Checks the numbers.
   *
   * @throws IllegalArgumentException if one is too small
   */
  public ShardOptions {
    if (simulationThreads < 1 || maxEpisodeSteps < 0 || episodeCapacity < 1) {
      throw new IllegalArgumentException(
          "simulationThreads=%d, maxEpisodeSteps=%d, episodeCapacity=%d, required: >= 1, >= 0, >= 1"
              .formatted(simulationThreads, maxEpisodeSteps, episodeCapacity));
    }
  }

  public ShardOptions withSimulationThreads(int threads) {
    return new ShardOptions(threads, clipActions, maxEpisodeSteps, episodeCapacity);
  }

  public ShardOptions withClipActions(boolean clip) {
    return new ShardOptions(simulationThreads, clip, maxEpisodeSteps, episodeCapacity);
  }

  public ShardOptions withMaxEpisodeSteps(int steps) {
    return new ShardOptions(simulationThreads, clipActions, steps, episodeCapacity);
  }

  public ShardOptions withEpisodeCapacity(int episodes) {
    return new ShardOptions(simulationThreads, clipActions, maxEpisodeSteps, episodes);
  }
}
