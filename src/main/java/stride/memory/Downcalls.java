package stride.memory;

/** What all callers of native functions have in common. */
public final class Downcalls {
  private Downcalls() {}

  /** What a downcall threw: a bug of the caller passes unchanged, anything else cannot happen. */
  public static RuntimeException rethrow(Throwable thrown) {
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
    return new IllegalStateException("a downcall threw a checked exception", thrown);
  }
}
