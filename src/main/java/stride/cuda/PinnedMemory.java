package stride.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import jcuda.driver.JCudaDriver;
import stride.memory.SlabAllocator;

/**
 * Pages that are locked, so that the device copies from and to them by itself.
 *
 * <p>They are unlocked when their arena closes, in whichever thread that happens, or when the
 * device closes, if that is earlier; nothing may be copying then.
 */
public final class PinnedMemory implements SlabAllocator {
  private final Device device;

  /** An allocator of pages that a device copies from and to. */
  public PinnedMemory(Device device) {
    this.device = device;
  }

  @Override
  @SuppressWarnings("restricted")
  public MemorySegment allocate(Arena arena, long bytes) {
    device.checkUsable();
    Arena own = Arena.ofShared();
    Range range;
    MemorySegment pages;
    try {
      pages = PAGES.allocate(own, bytes);
      range = new Range(device, pages);
    } catch (RuntimeException | Error e) {
      own.close();
      throw e;
    }
    try {
      return pages.reinterpret(arena, ignored -> free(range, own));
    } catch (RuntimeException | Error e) { // the arena is closed, or another thread's
      free(range, own);
      throw e;
    }
  }

  /** Pages are unlocked before they are freed, and freed even if that fails. */
  private static void free(Range range, Arena own) {
    try {
      range.close();
    } finally {
      own.close();
    }
  }

  /**
   * Locks pages that are there already. To be closed before they are freed.
   *
   * @param pages page-aligned, a multiple of the page size long
   */
  public static Range lock(Device device, MemorySegment pages) {
    device.checkUsable();
    return new Range(device, pages);
  }

  /** A range of pages while it is locked; closing is idempotent. */
  public static final class Range implements Device.Pinned, AutoCloseable {
    private final Device device;
    private final long address;
    private final long bytes;
    private final HostPointer pointer;

    Range(Device device, MemorySegment pages) {
      this.device = device;
      this.address = pages.address();
      this.bytes = pages.byteSize();
      this.pointer = new HostPointer(pages);
      int code = JCudaDriver.cuMemHostRegister(pointer, bytes, 0);
      if (code != Cuda.SUCCESS) {
        throw Cuda.failure(code, "cuMemHostRegister", "of " + Cuda.size(bytes));
      }
      device.adopt(this);
      device.countAllocations(1);
    }

    @Override
    public boolean contains(long start, long length) {
      return start >= address && length <= bytes && start - address <= bytes - length;
    }

    @Override
    public void close() {
      if (device.forget(this)) {
        device.countAllocations(-1);
        device.enterToFree();
        Cuda.checkClosing(JCudaDriver.cuMemHostUnregister(pointer), "cuMemHostUnregister");
      }
    }
  }
}
