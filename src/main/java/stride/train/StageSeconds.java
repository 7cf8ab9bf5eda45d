package stride.train;

import stride.learn.StageNanos;

/**
 * Wall time of the first-level stages; they add up to the whole.
 *
 * @param rollout seconds of collecting experience
 * @param gae seconds of advantages and returns
 * @param update seconds of learning from them
 * @param other seconds of everything else, logs and checkpoints included
 */
public record StageSeconds(double rollout, double gae, double update, double other) {
  private static final double SECONDS_PER_NANO = 1e-9;

  static StageSeconds of(StageNanos stages, long wallNanos) {
    long other = wallNanos - stages.rollout() - stages.gae() - stages.update();
    return new StageSeconds(
        SECONDS_PER_NANO * stages.rollout(),
        SECONDS_PER_NANO * stages.gae(),
        SECONDS_PER_NANO * stages.update(),
        SECONDS_PER_NANO * Math.max(0, other));
  }

  StageSeconds plus(StageSeconds more) {
    return new StageSeconds(
        rollout + more.rollout, gae + more.gae, update + more.update, other + more.other);
  }

  /**
   * All stages together.
   *
   * @return seconds of wall time
   */
  public double total() {
    return rollout + gae + update + other;
  }
}
