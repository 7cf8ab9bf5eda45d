package stride.cuda;

import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.JCudaDriver;

/**
 * Work that was put on a stream once, to be done again by one launch.
 *
 * <p>Launches, copies and fills keep the arguments and addresses they had at the capture; whatever
 * they point to must outlive the graph. For the thread that drives the device. Closing is
 * idempotent and for when no launch is running.
 */
public final class Graph implements AutoCloseable {
  private final Device device;
  private final CUgraphExec handle = new CUgraphExec();

  private Graph(Device device, CUgraph captured) {
    this.device = device;
    Cuda.check(JCudaDriver.cuGraphInstantiate(handle, captured, 0), "cuGraphInstantiate");
    device.adopt(this);
  }

  /**
   * Captures what is put on a stream. Nothing of it is done yet; it must not wait for the stream,
   * nor allocate.
   *
   * @param stream whose work is captured; idle or not, what is on it already stays there
   * @param work puts launches, copies and fills on that stream and on no other
   */
  public static Graph capture(Stream stream, Runnable work) {
    stream.device().checkUsable();
    Cuda.check(
        JCudaDriver.cuStreamBeginCapture(
            stream.handle(), CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
        "cuStreamBeginCapture");
    CUgraph captured = new CUgraph();
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      // the stream must leave the capture; a second failure adds nothing
      if (JCudaDriver.cuStreamEndCapture(stream.handle(), captured) == Cuda.SUCCESS) {
        JCudaDriver.cuGraphDestroy(captured);
      }
      throw e;
    }
    Cuda.check(JCudaDriver.cuStreamEndCapture(stream.handle(), captured), "cuStreamEndCapture");
    try {
      return new Graph(stream.device(), captured);
    } finally {
      JCudaDriver.cuGraphDestroy(captured);
    }
  }

  /**
   * Puts the captured work on a stream, as one piece; it need not be the stream that was captured.
   */
  public void launch(Stream stream) {
    device.checkUsable();
    Cuda.check(JCudaDriver.cuGraphLaunch(handle, stream.handle()), "cuGraphLaunch");
  }

  @Override
  public void close() {
    if (device.release(this)) {
      Cuda.checkClosing(JCudaDriver.cuGraphExecDestroy(handle), "cuGraphExecDestroy");
    }
  }
}
