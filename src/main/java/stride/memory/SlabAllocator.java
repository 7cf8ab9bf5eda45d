package stride.memory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Where the one allocation of a {@link SlabBlock} comes from.
 *
 * <p>The default hands out plain pages; a device backend passes one that also page-locks them.
 */
@FunctionalInterface
public interface SlabAllocator {
  /** Bytes of a memory page. */
  long PAGE = 4096;

  /** Plain zeroed memory, page-aligned so that it can be page-locked later. */
  SlabAllocator PAGES = (arena, bytes) -> arena.allocate(bytes, PAGE);

  /**
   * Allocates zeroed, page-aligned memory.
   *
   * @param arena the owner: whatever must be undone is undone when it closes
   * @param bytes size, a multiple of the page size
   */
  MemorySegment allocate(Arena arena, long bytes);
}
