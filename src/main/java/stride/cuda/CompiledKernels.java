package stride.cuda;

import java.util.SequencedMap;

/** Kernels compiled for one architecture. Immutable. */
public final class CompiledKernels {
  private final byte[] image;
  private final String log;
  private final boolean cached;

  /** Keeps the array: nobody changes it. */
  CompiledKernels(byte[] image, String log, boolean cached) {
    this.image = image;
    this.log = log;
    this.cached = cached;
  }

  /** What the driver loads. */
  byte[] image() {
    return image;
  }

  /**
   * What the compiler said.
   *
   * @return lines, also warnings
   */
  public String log() {
    return log;
  }

  /**
   * Whether the kernels were read from the disk.
   *
   * @return false if they were compiled just now
   */
  public boolean cached() {
    return cached;
  }

  /**
   * What each kernel takes of a multiprocessor.
   *
   * @return by name; empty on the emulation, and for a device newer than the compiler
   */
  public SequencedMap<String, KernelUsage> usage() {
    return KernelUsage.parse(log);
  }
}
