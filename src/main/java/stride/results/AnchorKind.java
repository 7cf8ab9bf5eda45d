package stride.results;

import stride.stats.UncertainMean;

/**
 * Which anchor tells how fast the machine was for a benchmark, so that two runs can be compared as
 * if it had been as fast in both.
 *
 * <ul>
 *   <li>{@link #STEPS}, bare {@code mj_step}, for what steps physics (EnvStep, Rollout, Train, the
 *       batches of Downcall), and also for the kernels (Inference, Update) and tasks in Java: their
 *       data lies in the caches, so that they too follow the clock of a core and what neighbours
 *       leave of it, which is what bare {@code mj_step} shows.
 *   <li>{@link #COPIES}, memory copied, for what moves memory and computes next to nothing.
 *   <li>{@link #NONE} for work on a GPU: neither anchor says anything about that.
 * </ul>
 */
public enum AnchorKind {
  STEPS,
  COPIES,
  NONE;

  double rate(Anchor anchor) {
    return switch (this) {
      case STEPS -> anchor.mjStepsPerSecond();
      case COPIES -> anchor.copyGigabytesPerSecond();
      case NONE -> 1;
    };
  }

  public String words() {
    return switch (this) {
      case STEPS -> "bare mj_step";
      case COPIES -> "memory copied";
      case NONE -> "nothing";
    };
  }

  /** The machine's speed in a run, the geometric mean of start and end. */
  double rate(Anchors anchors) {
    return Math.exp(speed(anchors).mean());
  }

  /** How far the end of a run lies from its start: 0.03 for 3 % either way. */
  double drift(Anchors anchors) {
    return Math.expm1(Math.abs(change(anchors)));
  }

  /** Logarithm of the machine's speed over a run: the mean of start and end. */
  public UncertainMean speed(Anchors anchors) {
    double change = change(anchors);
    double mean = (Math.log(rate(anchors.start())) + Math.log(rate(anchors.end()))) / 2;
    // two values that differ by d: their variance is d^2 / 2, with one degree of freedom
    return new UncertainMean(mean, change * change / 4, 1);
  }

  private double change(Anchors anchors) {
    return Math.log(rate(anchors.end()) / rate(anchors.start()));
  }
}
