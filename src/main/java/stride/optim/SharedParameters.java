package stride.optim;

import java.lang.foreign.Arena;
import stride.memory.FloatSlab;
import stride.nn.Kernels;
import stride.nn.LinearLayout;
import stride.nn.OptimizationKernels;
import stride.nn.ParameterRange;
import stride.parallel.Partition;

/**
 * Parameters, moments and gradients that all members of a team have in common.
 *
 * <p>A member's share is a number of whole blocks of {@link OptimizationKernels#SQUARES_BLOCK}, so
 * that no two members write to one cache line, and the norm is added up as that of a copy is. Owns
 * the memory.
 */
final class SharedParameters implements AutoCloseable {
  private static final int BLOCK = OptimizationKernels.SQUARES_BLOCK;

  final Kernels kernels;
  final ParameterSlabs slabs;
  final FloatSlab squares; // [blocks, 16]
  private final Arena arena = Arena.ofShared();

  /** Takes over slabs, which it closes. */
  SharedParameters(ParameterSlabs slabs, Kernels kernels) {
    this.slabs = slabs;
    this.kernels = kernels;
    this.squares = FloatSlab.allocate(arena, blocks(size()), LinearLayout.ALIGNMENT);
  }

  private long size() {
    return slabs.parameters.length();
  }

  private static long blocks(long size) {
    return Math.ceilDiv(size, BLOCK);
  }

  /** The first block of a member's share; that of {@code members} itself is the end. */
  private static long firstBlock(long size, int member, int members) {
    return Partition.start(Math.toIntExact(blocks(size)), member, members);
  }

  /** A member's share of so many parameters; it may be empty. */
  static ParameterRange share(long size, int member, int members) {
    final long start = Math.min(size, BLOCK * firstBlock(size, member, members));
    final long end = Math.min(size, BLOCK * firstBlock(size, member + 1, members));
    return new ParameterRange(start, end - start);
  }

  /** A member's share. */
  ParameterRange share(int member, int members) {
    return share(size(), member, members);
  }

  /** The sums of squares of a member's share, which is not empty. */
  FloatSlab squares(int member, int members) {
    final long first = firstBlock(size(), member, members);
    final long count = firstBlock(size(), member + 1, members) - first;
    return squares.slice(LinearLayout.ALIGNMENT * first, LinearLayout.ALIGNMENT * count);
  }

  @Override
  public void close() {
    slabs.close();
    if (arena.scope().isAlive()) {
      arena.close();
    }
  }
}
