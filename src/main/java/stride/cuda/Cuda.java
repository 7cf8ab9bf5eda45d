package stride.cuda;

import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import jcuda.nvrtc.JNvrtc;

/**
 * Checks the code of every call.
 *
 * <p>JCuda's own exceptions stay off: they would also be thrown for "not ready yet".
 */
final class Cuda {
  static final int SUCCESS = CUresult.CUDA_SUCCESS;
  private static final long KIB = 1024;

  private Cuda() {}

  /** Throws unless the driver's call went well. */
  static void check(int code, String call) {
    if (code != SUCCESS) {
      throw failure(code, call, "");
    }
  }

  /** As {@link #check}, but ignores a lost device, for use when things are closed. */
  static void checkClosing(int code, String call) {
    if (code != SUCCESS && !CudaException.isSticky(code)) {
      throw failure(code, call, "");
    }
  }

  /** The exception for a code, with what else is known about the call. */
  static CudaException failure(int code, String call, String details) {
    String[] name = {null};
    String[] text = {null};
    JCudaDriver.cuGetErrorName(code, name);
    JCudaDriver.cuGetErrorString(code, text);
    return new CudaException(
        "%s: %s%s%s%s"
            .formatted(
                call,
                name[0] == null ? "error " + code : name[0],
                text[0] == null ? "" : " (" + text[0] + ")",
                details.isEmpty() ? "" : ": " + details,
                CudaException.isSticky(code) ? "; the device is lost to this process" : ""),
        CudaException.isSticky(code));
  }

  /** Throws unless NVRTC's call went well. */
  static void checkCompiler(int code, String call) {
    if (code != 0) {
      throw new CudaException(call + ": " + JNvrtc.nvrtcGetErrorString(code), false);
    }
  }

  /** Bytes in words. */
  static String size(long bytes) {
    if (bytes < KIB) {
      return bytes + " bytes";
    }
    String[] units = {"KiB", "MiB", "GiB", "TiB"};
    double value = (double) bytes / KIB;
    int unit = 0;
    while (value >= KIB && unit < units.length - 1) {
      value /= KIB;
      unit++;
    }
    return "%.1f %s".formatted(value, units[unit]);
  }
}
