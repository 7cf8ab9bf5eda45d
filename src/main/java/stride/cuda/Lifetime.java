package stride.cuda;

/** Whether memory or kernels are still on their device: what they were dealt out as asks here. */
final class Lifetime {
  private final Device device;
  private final String end;
  private boolean open = true;

  /**
   * Of what has just been made.
   *
   * @param device the owner
   * @param end what has happened once it is over, for the message
   */
  Lifetime(Device device, String end) {
    this.device = device;
    this.end = end;
  }

  Device device() {
    return device;
  }

  /** Throws if it is over, or this is not the thread that drives the device. */
  void checkUsable() {
    device.checkUsable();
    if (!open) {
      throw new IllegalStateException(end);
    }
  }

  void end() {
    open = false;
  }
}
