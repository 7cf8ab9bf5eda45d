package stride.ppo.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import stride.cuda.Device;
import stride.cuda.Stream;

/**
 * What launches need, for networks of any width.
 *
 * @param device the owner of all work
 * @param programs the kernels
 * @param stream where they go
 * @param arena owns arguments
 * @param sizes of launches
 * @param chunking of the minibatches
 * @param frame struct Frame, filled
 * @param envs N
 * @param minibatches of an update
 * @param usualSeconds longer than any update that does not hang
 */
record LaunchContext(
    Device device,
    Programs programs,
    Stream stream,
    Arena arena,
    LaunchSizes sizes,
    Chunking chunking,
    MemorySegment frame,
    int envs,
    int minibatches,
    double usualSeconds) {}
