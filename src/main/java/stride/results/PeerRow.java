package stride.results;

import stride.files.OrNull;

/**
 * Environments alone by one program, measured in turn with the others.
 *
 * @param task Gymnasium's name
 * @param peer what it is called; {@code stride} and {@code limit} ran beside it
 * @param envs environments
 * @param threads threads that it used
 * @param envStepsPerSecond of environments alone
 * @param strideRatio how many times as fast Stride was; null if unknown
 */
public record PeerRow(
    String task,
    String peer,
    int envs,
    int threads,
    double envStepsPerSecond,
    @OrNull Double strideRatio) {
  public static final String STRIDE = "stride";
  public static final String LIMIT = "limit";

  /**
   * A program that was not measured.
   *
   * @param task Gymnasium's name
   * @param envs environments
   * @param peer what it is called
   * @param reason why
   */
  public record LeftOut(String task, int envs, String peer, String reason) {}

  /** Whether it is another program, neither Stride nor the limit. */
  public boolean isOther() {
    return !peer.equals(STRIDE) && !peer.equals(LIMIT);
  }
}
