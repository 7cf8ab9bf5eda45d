package stride.cuda;

/**
 * What tests run on that hold for every device: its double in {@code make test}, a GPU in {@code
 * make test-gpu}. They have the tag {@code gpu}.
 */
public final class AnyDevice {
  private AnyDevice() {}

  /** Skips where there is no double; fails where a GPU is required and there is none. */
  public static void require() {
    if (Gpu.isRequired()) {
      Gpu.require();
    } else {
      FakeDriver.assumeBuilt();
    }
  }

  /** Whether it is a GPU, on which sizes may be those of use. */
  public static boolean isGpu() {
    return Gpu.isRequired();
  }

  /** As {@link #require}, with the double as new. */
  public static void start() {
    require();
    if (!Gpu.isRequired()) {
      FakeDriver.reset();
    }
  }

  /** Checks that nothing is left on the double; a GPU does not say. */
  public static void end() {
    if (!Gpu.isRequired()) {
      FakeDriver.assumeBuilt();
      FakeDriver.reset();
      FakeDriver.assertNothingAlive();
    }
  }
}
