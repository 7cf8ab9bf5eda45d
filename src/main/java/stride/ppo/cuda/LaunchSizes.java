package stride.ppo.cuda;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.cuda.Device;
import stride.cuda.DeviceMemory;
import stride.cuda.DevicePlan;
import stride.cuda.KernelArguments;
import stride.cuda.KernelModule;
import stride.cuda.LaunchShape;
import stride.cuda.Stream;
import stride.memory.ElementType;

/**
 * The sizes of launches, which follow from the shape. The kernels report them, so that they are
 * written down once.
 *
 * @param threads of a block, where nothing else is said
 * @param sharedBytes dynamic shared memory of a block that computes a network
 * @param maxChunks most chunks of a minibatch
 * @param slices of the parameters
 * @param gaeThreads of a block of {@code gae}
 * @param varianceThreads of the one block of {@code explained_variance}
 * @param wideLossThreads of a block of {@code wide_loss}
 * @param summed columns of the partials of wide networks
 * @param sumsLength doubles of a chunk's sums
 * @param chunkRows rows of a chunk
 * @param rowBytes of the shared memory, for each row
 * @param tileColumns columns that a block of {@code wide_activation_backward} works on
 */
record LaunchSizes(
    int threads,
    int sharedBytes,
    int maxChunks,
    int slices,
    int gaeThreads,
    int varianceThreads,
    int wideLossThreads,
    int summed,
    int sumsLength,
    int chunkRows,
    int rowBytes,
    int tileColumns) {
  private static final int COUNT = 16;

  /**
   * Asks the kernels, and checks that both sides have the same structs.
   *
   * @throws IllegalStateException if they do not
   */
  static LaunchSizes of(Device device, KernelModule module, Stream stream, int minibatches) {
    try (Arena arena = Arena.ofConfined();
        DeviceMemory memory =
            new DevicePlan().add("sizes", ElementType.INT, COUNT).allocate(device)) {
      var arguments = KernelArguments.in(arena).pointer(memory.array("sizes")).build();
      module.kernel("describe_launches").launch(stream, LaunchShape.of(1, 1), arguments);
      MemorySegment sizes = arena.allocate(JAVA_INT, COUNT);
      memory.array("sizes").download(sizes, stream);
      requireSame("Frame", at(sizes, 8), FramePointer.BYTES);
      requireSame("Schedule", at(sizes, 9), UpdateBuffers.scheduleBytes(minibatches));
      requireSame("Status", at(sizes, 10), UpdateBuffers.STATUS_BYTES);
      requireSame("PolicyFrame", at(sizes, 11), DevicePolicy.FRAME_BYTES);
      requireSame("sums", at(sizes, 12), UpdateBuffers.LENGTH);
      return new LaunchSizes(
          at(sizes, 0),
          at(sizes, 1),
          at(sizes, 2),
          at(sizes, 3),
          at(sizes, 4),
          at(sizes, 5),
          at(sizes, 6),
          at(sizes, 7),
          at(sizes, 12),
          at(sizes, 13),
          at(sizes, 14),
          at(sizes, 15));
    }
  }

  /** Dynamic shared memory of a block that takes some chunks at once. */
  int sharedBytes(int chunks) {
    return sharedBytes + (chunks - 1) * chunkRows * rowBytes;
  }

  /** Checks that the bytes assumed before the kernels were compiled are theirs. */
  void requireSharedBytes(long expected) {
    requireSame("shared memory", sharedBytes, expected);
  }

  /** Likewise for the columns of the partials of wide networks. */
  void requireSummed(long expected) {
    requireSame("partials", summed, expected);
  }

  private static void requireSame(String what, long onDevice, long onHost) {
    if (onDevice != onHost) {
      throw new IllegalStateException(
          what + ": " + onDevice + " on the device, " + onHost + " on the host");
    }
  }

  private static int at(MemorySegment sizes, int index) {
    return sizes.getAtIndex(JAVA_INT, index);
  }
}
