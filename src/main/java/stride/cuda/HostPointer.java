package stride.cuda;

import java.lang.foreign.MemorySegment;
import jcuda.Pointer;

/**
 * An address in host memory, of any size: JCuda's own pointers are made of buffers, which end at 2
 * GiB. The memory must outlive it.
 */
final class HostPointer extends Pointer {
  HostPointer(MemorySegment segment) {
    super(segment.address());
    if (!segment.isNative()) {
      throw new IllegalArgumentException("memory on the Java heap has no address: " + segment);
    }
  }
}
