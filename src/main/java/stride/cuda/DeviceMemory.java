package stride.cuda;

import java.util.Map;
import jcuda.driver.CUresult;
import jcuda.driver.JCudaDriver;
import stride.memory.ElementType;
import stride.memory.Shape;

/**
 * One allocation on the device, dealt out as named arrays.
 *
 * <p>Made by {@link DevicePlan#allocate}. For the thread that drives the device. Closing frees all
 * arrays at once, waits for work on the device, and is idempotent.
 */
public final class DeviceMemory implements AutoCloseable {
  private final Device device;
  private final Map<String, Slot> slots;
  private final long sizeBytes;
  private final DevicePointer pointer = new DevicePointer();
  private final Lifetime lifetime;

  /** Where an array lies. */
  record Slot(ElementType type, Shape shape, long offsetBytes, long sizeBytes) {}

  DeviceMemory(Device device, Map<String, Slot> slots, long sizeBytes) {
    device.checkUsable();
    this.device = device;
    this.slots = slots;
    this.sizeBytes = sizeBytes;
    int code = JCudaDriver.cuMemAlloc(pointer, sizeBytes);
    if (code == CUresult.CUDA_ERROR_OUT_OF_MEMORY) {
      throw Cuda.failure(
          code,
          "cuMemAlloc",
          "asked for %s, free %s of %s"
              .formatted(
                  Cuda.size(sizeBytes),
                  Cuda.size(device.freeBytes()),
                  Cuda.size(device.limits().memoryBytes())));
    }
    Cuda.check(code, "cuMemAlloc");
    this.lifetime = new Lifetime(device, "the device memory is freed");
    device.adopt(this);
    device.countAllocations(1);
  }

  /**
   * A planned array.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public DeviceArray array(String name) {
    Slot slot = slots.get(name);
    if (slot == null) {
      throw new IllegalArgumentException("no array " + name + ", planned: " + slots.keySet());
    }
    return new DeviceArray(
        lifetime, slot.type(), slot.shape().elements(), pointer.plus(slot.offsetBytes()));
  }

  /** All arrays as one of bytes, with what lies between them. */
  public DeviceArray all() {
    return new DeviceArray(lifetime, ElementType.BYTE, sizeBytes, pointer);
  }

  /** Bytes of the allocation. */
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void close() {
    if (device.release(this)) {
      lifetime.end();
      device.countAllocations(-1);
      Cuda.checkClosing(JCudaDriver.cuMemFree(pointer), "cuMemFree");
    }
  }
}
