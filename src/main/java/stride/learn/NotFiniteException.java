package stride.learn;

/** A loss, gradient or parameter is NaN or infinite; the message says which and where. */
public final class NotFiniteException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * @param message what is not finite, since when, and what it looked like
   */
  public NotFiniteException(String message) {
    super(message);
  }
}
