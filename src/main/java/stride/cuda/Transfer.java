package stride.cuda;

import java.lang.foreign.MemorySegment;

/**
 * A copy between page-locked host memory and the device, prepared once.
 *
 * <p>For the thread that drives the device. Owns nothing: both sides must still be there whenever
 * it is started, and until the stream is through with it.
 */
public final class Transfer {
  private final DeviceArray array;
  private final MemorySegment host;
  private final HostPointer pointer;
  private final boolean toDevice;

  Transfer(DeviceArray array, MemorySegment host, boolean toDevice) {
    this.array = array;
    this.host = host;
    this.pointer = new HostPointer(host);
    this.toDevice = toDevice;
  }

  /**
   * Starts the copy, which a stream does in its turn.
   *
   * @throws IllegalStateException if one of the sides is closed
   */
  public void start(Stream stream) {
    if (!host.scope().isAlive()) {
      throw new IllegalStateException("the host memory of the copy is closed");
    }
    if (toDevice) {
      array.startUpload(pointer, stream);
    } else {
      array.startDownload(pointer, stream);
    }
  }
}
