package stride.ppo.cuda;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.collect.RolloutSlabs;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.DeviceMemory;
import stride.cuda.DevicePlan;
import stride.cuda.Stream;
import stride.memory.ElementType;

/** {@code struct Frame} of {@code frame.cuh}, and the device's own arrays that it points to. */
final class Frame implements AutoCloseable {
  /** Ends of phases that the kernels tell of, if they are asked to: see whole_update.cuh. */
  static final int TIMES = 8;

  private static final int POINTERS = 25;

  /** Of the struct. */
  static final long BYTES = 8L * POINTERS;

  private final DeviceMemory memory;
  private final MemorySegment struct;
  private int filled;

  Frame(
      Device device,
      Arena arena,
      Stream stream,
      LaunchSizes sizes,
      int rows,
      long policySize,
      long partialSize,
      int minibatches) {
    final int multiprocessors = device.limits().multiprocessors();
    this.struct = arena.allocate(JAVA_LONG, POINTERS);
    this.memory =
        new DevicePlan()
            .add("advantages", ElementType.FLOAT, rows)
            .add("returns", ElementType.FLOAT, rows)
            .add("moments", ElementType.FLOAT, minibatches, 2)
            .add("partials", ElementType.FLOAT, sizes.maxChunks(), partialSize)
            .add("gradients", ElementType.FLOAT, policySize)
            .add("norms", ElementType.DOUBLE, sizes.slices())
            .add("sums", ElementType.DOUBLE, sizes.maxChunks(), sizes.sumsLength())
            .add("barrier", ElementType.INT, Math.ceilDiv(multiprocessors, 4) * 4L)
            .add("timeline", ElementType.LONG, TIMES, 2)
            .allocate(device);
    memory.all().clear(stream);
  }

  /** Fills in all pointers, in the struct's order. */
  MemorySegment fill(
      RolloutSlabs slabs, Mirror rollout, Exchange exchange, Orders orders, Optimizer optimizer) {
    add(rollout.address(slabs.observations()));
    add(rollout.address(slabs.discrete() ? slabs.discreteActions() : slabs.actions()));
    add(rollout.address(slabs.logProbs()));
    add(rollout.address(slabs.values()));
    add(rollout.address(slabs.rewards()));
    add(rollout.address(slabs.terminated()));
    add(rollout.address(slabs.truncated()));
    add(rollout.address(slabs.diverged()));
    add(rollout.address(slabs.truncatedValues()));
    add("advantages");
    add("returns");
    add(exchange.scheduleAddress());
    add(orders.address());
    add("moments");
    add(exchange.parametersAddress());
    add(optimizer.meansAddress());
    add(optimizer.squaresAddress());
    add("partials");
    add("gradients");
    add("norms");
    add("sums");
    add(exchange.diagnosticsAddress());
    add(exchange.statusAddress());
    add("barrier");
    add("timeline");
    return struct;
  }

  private void add(String array) {
    add(memory.array(array).address());
  }

  private void add(long address) {
    struct.setAtIndex(JAVA_LONG, filled++, address);
  }

  /** One of the device's own arrays. */
  DeviceArray array(String name) {
    return memory.array(name);
  }

  @Override
  public void close() {
    memory.close();
  }
}
