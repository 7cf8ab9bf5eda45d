package stride.cuda;

import java.util.SequencedMap;

/** Kernels compiled for one architecture. Immutable. */
public final class CompiledKernels {
  private final byte[] image;
  private final String log;
  private final double seconds;

  /**
   * Keeps the array: nobody changes it.
   *
   * @param seconds that it took to compile, 0 if it was read
   */
  private CompiledKernels(byte[] image, String log, double seconds) {
    this.image = image;
    this.log = log;
    this.seconds = seconds;
  }

  static CompiledKernels compiled(byte[] image, String log, long nanos) {
    return new CompiledKernels(image, log, Math.max(1, nanos) / 1e9);
  }

  static CompiledKernels read(byte[] image, String log) {
    return new CompiledKernels(image, log, 0);
  }

  /** What the driver loads. */
  byte[] image() {
    return image;
  }

  /** Lines of the compiler, also its warnings. */
  public String log() {
    return log;
  }

  /** Whether the kernels were read from the disk, not compiled just now. */
  public boolean cached() {
    return seconds == 0;
  }

  /** Wall time of the compiler, 0 if the kernels were read from the disk. */
  public double seconds() {
    return seconds;
  }

  /**
   * What each kernel takes of a multiprocessor, by name; empty on the emulation, and for a device
   * newer than the compiler.
   */
  public SequencedMap<String, KernelUsage> usage() {
    return KernelUsage.parse(log);
  }
}
