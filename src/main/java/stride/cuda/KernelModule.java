package stride.cuda;

import jcuda.driver.CUfunction;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;

/**
 * Compiled kernels, loaded on the device.
 *
 * <p>For the thread that drives the device. Closing unloads the kernels, which must not be running,
 * and is idempotent.
 */
public final class KernelModule implements AutoCloseable {
  private final Device device;
  private final CUmodule handle = new CUmodule();
  private final Lifetime lifetime;

  /** Loads kernels that were compiled for the device's architecture. The device owns them. */
  public KernelModule(Device device, CompiledKernels compiled) {
    device.checkUsable();
    this.device = device;
    Cuda.check(JCudaDriver.cuModuleLoadData(handle, compiled.image()), "cuModuleLoadData");
    this.lifetime = new Lifetime(device, "the kernels are unloaded");
    device.adopt(this);
  }

  /**
   * The kernel of a name in the source, where it is extern "C".
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public Kernel kernel(String name) {
    lifetime.checkUsable();
    CUfunction function = new CUfunction();
    int code = JCudaDriver.cuModuleGetFunction(function, handle, name);
    if (code == CUresult.CUDA_ERROR_NOT_FOUND) {
      throw new IllegalArgumentException("no kernel " + name);
    }
    Cuda.check(code, "cuModuleGetFunction");
    Kernel kernel = new Kernel(lifetime, name, function);
    kernel.registers(); // the driver loads a kernel when it is first asked of: not during a capture
    return kernel;
  }

  @Override
  public void close() {
    if (device.release(this)) {
      lifetime.end();
      Cuda.checkClosing(JCudaDriver.cuModuleUnload(handle), "cuModuleUnload");
    }
  }
}
