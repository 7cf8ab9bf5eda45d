package stride.lab;

/** A measurement could not be made or kept; the message says why in one line. */
public final class LabException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * A failure without a further cause.
   *
   * @param message one line for the user
   */
  public LabException(String message) {
    super(message);
  }

  /**
   * A failure with its cause.
   *
   * @param message one line for the user
   * @param cause what was thrown
   */
  public LabException(String message, Throwable cause) {
    super(message, cause);
  }
}
