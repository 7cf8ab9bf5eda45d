package stride.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * The owner of one page-aligned allocation and of the named slabs in it.
 *
 * <p>Created by {@link SlabPlan#allocate}; closing it frees all slabs at once and is idempotent.
 * Its arena is shared: any thread may use the slabs, and any may close, once no other uses them.
 */
public final class SlabBlock implements AutoCloseable {
  private final Arena arena = Arena.ofShared();
  private final Map<String, Slot> slots;
  private final MemorySegment memory;

  /** Where a slab lies. */
  record Slot(ElementType type, Shape shape, long offsetBytes, long sizeBytes) {}

  SlabBlock(Map<String, Slot> slots, long sizeBytes, SlabAllocator allocator) {
    this.slots = slots;
    MemorySegment allocated;
    try {
      allocated = allocator.allocate(arena, sizeBytes);
      if (allocated.byteSize() != sizeBytes || allocated.address() % SlabAllocator.PAGE != 0) {
        throw new IllegalStateException(
            "allocator returned " + allocated + ", required: page-aligned, bytes=" + sizeBytes);
      }
    } catch (RuntimeException | Error e) {
      arena.close();
      throw e;
    }
    this.memory = allocated;
  }

  /**
   * The whole allocation, for one transfer to a device: page-aligned, a multiple of the page size
   * long.
   */
  public MemorySegment memory() {
    return memory;
  }

  public FloatSlab floats(String name) {
    return new FloatSlab(slice(name, ElementType.FLOAT), slots.get(name).shape());
  }

  public DoubleSlab doubles(String name) {
    return new DoubleSlab(slice(name, ElementType.DOUBLE), slots.get(name).shape());
  }

  public IntSlab ints(String name) {
    return new IntSlab(slice(name, ElementType.INT), slots.get(name).shape());
  }

  public LongSlab longs(String name) {
    return new LongSlab(slice(name, ElementType.LONG), slots.get(name).shape());
  }

  public ByteSlab bytes(String name) {
    return new ByteSlab(slice(name, ElementType.BYTE), slots.get(name).shape());
  }

  private MemorySegment slice(String name, ElementType type) {
    Slot slot = slots.get(name);
    if (slot == null || slot.type() != type) {
      throw new IllegalArgumentException(
          "no slab " + name + " of " + type + ", planned: " + slots.keySet());
    }
    return memory.asSlice(slot.offsetBytes(), slot.sizeBytes());
  }

  /** Whether the memory is still there. */
  public boolean isOpen() {
    return arena.scope().isAlive();
  }

  @Override
  public void close() {
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
