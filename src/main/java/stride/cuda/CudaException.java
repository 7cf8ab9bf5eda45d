package stride.cuda;

import java.util.Set;

/** A call of CUDA failed; the message names the call, the error and what it says. */
public final class CudaException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** After these, all later calls of the process on this device fail in the same way. */
  private static final Set<Integer> STICKY =
      Set.of(214, 220, 700, 702, 710, 714, 715, 716, 717, 718, 719, 721);

  /** Whether the device is lost to this process. */
  private final boolean deviceLost;

  /** Something that the device cannot do. */
  public CudaException(String message) {
    this(message, false);
  }

  CudaException(String message, boolean deviceLost) {
    super(message);
    this.deviceLost = deviceLost;
  }

  static boolean isSticky(int code) {
    return STICKY.contains(code);
  }

  /**
   * Whether the device is lost to this process, after an illegal address, a failed kernel or a
   * fault of the hardware: nothing that was on it can be read, and every further call fails.
   */
  public boolean deviceLost() {
    return deviceLost;
  }
}
