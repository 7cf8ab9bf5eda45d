package stride.ppo.cuda;

import java.lang.foreign.MemorySegment;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.DeviceMemory;
import stride.cuda.DevicePlan;
import stride.cuda.PinnedMemory;
import stride.cuda.Stream;
import stride.cuda.Transfer;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.memory.SlabBlock;

/**
 * The slabs of a block and their copies on the device, at the same offsets, so that one transfer
 * moves all of them. The owner keeps the block, which is page-locked while the copy is open and
 * must outlive it.
 */
final class DeviceCopy implements AutoCloseable {
  private final MemorySegment host;
  private final PinnedMemory.Range locked;
  private final DeviceMemory memory;
  private final DeviceArray array;
  private final Transfer upload;
  private final Transfer download;

  DeviceCopy(Device device, SlabBlock block) {
    this.host = block.memory();
    this.locked = PinnedMemory.lock(device, host);
    DeviceMemory allocated = null;
    try {
      allocated = new DevicePlan().add("all", ElementType.BYTE, host.byteSize()).allocate(device);
      this.memory = allocated;
      this.array = allocated.array("all");
      this.upload = array.transferFrom(host);
      this.download = array.transferTo(host);
    } catch (RuntimeException e) {
      if (allocated != null) {
        allocated.close();
      }
      locked.close();
      throw e;
    }
  }

  /** Where a slab of the block lies on the device. */
  long address(Slab slab) {
    return bytes(slab).address();
  }

  /** A slab of floats on the device. */
  DeviceArray array(FloatSlab slab) {
    return bytes(slab).as(ElementType.FLOAT);
  }

  private DeviceArray bytes(Slab slab) {
    long offset = slab.segment().address() - host.address();
    if (offset < 0 || offset + slab.sizeBytes() > host.byteSize()) {
      throw new IllegalArgumentException("not of this block: " + slab);
    }
    return array.part(offset, slab.sizeBytes());
  }

  /** Starts the copy of all slabs to the device. */
  void upload(Stream stream) {
    upload.start(stream);
  }

  /** Starts the copy of all slabs to the host. */
  void download(Stream stream) {
    download.start(stream);
  }

  @Override
  public void close() {
    memory.close();
    locked.close();
  }
}
