package stride.cuda;

import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.JCudaDriver;

/**
 * A kernel of a loaded module; lives as long as that.
 *
 * <p>For the thread that drives the device. Launches make no objects; what goes wrong while the
 * kernel runs is thrown by a later call, at the latest by one that waits for the stream.
 */
public final class Kernel {
  private final Lifetime module;
  private final String name;
  private final CUfunction handle;

  Kernel(Lifetime module, String name, CUfunction handle) {
    this.module = module;
    this.name = name;
    this.handle = handle;
  }

  public String name() {
    return name;
  }

  /** Puts the kernel on a stream. The arguments are in the kernel's order. */
  public void launch(Stream stream, LaunchShape shape, KernelArguments arguments) {
    module.checkUsable();
    int code =
        JCudaDriver.cuLaunchKernel(
            handle,
            shape.gridX(),
            shape.gridY(),
            shape.gridZ(),
            shape.blockX(),
            shape.blockY(),
            shape.blockZ(),
            shape.sharedBytes(),
            stream.handle(),
            arguments.table(),
            null);
    if (code != Cuda.SUCCESS) {
      throw Cuda.failure(code, "cuLaunchKernel", name + " with " + shape);
    }
  }

  /**
   * Puts the kernel on a stream, all blocks at once, so that they may wait for one another: no more
   * of them than {@link #blocksAtOnce}.
   */
  public void launchCooperatively(Stream stream, LaunchShape shape, KernelArguments arguments) {
    module.checkUsable();
    int code =
        JCudaDriver.cuLaunchCooperativeKernel(
            handle,
            shape.gridX(),
            shape.gridY(),
            shape.gridZ(),
            shape.blockX(),
            shape.blockY(),
            shape.blockZ(),
            shape.sharedBytes(),
            stream.handle(),
            arguments.table());
    if (code != Cuda.SUCCESS) {
      throw Cuda.failure(code, "cuLaunchCooperativeKernel", name + " with " + shape);
    }
  }

  /**
   * Allows launches with more dynamic shared memory of a block than the 48 KiB every kernel may
   * have, up to the device's {@link Device.Limits#sharedMemoryPerBlock}.
   */
  public void allowSharedBytes(int bytes) {
    module.checkUsable();
    int code =
        JCudaDriver.cuFuncSetAttribute(
            handle, CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, bytes);
    if (code != Cuda.SUCCESS) {
      throw Cuda.failure(
          code,
          "cuFuncSetAttribute",
          "%s with %d bytes of shared memory, the device allows %d"
              .formatted(name, bytes, module.device().limits().sharedMemoryPerBlock()));
    }
  }

  /**
   * Allows clusters of more than the 8 blocks that every device with clusters has room for. Whether
   * this one has is seen at the launch.
   */
  public void allowLargeClusters() {
    module.checkUsable();
    Cuda.check(
        JCudaDriver.cuFuncSetAttribute(
            handle, CUfunction_attribute.CU_FUNC_ATTRIBUTE_NON_PORTABLE_CLUSTER_SIZE_ALLOWED, 1),
        "cuFuncSetAttribute");
  }

  /**
   * How many blocks one multiprocessor holds at a time, with so many bytes of dynamic shared memory
   * each; 0 if not even one fits.
   */
  public int blocksPerMultiprocessor(int threads, int sharedBytes) {
    module.checkUsable();
    int[] blocks = {0};
    Cuda.check(
        JCudaDriver.cuOccupancyMaxActiveBlocksPerMultiprocessor(
            blocks, handle, threads, sharedBytes),
        "cuOccupancyMaxActiveBlocksPerMultiprocessor");
    return blocks[0];
  }

  /**
   * How many such blocks the whole device holds at a time, the most of a cooperative launch; 0 if
   * not even one fits.
   */
  public int blocksAtOnce(int threads, int sharedBytes) {
    return module.device().limits().multiprocessors()
        * blocksPerMultiprocessor(threads, sharedBytes);
  }

  /** Registers of a thread, as the driver has loaded the kernel; 0 on the emulation. */
  public int registers() {
    return attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_NUM_REGS);
  }

  /** Bytes of a thread outside its registers: spills and arrays. */
  public int localBytes() {
    return attribute(CUfunction_attribute.CU_FUNC_ATTRIBUTE_LOCAL_SIZE_BYTES);
  }

  private int attribute(int attribute) {
    module.checkUsable();
    int[] value = {0};
    Cuda.check(JCudaDriver.cuFuncGetAttribute(value, attribute, handle), "cuFuncGetAttribute");
    return value[0];
  }
}
