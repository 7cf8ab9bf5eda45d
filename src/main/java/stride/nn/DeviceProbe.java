package stride.nn;

import java.util.Optional;

/** Says whether a device that {@code stride.nn} knows nothing of can be used; a service. */
public interface DeviceProbe {
  /**
   * Why the device cannot be used here, on one line; empty if it can. Looks for it once, at the
   * first call.
   */
  Optional<String> missing();
}
