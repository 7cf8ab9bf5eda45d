package stride.learn;

import java.util.Arrays;
import java.util.Locale;

/** How a device does an update. All ways give the same bits; they differ in time. */
public enum UpdateMode {
  /** Whichever of the others is the fastest at the sizes at hand, found by trying them. */
  AUTO,
  /** Kernels launched one by one: the definition. */
  LAUNCHES,
  /** The same launches, captured once and started as one graph. */
  GRAPH,
  /** One kernel that stays on the device for all epochs and minibatches. */
  PERSISTENT,
  /** The same by one cluster of blocks, for small minibatches, on devices that have clusters. */
  CLUSTER;

  /**
   * Finds a mode.
   *
   * @param name {@code auto}, {@code launches}, {@code graph}, {@code persistent} or {@code
   *     cluster}
   * @return the mode
   * @throws IllegalArgumentException if there is none of that name
   */
  public static UpdateMode of(String name) {
    for (UpdateMode mode : values()) {
      if (mode.toString().equals(name)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "cuda_update=" + name + ", required: one of " + Arrays.toString(values()));
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
