package stride.nn;

/** A backend was asked for that cannot run here; the message names the cause. */
public final class BackendUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  public BackendUnavailableException(String message) {
    super(message);
  }
}
