package stride.learn;

import stride.options.Words;

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
   * The constant of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static UpdateMode of(String name) {
    return Words.find("cuda_update", name, UpdateMode.class);
  }

  @Override
  public String toString() {
    return Words.of(this);
  }
}
