package stride.memory;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A list of named, shaped slabs that become one allocation.
 *
 * <pre>
 *   | obs ........ pad | actions .. pad | rewards .. pad | ...       pad |
 *   ^ page             ^ line           ^ line                      page ^
 * </pre>
 *
 * <p>Every slab starts on a cache line of its own, the whole on a page. Plan everything before the
 * first step, then {@link #allocate} once. Not thread-safe.
 */
public final class SlabPlan {
  private final Map<String, SlabBlock.Slot> slots = new LinkedHashMap<>();
  private long sizeBytes;

  /** A plan without slabs. */
  public SlabPlan() {}

  /**
   * Adds a slab.
   *
   * @param name unique within the plan
   * @param dims dimensions, slowest first
   * @throws IllegalArgumentException if the name is taken, or the size of the plan does not fit a
   *     long
   */
  public SlabPlan add(String name, ElementType type, long... dims) {
    Shape shape = Shape.of(dims);
    long bytes = type.sizeBytes(shape);
    // room for the padding that follows the slab and the last page
    if (bytes > Long.MAX_VALUE - SlabAllocator.PAGE - sizeBytes) {
      throw new IllegalArgumentException(
          "slab %s: shape=%s of %s after %d bytes, required: at most 2^63 - 1 bytes in all"
              .formatted(name, shape, type, sizeBytes));
    }
    if (slots.putIfAbsent(name, new SlabBlock.Slot(type, shape, sizeBytes, bytes)) != null) {
      throw new IllegalArgumentException("slab planned twice: " + name);
    }
    sizeBytes = roundUp(sizeBytes + bytes, Slab.CACHE_LINE);
    return this;
  }

  /** Bytes of the allocation, a multiple of the page size. */
  public long sizeBytes() {
    return roundUp(sizeBytes, SlabAllocator.PAGE);
  }

  /** Allocates the planned slabs. The block owns them. */
  public SlabBlock allocate(SlabAllocator allocator) {
    return new SlabBlock(Map.copyOf(slots), sizeBytes(), allocator);
  }

  private static long roundUp(long value, long multiple) {
    return Math.ceilDiv(value, multiple) * multiple;
  }
}
