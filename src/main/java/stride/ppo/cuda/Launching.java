package stride.ppo.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.cuda.Device;
import stride.cuda.KernelModule;
import stride.cuda.Stream;

/**
 * What kernels are launched with, whatever the networks.
 *
 * @param device the owner of all work
 * @param module the kernels
 * @param stream where they go
 * @param arena owns arguments
 * @param sizes of launches
 * @param frame struct Frame, filled
 * @param envs N
 * @param minibatches of an update
 */
record Launching(
    Device device,
    KernelModule module,
    Stream stream,
    Arena arena,
    LaunchSizes sizes,
    MemorySegment frame,
    int envs,
    int minibatches) {}
