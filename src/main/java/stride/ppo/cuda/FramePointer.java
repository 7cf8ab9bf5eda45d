package stride.ppo.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;

/**
 * The pointers of {@code struct Frame} of {@code frame.cuh}, in its order; types and shapes stand
 * there.
 */
public enum FramePointer {
  OBSERVATIONS,
  ACTIONS,
  LOG_PROBS,
  VALUES,
  REWARDS,
  TERMINATED,
  TRUNCATED,
  DIVERGED,
  TRUNCATED_VALUES,
  ADVANTAGES,
  RETURNS,
  SCHEDULE,
  ORDER,
  MOMENTS,
  PARAMETERS,
  MEANS,
  SQUARES,
  PARTIALS,
  GRADIENTS,
  NORMS,
  SUMS,
  DIAGNOSTICS,
  STATUS,
  BARRIER,
  TIMELINE;

  /** The size of the struct. */
  static final long BYTES = (long) Long.BYTES * values().length;

  /** A struct of null pointers that an arena owns. */
  public static MemorySegment struct(Arena arena) {
    return arena.allocate(JAVA_LONG, values().length);
  }

  /** Writes the pointer, an address on the device. */
  @SuppressWarnings("EnumOrdinal") // the order is the struct's
  public void set(MemorySegment struct, long address) {
    struct.setAtIndex(JAVA_LONG, ordinal(), address);
  }

  /** The name in the struct. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
