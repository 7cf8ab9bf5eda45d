package stride.cuda;

import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * A point in the work of a stream, with the time the device came to it.
 *
 * <p>For the thread that drives the device. Closing is idempotent.
 */
public final class Event implements AutoCloseable {
  private final Device device;
  private final CUevent handle = new CUevent();

  /** An event that is not recorded yet. */
  public Event(Device device) {
    device.checkUsable();
    this.device = device;
    Cuda.check(JCudaDriver.cuEventCreate(handle, CUevent_flags.CU_EVENT_DEFAULT), "cuEventCreate");
    device.adopt(this);
  }

  /** Puts the event behind all work of a stream so far; an earlier record is forgotten. */
  public void record(Stream stream) {
    device.checkUsable();
    Cuda.check(JCudaDriver.cuEventRecord(handle, stream.handle()), "cuEventRecord");
  }

  /**
   * Lets what is put on a stream from now on wait for the event, as recorded last.
   *
   * @param stream of the same device
   */
  public void delay(Stream stream) {
    device.checkUsable();
    Cuda.check(JCudaDriver.cuStreamWaitEvent(stream.handle(), handle, 0), "cuStreamWaitEvent");
  }

  /** Waits until the device has come to the event. */
  public void synchronize() {
    device.checkUsable();
    Cuda.check(JCudaDriver.cuEventSynchronize(handle), "cuEventSynchronize");
  }

  /** Whether the device has come to the event, or it was never recorded; does not wait. */
  public boolean isReached() {
    device.checkUsable();
    int code = JCudaDriver.cuEventQuery(handle);
    if (code == CUresult.CUDA_ERROR_NOT_READY) {
      return false;
    }
    Cuda.check(code, "cuEventQuery");
    return true;
  }

  /**
   * The time since an earlier event in ms, on the device's clock, to about half a microsecond. Both
   * must have been reached.
   */
  public float millisSince(Event start) {
    device.checkUsable();
    float[] millis = {0};
    Cuda.check(JCudaDriver.cuEventElapsedTime(millis, start.handle, handle), "cuEventElapsedTime");
    return millis[0];
  }

  CUevent handle() {
    return handle;
  }

  @Override
  public void close() {
    if (device.release(this)) {
      Cuda.checkClosing(JCudaDriver.cuEventDestroy(handle), "cuEventDestroy");
    }
  }
}
