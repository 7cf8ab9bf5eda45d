package stride.cuda;

/**
 * How many blocks of how many threads run a kernel.
 *
 * @param gridX blocks, fastest dimension
 * @param gridY blocks
 * @param gridZ blocks, slowest dimension
 * @param blockX threads of a block, fastest dimension
 * @param blockY threads of a block
 * @param blockZ threads of a block, slowest dimension
 * @param sharedBytes dynamic shared memory of a block
 */
public record LaunchShape(
    int gridX, int gridY, int gridZ, int blockX, int blockY, int blockZ, int sharedBytes) {

  /**
   * A shape whose sizes are all at least 1.
   *
   * @throws IllegalArgumentException if one is not, or the shared memory is negative
   */
  public LaunchShape {
    if (Math.min(gridX, Math.min(gridY, gridZ)) < 1
        || Math.min(blockX, Math.min(blockY, blockZ)) < 1
        || sharedBytes < 0) {
      throw new IllegalArgumentException(
          "grid=[%d, %d, %d], block=[%d, %d, %d], sharedBytes=%d, required: at least 1, shared 0"
              .formatted(gridX, gridY, gridZ, blockX, blockY, blockZ, sharedBytes));
    }
  }

  /** A line of blocks without dynamic shared memory. */
  public static LaunchShape of(int blocks, int threads) {
    return new LaunchShape(blocks, 1, 1, threads, 1, 1, 0);
  }

  /** The same with dynamic shared memory, in bytes of each block. */
  public LaunchShape withShared(int bytes) {
    return new LaunchShape(gridX, gridY, gridZ, blockX, blockY, blockZ, bytes);
  }

  /** The threads of a block. */
  public int threads() {
    return blockX * blockY * blockZ;
  }
}
