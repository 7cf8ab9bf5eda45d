package stride.learn;

/** The share of actions that explore, over a run. Computing it allocates nothing. */
public sealed interface EpsilonSchedule {
  /**
   * The share at a step.
   *
   * @param envStep env steps of all environments before it
   * @param episodes of training that have ended before it
   */
  double at(long envStep, long episodes);

  /**
   * In a straight line from start to end, then end: CleanRL's {@code linear_schedule}.
   *
   * @param start the share at first
   * @param end the share at last, at most start
   * @param duration env steps or episodes that the way takes; 0 begins at the end
   * @param byEpisodes whether time is counted in episodes instead of env steps
   */
  record Linear(double start, double end, double duration, boolean byEpisodes)
      implements EpsilonSchedule {
    @Override
    public double at(long envStep, long episodes) {
      if (duration == 0) {
        return end;
      }
      // CleanRL's own order of operations: the same bits
      double slope = (end - start) / duration;
      return Math.max(slope * (byEpisodes ? episodes : envStep) + start, end);
    }
  }

  /**
   * Multiplied by the same factor at each env step or episode, and no less than end.
   *
   * @param start the share at first
   * @param end the share at last, at most start
   * @param decay the factor
   * @param byEpisodes whether the factor is applied at each episode instead of each env step
   */
  record Exponential(double start, double end, double decay, boolean byEpisodes)
      implements EpsilonSchedule {
    @Override
    public double at(long envStep, long episodes) {
      // strict: the same bits interpreted and compiled, and on every machine
      double factor = StrictMath.pow(decay, (double) (byEpisodes ? episodes : envStep));
      return Math.max(end, start * factor);
    }
  }
}
