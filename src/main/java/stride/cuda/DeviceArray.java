package stride.cuda;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import jcuda.driver.JCudaDriver;
import stride.memory.ElementType;

/**
 * A dense array on the device, or a part of one. Lives as long as its {@link DeviceMemory}.
 *
 * <p>Copies are checked against the array and the segment. Those that only start need page-locked
 * host memory ({@link PinnedMemory}) that nobody touches until the stream is through with them;
 * what is done each update is prepared once as a {@link Transfer}, which makes no objects.
 */
public final class DeviceArray {
  private final Lifetime memory;
  private final ElementType type;
  private final long length;
  private final DevicePointer pointer;

  DeviceArray(Lifetime memory, ElementType type, long length, DevicePointer pointer) {
    this.memory = memory;
    this.type = type;
    this.length = length;
    this.pointer = pointer;
  }

  /** Where the array lies on the device, for kernels. */
  public long address() {
    return pointer.address();
  }

  public ElementType type() {
    return type;
  }

  /** The number of elements. */
  public long length() {
    return length;
  }

  public long sizeBytes() {
    return length * type.sizeBytes();
  }

  /** A part of the array, in the same memory: so many elements from {@code from} on. */
  public DeviceArray part(long from, long elements) {
    Objects.checkFromIndexSize(from, elements, length);
    return new DeviceArray(memory, type, elements, pointer.plus(from * type.sizeBytes()));
  }

  /** A view of the same bytes as elements of another type, whose size divides the array's. */
  public DeviceArray as(ElementType other) {
    if (sizeBytes() % other.sizeBytes() != 0) {
      throw new IllegalArgumentException(
          "capacity=" + sizeBytes() + " bytes, required: a multiple of " + other.sizeBytes());
    }
    return new DeviceArray(memory, other, sizeBytes() / other.sizeBytes(), pointer);
  }

  /**
   * Prepares a copy from the host, to be started any number of times.
   *
   * @param source page-locked memory of exactly this size
   * @throws IllegalArgumentException if the size differs or the memory is not page-locked
   */
  public Transfer transferFrom(MemorySegment source) {
    return transfer(checkPinned(source), true);
  }

  /**
   * Prepares a copy to the host, to be started any number of times.
   *
   * @param target page-locked memory of exactly this size
   * @throws IllegalArgumentException if the size differs or the memory is not page-locked
   */
  public Transfer transferTo(MemorySegment target) {
    return transfer(checkPinned(target), false);
  }

  /**
   * Overwrites the array from off-heap memory of exactly this size, behind the work of a stream,
   * and waits for it.
   */
  public void upload(MemorySegment source, Stream stream) {
    transfer(checkSize(source), true).start(stream);
    stream.synchronize();
  }

  /**
   * Copies the array to off-heap memory of exactly this size, behind the work of a stream, and
   * waits for it.
   */
  public void download(MemorySegment target, Stream stream) {
    transfer(checkSize(target), false).start(stream);
    stream.synchronize();
  }

  /** Starts to copy another array of the same size over this one. */
  public void copyFrom(DeviceArray source, Stream stream) {
    memory.checkUsable();
    source.memory.checkUsable();
    if (source.sizeBytes() != sizeBytes()) {
      throw new IllegalArgumentException(
          "capacity=" + sizeBytes() + ", required=" + source.sizeBytes() + " bytes");
    }
    Cuda.check(
        JCudaDriver.cuMemcpyDtoDAsync(pointer, source.pointer, sizeBytes(), stream.handle()),
        "cuMemcpyDtoDAsync");
  }

  /** Starts to set every byte to 0, which is the number 0 in every element type. */
  public void clear(Stream stream) {
    memory.checkUsable();
    Cuda.check(
        JCudaDriver.cuMemsetD8Async(pointer, (byte) 0, sizeBytes(), stream.handle()),
        "cuMemsetD8Async");
  }

  /** For cuBLAS. */
  DevicePointer pointer() {
    memory.checkUsable();
    return pointer;
  }

  private Transfer transfer(MemorySegment host, boolean toDevice) {
    return new Transfer(memory, pointer, host, toDevice);
  }

  private MemorySegment checkSize(MemorySegment host) {
    if (host.byteSize() != sizeBytes()) {
      throw new IllegalArgumentException(
          "capacity=" + sizeBytes() + ", required=" + host.byteSize() + " bytes");
    }
    return host;
  }

  private MemorySegment checkPinned(MemorySegment host) {
    if (!memory.device().isPinned(checkSize(host))) {
      throw new IllegalArgumentException(
          "not page-locked, and a copy that only starts needs it: " + host);
    }
    return host;
  }

  @Override
  public String toString() {
    return "DeviceArray[" + length + " " + type + "]";
  }
}
