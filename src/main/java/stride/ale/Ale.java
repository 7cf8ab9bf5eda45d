package stride.ale;

import java.nio.file.Path;
import java.util.Optional;

/** The library itself: its version, and where it is. Any thread. */
public final class Ale {
  private Ale() {}

  /**
   * The version of the loaded library, such as {@code 0.12.1}.
   *
   * @throws AleException if it cannot be loaded or has another version than Stride is built for
   */
  public static String version() {
    AleNative.require();
    return AleNative.VERSION;
  }

  /** Why there can be no emulators, on one line; empty if there can be. */
  public static Optional<String> missing() {
    try {
      AleNative.require();
      return Optional.empty();
    } catch (AleException e) {
      return Optional.of(e.getMessage());
    }
  }

  /** The path of the library of a Stride; it may not exist. */
  public static Path library(Path home) {
    return AleNative.library(home);
  }
}
