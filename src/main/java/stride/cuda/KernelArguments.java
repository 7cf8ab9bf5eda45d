package stride.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The arguments of a kernel, laid out once in native memory as a launch wants them:
 *
 * <pre>
 *   void** -> | pointer | pointer | ...      values | 16 bytes | 16 bytes | a struct ..... |
 *                 |         |_________________________________^
 *                 |_______________________________^
 * </pre>
 *
 * <p>A launch copies them, so they may be changed as soon as it has returned. Owned by an arena.
 * Nothing checks their types against the kernel's.
 */
public final class KernelArguments {
  private static final long ALIGNMENT = 16;

  private final MemorySegment[] values;
  private final HostPointer table;

  private KernelArguments(MemorySegment[] values, MemorySegment table) {
    this.values = values;
    this.table = new HostPointer(table);
  }

  /** Collects the arguments in the kernel's order. */
  public static final class Builder {
    private final List<MemorySegment> values = new ArrayList<>();
    private final Arena arena;

    private Builder(Arena arena) {
      this.arena = arena;
    }

    private Builder add(long bytes, Consumer<MemorySegment> set) {
      MemorySegment value = arena.allocate(bytes, ALIGNMENT);
      set.accept(value);
      values.add(value);
      return this;
    }

    /** A pointer to an array that lives as long as these arguments are launched with. */
    public Builder pointer(DeviceArray array) {
      return pointer(array.address());
    }

    /** A pointer to an address on the device; 0 for null. */
    public Builder pointer(long address) {
      return add(Long.BYTES, value -> value.set(JAVA_LONG, 0, address));
    }

    /** An int and its first value. */
    public Builder integer(int number) {
      return add(Integer.BYTES, value -> value.set(JAVA_INT, 0, number));
    }

    /** A long long and its first value. */
    public Builder longInteger(long number) {
      return add(Long.BYTES, value -> value.set(JAVA_LONG, 0, number));
    }

    /** A float and its first value. */
    public Builder real(float number) {
      return add(Float.BYTES, value -> value.set(JAVA_FLOAT, 0, number));
    }

    /** A struct by value, laid out as the compiler for the device does; copied. */
    public Builder struct(MemorySegment bytes) {
      return add(bytes.byteSize(), value -> value.copyFrom(bytes));
    }

    public KernelArguments build() {
      MemorySegment table = arena.allocate(ADDRESS, Math.max(1, values.size()));
      for (int i = 0; i < values.size(); i++) {
        table.setAtIndex(ADDRESS, i, values.get(i));
      }
      return new KernelArguments(values.toArray(new MemorySegment[0]), table);
    }
  }

  /**
   * Starts a list of arguments.
   *
   * @param arena owns them; open for as long as they are launched with
   */
  public static Builder in(Arena arena) {
    return new Builder(arena);
  }

  /** Changes the int at an index for the next launches. */
  public void setInteger(int index, int value) {
    values[index].set(JAVA_INT, 0, value);
  }

  /** Changes the long long at an index for the next launches. */
  public void setLongInteger(int index, long value) {
    values[index].set(JAVA_LONG, 0, value);
  }

  /** Changes the float at an index for the next launches. */
  public void setReal(int index, float value) {
    values[index].set(JAVA_FLOAT, 0, value);
  }

  /** Changes the pointer at an index for the next launches, to an address on the device. */
  public void setPointer(int index, long address) {
    values[index].set(JAVA_LONG, 0, address);
  }

  /** The void** of a launch. */
  HostPointer table() {
    if (values.length > 0 && !values[0].scope().isAlive()) {
      throw new IllegalStateException("the arguments' arena is closed");
    }
    return table;
  }
}
