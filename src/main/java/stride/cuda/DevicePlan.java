package stride.cuda;

import java.util.LinkedHashMap;
import java.util.Map;
import stride.memory.ElementType;
import stride.memory.Shape;

/**
 * A list of named, shaped arrays that become one allocation on the device: {@link
 * stride.memory.SlabPlan}'s counterpart.
 *
 * <pre>
 *   | parameters ... pad | gradients .... pad | sums ... pad |
 *   ^ 256 bytes          ^ 256                ^ 256
 * </pre>
 *
 * <p>Plan everything, then allocate once. Not thread-safe.
 */
public final class DevicePlan {
  /** Bytes on which every array starts, as CUDA's own allocations do. */
  public static final long ALIGNMENT = 256;

  private final Map<String, DeviceMemory.Slot> slots = new LinkedHashMap<>();
  private long sizeBytes;

  /** A plan without arrays. */
  public DevicePlan() {}

  /**
   * Adds an array.
   *
   * @param name unique within the plan
   * @param dims dimensions, slowest first
   * @throws IllegalArgumentException if the name is taken, or the size of the plan does not fit a
   *     long
   */
  public DevicePlan add(String name, ElementType type, long... dims) {
    Shape shape = Shape.of(dims);
    long bytes = type.sizeBytes(shape);
    if (bytes > Long.MAX_VALUE - ALIGNMENT - sizeBytes) {
      throw new IllegalArgumentException(
          "array %s: shape=%s of %s after %d bytes, required: at most 2^63 - 1 bytes in all"
              .formatted(name, shape, type, sizeBytes));
    }
    if (slots.putIfAbsent(name, new DeviceMemory.Slot(type, shape, sizeBytes, bytes)) != null) {
      throw new IllegalArgumentException("array planned twice: " + name);
    }
    sizeBytes = Math.ceilDiv(sizeBytes + bytes, ALIGNMENT) * ALIGNMENT;
    return this;
  }

  /** Bytes of the allocation. */
  public long sizeBytes() {
    return sizeBytes;
  }

  /**
   * Allocates the planned arrays. Their content is arbitrary.
   *
   * @throws CudaException if the device has not that much memory left
   */
  public DeviceMemory allocate(Device device) {
    return new DeviceMemory(device, Map.copyOf(slots), sizeBytes);
  }
}
