package stride.env;

/** A task's model file has not the shape that the task needs; the message lists what differs. */
public final class ModelShapeException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  ModelShapeException(String message) {
    super(message);
  }
}
