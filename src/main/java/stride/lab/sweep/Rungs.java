package stride.lab.sweep;

/**
 * How long configurations are trained before the worse ones are given up: successive halving, after
 * Jamieson and Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization",
 * AISTATS 2016, with all of them at the first rung and the best {@code 1 / eta} at each further
 * one, for {@code eta} times as long.
 *
 * <p>A training is not continued on the next rung, but begins anew: the learning rate falls to 0
 * over the length of a training, so that a short one is no part of a long one. To those that come
 * through, this adds less than {@code 1 / (eta - 1)} of their last training; and all are judged by
 * trainings that have come to rest.
 *
 * <p>Random search is the same with a single rung.
 *
 * @param totalTimesteps env steps of a training on the last rung
 * @param eta how many times as long trainings are on the next rung, and how many times fewer
 * @param count of rungs
 */
record Rungs(long totalTimesteps, int eta, int count) {
  static Rungs random(long totalTimesteps) {
    return new Rungs(totalTimesteps, 1, 1);
  }

  static Rungs halving(long totalTimesteps, int eta) {
    return new Rungs(totalTimesteps, eta, 3);
  }

  /** Env steps of a training. */
  long envSteps(int rung) {
    return totalTimesteps / divisor(rung);
  }

  private long divisor(int rung) {
    long divisor = 1;
    for (int k = rung; k < count - 1; k++) {
      divisor *= eta;
    }
    return divisor;
  }

  /** What a training costs, in trainings of the full length. */
  double share(int rung) {
    return 1.0 / divisor(rung);
  }

  /** How many of those on the first rung come to another by their own merit; at least one. */
  int kept(int first, int rung) {
    long kept = first * divisor(rung) / divisor(0);
    return (int) Math.max(1, kept);
  }

  /**
   * What is left to do for each seed from a rung on, in trainings of the full length.
   *
   * @param first how many configurations were on the first rung
   * @param rung where to begin, above the first
   * @param most how many come there by their own merit; the base may come with them
   */
  double cost(int first, int rung, int most) {
    double cost = 0;
    for (int r = rung; r < count; r++) {
      cost += (Math.min(kept(first, r), most) + 1) * share(r);
    }
    return cost;
  }

  /** All of it, for each seed. */
  double cost(int first) {
    return first * share(0) + cost(first, 1, first);
  }
}
