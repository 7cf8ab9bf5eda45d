package stride.ale;

import org.junit.jupiter.api.Assumptions;

/** The emulator of Atari games is optional: tests that need it ask here first. */
public final class Atari {
  private Atari() {}

  /** Skips the test where {@code make atari} has not run. */
  public static void assumeBuilt() {
    Assumptions.assumeTrue(Ale.missing().isEmpty(), () -> Ale.missing().orElseThrow());
  }
}
