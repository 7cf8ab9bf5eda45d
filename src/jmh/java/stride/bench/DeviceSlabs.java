package stride.bench;

import java.lang.foreign.MemorySegment;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.DevicePlan;
import stride.cuda.PinnedMemory;
import stride.cuda.Stream;
import stride.cuda.Transfer;
import stride.memory.ElementType;
import stride.memory.Slab;
import stride.memory.SlabBlock;

/** The slabs of a block, page-locked, and their copies on a device, which closes both. */
final class DeviceSlabs {
  private final MemorySegment host;
  private final DeviceArray array;
  private final Transfer upload;
  private final Transfer download;

  DeviceSlabs(Device device, SlabBlock block) {
    host = block.memory();
    PinnedMemory.lock(device, host);
    array =
        new DevicePlan()
            .add("all", ElementType.BYTE, host.byteSize())
            .allocate(device)
            .array("all");
    upload = array.transferFrom(host);
    download = array.transferTo(host);
  }

  /** Where a slab's copy lies. */
  long address(Slab slab) {
    return array.address() + (slab.segment().address() - host.address());
  }

  long sizeBytes() {
    return array.sizeBytes();
  }

  void upload(Stream stream) {
    upload.start(stream);
  }

  void download(Stream stream) {
    download.start(stream);
  }
}
