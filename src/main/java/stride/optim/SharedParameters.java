package stride.optim;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Kernels;
import stride.nn.LinearLayout;
import stride.nn.OptimizationKernels;
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
  final FloatSlab parameters; // [P]
  final List<FloatSlab> moments; // of [P]
  final FloatSlab gradients; // [P], summed over parts
  final FloatSlab spare; // [P]
  final FloatSlab squares; // [blocks, 16]
  private final List<String> momentNames;
  private final SlabBlock block;

  SharedParameters(long size, Kernels kernels, List<String> momentNames) {
    this.kernels = kernels;
    this.momentNames = momentNames;
    SlabPlan plan = new SlabPlan().add("parameters", ElementType.FLOAT, size);
    momentNames.forEach(name -> plan.add(name, ElementType.FLOAT, size));
    this.block =
        plan.add("gradients", ElementType.FLOAT, size)
            .add("spare", ElementType.FLOAT, size)
            .add("squares", ElementType.FLOAT, blocks(size), LinearLayout.ALIGNMENT)
            .allocate(SlabAllocator.PAGES);
    this.parameters = block.floats("parameters");
    this.moments = momentNames.stream().map(block::floats).toList();
    this.gradients = block.floats("gradients");
    this.spare = block.floats("spare");
    this.squares = block.floats("squares");
  }

  private static long blocks(long size) {
    return Math.ceilDiv(size, BLOCK);
  }

  /** The first block of a member's share; that of {@code members} itself is the end. */
  private long firstBlock(int member, int members) {
    return Partition.start(Math.toIntExact(blocks(parameters.length())), member, members);
  }

  /** Where a member's share starts; that of {@code members} itself is the end. */
  long start(int member, int members) {
    return Math.min(parameters.length(), BLOCK * firstBlock(member, members));
  }

  /** Where the sums of squares of a member's share start. */
  long squaresStart(int member, int members) {
    return LinearLayout.ALIGNMENT * firstBlock(member, members);
  }

  SequencedMap<String, Slab> state(LongSlab counters) {
    SequencedMap<String, FloatSlab> named = new LinkedHashMap<>();
    for (int k = 0; k < momentNames.size(); k++) {
      named.put(momentNames.get(k), moments.get(k));
    }
    return UpdateState.of(parameters, named, counters);
  }

  @Override
  public void close() {
    block.close();
  }
}
