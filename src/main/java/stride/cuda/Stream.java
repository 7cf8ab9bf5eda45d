package stride.cuda;

import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;

/**
 * A queue of work: what is put on one stream is done in order, after the call that put it there has
 * returned. Streams do not wait for one another, nor for CUDA's default stream, which nothing here
 * uses.
 *
 * <p>For the thread that drives the device. Closing waits for nothing and is idempotent.
 */
public final class Stream implements AutoCloseable {
  private final Device device;
  private final CUstream handle = new CUstream();

  /**
   * A stream without work.
   *
   * @param device the owner
   */
  public Stream(Device device) {
    device.checkUsable();
    this.device = device;
    Cuda.check(
        JCudaDriver.cuStreamCreate(handle, CUstream_flags.CU_STREAM_NON_BLOCKING),
        "cuStreamCreate");
    device.adopt(this);
  }

  /** Waits until all work put on the stream is done; throws what went wrong in it. */
  public void synchronize() {
    device.checkUsable();
    Cuda.check(JCudaDriver.cuStreamSynchronize(handle), "cuStreamSynchronize");
  }

  /**
   * Whether all work is done; does not wait.
   *
   * @return true if nothing is left to do
   */
  public boolean isIdle() {
    device.checkUsable();
    int code = JCudaDriver.cuStreamQuery(handle);
    if (code == CUresult.CUDA_ERROR_NOT_READY) {
      return false;
    }
    Cuda.check(code, "cuStreamQuery");
    return true;
  }

  /**
   * Lets what is put on this stream from now on wait for an event of another.
   *
   * @param event as recorded last
   */
  public void waitFor(Event event) {
    device.checkUsable();
    Cuda.check(JCudaDriver.cuStreamWaitEvent(handle, event.handle(), 0), "cuStreamWaitEvent");
  }

  /** Whether the device is lost to this process. */
  boolean isLost() {
    return CudaException.isSticky(JCudaDriver.cuStreamQuery(handle));
  }

  Device device() {
    return device;
  }

  CUstream handle() {
    return handle;
  }

  @Override
  public void close() {
    if (device.release(this)) {
      Cuda.checkClosing(JCudaDriver.cuStreamDestroy(handle), "cuStreamDestroy");
    }
  }
}
