package stride.ppo.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import stride.collect.RolloutSlabs;
import stride.cuda.Device;
import stride.cuda.DeviceArray;
import stride.cuda.DeviceMemory;
import stride.cuda.DevicePlan;
import stride.cuda.Stream;
import stride.memory.ElementType;

/**
 * {@code struct Frame} of {@code frame.cuh}, whose pointers every kernel of an update is given, and
 * the arrays among them that are on the device alone.
 */
final class KernelFrame implements AutoCloseable {
  /** Ends of phases that the kernels record if they are asked to: see whole_update.cuh. */
  static final int TIMES = 8;

  private static final List<FramePointer> DEVICE_ONLY =
      List.of(
          FramePointer.ADVANTAGES,
          FramePointer.RETURNS,
          FramePointer.MOMENTS,
          FramePointer.PARTIALS,
          FramePointer.GRADIENTS,
          FramePointer.NORMS,
          FramePointer.SUMS,
          FramePointer.BARRIER,
          FramePointer.TIMELINE);

  private final DeviceMemory memory;
  private final MemorySegment struct;

  KernelFrame(
      Device device,
      Arena arena,
      Stream stream,
      LaunchSizes sizes,
      int rows,
      long policySize,
      long partialSize,
      int minibatches) {
    final int multiprocessors = device.limits().multiprocessors();
    this.struct = FramePointer.struct(arena);
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

  /** Fills in all pointers. */
  MemorySegment fill(
      RolloutSlabs slabs,
      DeviceCopy rollout,
      UpdateBuffers buffers,
      ShuffledRows shuffled,
      Optimizer optimizer) {
    FramePointer.OBSERVATIONS.set(struct, rollout.address(slabs.observations()));
    FramePointer.ACTIONS.set(
        struct, rollout.address(slabs.discrete() ? slabs.discreteActions() : slabs.actions()));
    FramePointer.LOG_PROBS.set(struct, rollout.address(slabs.logProbs()));
    FramePointer.VALUES.set(struct, rollout.address(slabs.values()));
    FramePointer.REWARDS.set(struct, rollout.address(slabs.rewards()));
    FramePointer.TERMINATED.set(struct, rollout.address(slabs.terminated()));
    FramePointer.TRUNCATED.set(struct, rollout.address(slabs.truncated()));
    FramePointer.DIVERGED.set(struct, rollout.address(slabs.diverged()));
    FramePointer.TRUNCATED_VALUES.set(struct, rollout.address(slabs.truncatedValues()));
    FramePointer.SCHEDULE.set(struct, buffers.scheduleAddress());
    FramePointer.ORDER.set(struct, shuffled.address());
    FramePointer.PARAMETERS.set(struct, buffers.parametersAddress());
    FramePointer.MEANS.set(struct, optimizer.meansAddress());
    FramePointer.SQUARES.set(struct, optimizer.squaresAddress());
    FramePointer.DIAGNOSTICS.set(struct, buffers.diagnosticsAddress());
    FramePointer.STATUS.set(struct, buffers.statusAddress());
    for (FramePointer pointer : DEVICE_ONLY) {
      pointer.set(struct, memory.array(pointer.toString()).address());
    }
    return struct;
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
