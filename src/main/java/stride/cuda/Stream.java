package stride.cuda;

import java.util.concurrent.locks.LockSupport;
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
  private static final String WATCHDOG_PROPERTY = "stride.cuda.watchdog";
  private static final double NANOS = 1e9;
  private static final long POLL_NANOS = 50_000;

  private final Device device;
  private final CUstream handle = new CUstream();

  /** A stream without work. The device owns it. */
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
   * Waits as {@link #synchronize} does, but not for ever: a kernel whose blocks wait for one
   * another and never meet cannot be ended.
   *
   * @param seconds the device is given up after this time
   * @param work what is waited for, for the message
   * @throws CudaException if the time is over; the device is then lost to this process
   */
  public void synchronizeWithin(double seconds, String work) {
    final long end = System.nanoTime() + Math.round(NANOS * seconds);
    while (!isIdle()) {
      if (System.nanoTime() > end) {
        device.abandon();
        throw new CudaException(
            "%s did not end within %.2f s: the device is lost to this process (-D%s=SECONDS allows more)"
                .formatted(work, seconds, WATCHDOG_PROPERTY),
            true);
      }
      LockSupport.parkNanos(POLL_NANOS);
    }
    synchronize();
  }

  /**
   * How long work may take that could hang: the usual seconds, unless the user names others by
   * {@code -Dstride.cuda.watchdog=SECONDS}.
   *
   * @throws IllegalArgumentException if the user names something else
   */
  public static double watchdogSeconds(double usual) {
    String named = System.getProperty(WATCHDOG_PROPERTY);
    if (named == null || named.isBlank()) {
      return usual;
    }
    if (!named.strip().matches("\\d{1,6}(\\.\\d*)?")) {
      throw new IllegalArgumentException(
          WATCHDOG_PROPERTY + "=" + named + ", required: seconds, such as 30");
    }
    return Double.parseDouble(named);
  }

  /** Whether all work is done; does not wait. */
  public boolean isIdle() {
    device.checkUsable();
    int code = JCudaDriver.cuStreamQuery(handle);
    if (code == CUresult.CUDA_ERROR_NOT_READY) {
      return false;
    }
    Cuda.check(code, "cuStreamQuery");
    return true;
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
