package stride.env;

/** There is no task of the name asked for; the message proposes the nearest. */
public final class UnknownTaskException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UnknownTaskException(String message) {
    super(message);
  }
}
