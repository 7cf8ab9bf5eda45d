package stride.env;

import java.util.List;
import java.util.Objects;
import stride.memory.DoubleSlab;

/**
 * Returns and lengths of the last 100 finished episodes of a run.
 *
 * <p>Episodes enter by the step at which they ended, then by environment, however environments are
 * dealt to shards. Belongs to one thread; merging needs all shards to stand still.
 */
public final class EpisodeStatistics {
  /** Episodes in the window. */
  public static final int WINDOW = 100;

  private final double[] returns = new double[WINDOW];
  private final double[] lengths = new double[WINDOW];
  private long episodes; // the k-th to enter is in place k % WINDOW

  /** Called for every episode that enters, in order. */
  @FunctionalInterface
  public interface Listener {
    /**
     * An episode has ended.
     *
     * @param step env steps of its environment by then
     * @param env global environment index
     * @param episodeReturn sum of its rewards, those of the plain task
     * @param length env steps
     */
    void finished(long step, int env, double episodeReturn, int length);
  }

  private static final Listener NOBODY = (step, env, episodeReturn, length) -> {};

  /** An empty window. */
  public EpisodeStatistics() {}

  /** Takes all episodes over from the shards, one buffer each, which is emptied. */
  public void merge(List<FinishedEpisodes> finished) {
    merge(finished, NOBODY);
  }

  /** The same, and calls a listener for each episode. */
  public void merge(List<FinishedEpisodes> finished, Listener listener) {
    for (FinishedEpisodes next = oldest(finished); next != null; next = oldest(finished)) {
      add(next.episodeReturn(0), next.length(0));
      listener.finished(next.step(0), next.env(0), next.episodeReturn(0), next.length(0));
      next.dropOldest();
    }
    for (int k = 0; k < finished.size(); k++) {
      finished.get(k).clear();
    }
  }

  private static FinishedEpisodes oldest(List<FinishedEpisodes> finished) {
    FinishedEpisodes oldest = null;
    // an index, since an iterator would be an allocation a call
    for (int k = 0; k < finished.size(); k++) {
      FinishedEpisodes candidate = finished.get(k);
      if (candidate.size() > 0 && (oldest == null || candidate.isBefore(oldest))) {
        oldest = candidate;
      }
    }
    return oldest;
  }

  private void add(double episodeReturn, int length) {
    int place = (int) (episodes % WINDOW);
    returns[place] = episodeReturn;
    lengths[place] = length;
    episodes++;
  }

  /** Episodes that have entered since the run began. */
  public long episodes() {
    return episodes;
  }

  /** Episodes in the window, at most {@link #WINDOW}. */
  public int size() {
    return (int) Math.min(episodes, WINDOW);
  }

  /** The mean return of the window; NaN if it is empty. */
  public double returnMean() {
    return mean(returns);
  }

  /** The mean length of the window, in env steps; NaN if it is empty. */
  public double lengthMean() {
    return mean(lengths);
  }

  private double mean(double[] values) {
    double sum = 0;
    for (int k = 0; k < size(); k++) {
      sum += values[k];
    }
    return sum / size();
  }

  /** Doubles of a saved window. */
  public static int stateSize() {
    return 1 + 2 * WINDOW;
  }

  /** Writes everything a resumed run needs, from an element on. */
  public void saveState(DoubleSlab to, long at) {
    Objects.checkFromIndexSize(at, stateSize(), to.length());
    to.set(at, (double) episodes);
    to.set(at + 1, returns);
    to.set(at + 1 + WINDOW, lengths);
  }

  /** Reads what {@link #saveState} wrote. */
  public void restoreState(DoubleSlab from, long at) {
    Objects.checkFromIndexSize(at, stateSize(), from.length());
    episodes = (long) from.get(at);
    for (int k = 0; k < WINDOW; k++) {
      returns[k] = from.get(at + 1 + k);
      lengths[k] = from.get(at + 1 + WINDOW + k);
    }
  }
}
