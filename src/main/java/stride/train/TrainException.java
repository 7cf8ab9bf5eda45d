package stride.train;

/** A run could not be made, kept or finished; the message says why in one line. */
public class TrainException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure without a further cause.
   *
   * @param message one line for the user
   */
  public TrainException(String message) {
    super(message);
  }

  /**
   * A failure with its cause.
   *
   * @param message one line for the user
   * @param cause what was thrown
   */
  public TrainException(String message, Throwable cause) {
    super(message, cause);
  }
}
