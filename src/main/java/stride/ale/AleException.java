package stride.ale;

/** The emulator is missing, is another version, lacks its game, or failed: one line says which. */
public final class AleException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  AleException(String message) {
    super(message);
  }

  AleException(String message, Throwable cause) {
    super(message, cause);
  }
}
