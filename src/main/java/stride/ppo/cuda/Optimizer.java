package stride.ppo.cuda;

import stride.cuda.Device;
import stride.cuda.Stream;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;

/** Adam's moments, which stay on the device and are copied to the host to be saved. */
final class Optimizer implements HostMemory {
  private final SlabBlock block;
  private final DeviceCopy copy;
  private final FloatSlab means;
  private final FloatSlab squares;

  Optimizer(Device device, long policySize) {
    this.block =
        new SlabPlan()
            .add("means", ElementType.FLOAT, policySize)
            .add("squares", ElementType.FLOAT, policySize)
            .allocate(SlabAllocator.PAGES);
    this.means = block.floats("means");
    this.squares = block.floats("squares");
    try {
      this.copy = new DeviceCopy(device, block);
    } catch (RuntimeException e) {
      block.close();
      throw e;
    }
  }

  /** The means [P] on the host, as they were when last fetched or set. */
  FloatSlab means() {
    return means;
  }

  /** The mean squares [P] on the host, as they were when last fetched or set. */
  FloatSlab squares() {
    return squares;
  }

  /** Copies the moments to the host, behind all work on the stream. */
  void fetch(Stream stream) {
    copy.download(stream);
    stream.synchronize();
  }

  /** Copies the moments to the device. */
  void hand(Stream stream) {
    copy.upload(stream);
    stream.synchronize();
  }

  long meansAddress() {
    return copy.address(means);
  }

  long squaresAddress() {
    return copy.address(squares);
  }

  @Override
  public void close() {
    copy.close();
    block.close();
  }
}
