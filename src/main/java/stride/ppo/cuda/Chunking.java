package stride.ppo.cuda;

import stride.nn.PolicyLayout;
import stride.nn.Precision;

/**
 * How a minibatch's rows are cut: into chunks, whose gradients are sums of their own, and for a
 * cluster of blocks into as many chunks as each block takes.
 *
 * <p>The order of sums, and so every bit of an update, follows from the rows of a chunk. These
 * depend on the networks and the minibatch, but not on the number of multiprocessors.
 *
 * @param rows of a chunk; 0 if the networks are too wide for kernels of our own
 * @param clusterBlocks of the cluster that can take all chunks at once; 0 if none can
 * @param clusterChunks that a block of it takes
 */
record Chunking(int rows, int clusterBlocks, int clusterChunks) {
  // small minibatches are spread over more blocks, large ones over about as many as there are
  // multiprocessors on a large device
  private static final int SMALL_CHUNK = 8;
  private static final int MEDIUM_CHUNK = 16;
  private static final int LARGE_CHUNK = 32;
  private static final int SMALL_MINIBATCH = 1024;
  private static final int MEDIUM_MINIBATCH = 2112;

  private static final int FEWEST_ROWS = 8;
  private static final int FEWEST_OF_TENSOR_CORES = 16; // a tile of theirs

  private static final int MOST_BLOCKS = 16;
  private static final int MOST_CHUNKS = 4; // that are added before all others, see frame.cuh
  private static final int MOST_ROWS = 128; // a thread for each

  /**
   * The chunks for some networks.
   *
   * @param minibatch rows of the largest one
   * @param limit bytes of shared memory that a block may have
   * @throws IllegalArgumentException if the kernels for these networks do not have the precision
   */
  static Chunking of(PolicyLayout policy, int minibatch, int limit, Precision precision) {
    final int wanted =
        minibatch <= SMALL_MINIBATCH
            ? SMALL_CHUNK
            : minibatch <= MEDIUM_MINIBATCH ? MEDIUM_CHUNK : LARGE_CHUNK;
    final int least = SharedMemory.chunkRows(policy, FEWEST_ROWS, FEWEST_ROWS, limit);
    final int fewest = precision == Precision.TF32X3 ? FEWEST_OF_TENSOR_CORES : FEWEST_ROWS;
    final int rows = SharedMemory.chunkRows(policy, Math.max(wanted, fewest), fewest, limit);
    requireKernels(precision, rows, least > 0);
    for (int chunks = 1; rows > 0 && chunks <= MOST_CHUNKS; chunks *= 2) {
      int blocks = Math.ceilDiv(minibatch, chunks * rows);
      boolean fits = SharedMemory.fits(policy, chunks * rows, limit) && chunks * rows <= MOST_ROWS;
      if (blocks <= MOST_BLOCKS && fits) {
        return new Chunking(rows, powerOfTwo(blocks), chunks);
      }
    }
    return new Chunking(rows, 0, 1);
  }

  /** Networks that a precision has no effect on refuse it rather than ignore it. */
  private static void requireKernels(Precision precision, int rows, boolean narrow) {
    final boolean there =
        switch (precision) {
          case FP32 -> true;
          case TF32X3 -> rows > 0;
          case TF32, BF16 -> !narrow;
        };
    if (there) {
      return;
    }
    final String required;
    if (!narrow) {
      required = "fp32, tf32 or bf16 for networks that cuBLAS computes";
    } else if (precision == Precision.TF32X3) {
      required =
          "fp32 for networks of which a block's shared memory does not hold %d rows"
              .formatted(FEWEST_OF_TENSOR_CORES);
    } else {
      required =
          "fp32 or tf32x3 for networks without a hidden layer above 128, which cuBLAS has no part"
              + " in";
    }
    throw new IllegalArgumentException("precision=" + precision + ", required: " + required);
  }

  private static int powerOfTwo(int atLeast) {
    return atLeast == 1 ? 1 : Integer.highestOneBit(atLeast - 1) << 1;
  }

  boolean wide() {
    return rows == 0;
  }

  /** For wide networks, losses and the sums for the gradients of biases are cut. */
  int rowsOrLarge() {
    return wide() ? LARGE_CHUNK : rows;
  }
}
