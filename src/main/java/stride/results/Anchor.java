package stride.results;

import stride.files.OrNull;

/**
 * What the machine itself gives at a moment: fixed work that no change of the project touches.
 * Measured at the start and the end of a run, it tells a slower machine from slower code.
 *
 * @param mjStepsPerSecond bare physics steps of one Hopper lying still, one thread
 * @param copyGigabytesPerSecond memory copied within one thread
 * @param loadAverage of the last minute, before this was measured; null if it is not known
 */
public record Anchor(
    double mjStepsPerSecond, double copyGigabytesPerSecond, @OrNull Double loadAverage) {
  /**
   * Rates alone.
   *
   * @param mjStepsPerSecond bare physics steps
   * @param copyGigabytesPerSecond memory copied
   */
  public Anchor(double mjStepsPerSecond, double copyGigabytesPerSecond) {
    this(mjStepsPerSecond, copyGigabytesPerSecond, null);
  }
}
