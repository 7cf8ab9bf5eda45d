package stride.lab.process;

/** Work ended before its end because the process was told to stop: nothing has failed. */
public final class StoppedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Work that was told to stop.
   *
   * @param message what was reached, and what goes on with it
   */
  public StoppedException(String message) {
    super(message);
  }
}
