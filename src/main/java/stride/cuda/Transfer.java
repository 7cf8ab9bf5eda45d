package stride.cuda;

import java.lang.foreign.MemorySegment;
import jcuda.driver.JCudaDriver;

/**
 * A copy between page-locked host memory and the device, prepared once.
 *
 * <p>For the thread that drives the device. Owns nothing: both sides must still be there whenever
 * it is started, and until the stream is through with it.
 */
public final class Transfer {
  private final Lifetime memory;
  private final DevicePointer device;
  private final MemorySegment host;
  private final HostPointer pointer;
  private final boolean toDevice;

  /** Of as many bytes as the host memory has. */
  Transfer(Lifetime memory, DevicePointer device, MemorySegment host, boolean toDevice) {
    this.memory = memory;
    this.device = device;
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
    memory.checkUsable();
    final long bytes = host.byteSize();
    if (toDevice) {
      Cuda.check(
          JCudaDriver.cuMemcpyHtoDAsync(device, pointer, bytes, stream.handle()),
          "cuMemcpyHtoDAsync");
    } else {
      Cuda.check(
          JCudaDriver.cuMemcpyDtoHAsync(pointer, device, bytes, stream.handle()),
          "cuMemcpyDtoHAsync");
    }
  }
}
