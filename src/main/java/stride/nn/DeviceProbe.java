package stride.nn;

import java.util.Optional;

/** A service that says whether a device unknown to {@code stride.nn} can be used. */
public interface DeviceProbe {
  /**
   * Why the device cannot be used here, on one line; empty if it can. Looks for it once, at the
   * first call.
   */
  Optional<String> missing();
}
