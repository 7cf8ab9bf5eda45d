package stride.learn;

/** Times of iterations, made up. */
public final class Splits {
  private Splits() {}

  /** Nanoseconds of wall time, and as much of processor time. */
  public static StageSplit of(long rollout, long gae, long update) {
    var split = new StageSplit(() -> 0);
    split.add(Stage.ROLLOUT, rollout, rollout);
    split.add(Stage.GAE, gae, gae);
    split.add(Stage.UPDATE, update, update);
    return split;
  }
}
