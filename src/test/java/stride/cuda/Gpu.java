package stride.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** For tests that need a real GPU; they have the tag {@code gpu}. */
public final class Gpu {
  private Gpu() {}

  /** Whether there must be one: in {@code make test-gpu}. */
  static boolean isRequired() {
    return "required".equals(System.getProperty("stride.gpu"));
  }

  /** Skips in {@code make test}; in {@code make test-gpu} fails where there is none. */
  public static void require() {
    assumeTrue(isRequired(), "needs an NVIDIA GPU: make test-gpu");
    assertThat(CudaLibraries.missing()).as("why there is no GPU").isEmpty();
  }
}
