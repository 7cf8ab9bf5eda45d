package stride.optim;

import java.util.SequencedMap;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.nn.Kernels;
import stride.nn.ParameterRange;
import stride.parallel.Team;

/**
 * One member's share of parameters that a team has in common.
 *
 * <p>A member adds up and steps its share alone. The team meets after the sums, since the norm is
 * of all of them, and after the step, before anyone computes with the parameters:
 *
 * <pre>
 *   member 0 | parts 0, 1 .. | barrier | sum of its share | barrier | norm, step of it | barrier
 *   member 1 | parts 2, 3 .. |         | sum of its share |         | norm, step of it |
 * </pre>
 */
final class ParameterShare implements MemberParameters {
  private final SharedParameters shared;
  private final Team team;
  private final Kernels kernels;
  private final Optimizer optimizer;
  private final NormLimit limit;
  private final ParameterRange range;
  private final ParameterSlabs slabs; // of the range; null if it is empty
  private final FloatSlab squares; // [blocks, 16]; null if the range is empty
  private GradientParts source;
  private GradientParts own; // the range of the source

  ParameterShare(
      SharedParameters shared, int member, Optimizer optimizer, double maxGradNorm, Team team) {
    this.shared = shared;
    this.team = team;
    this.kernels = shared.kernels;
    this.optimizer = optimizer;
    this.limit = new NormLimit(maxGradNorm);
    this.range = shared.share(member, team.size());
    this.slabs = range.count() == 0 ? null : shared.slabs.range(range);
    this.squares = range.count() == 0 ? null : shared.squares(member, team.size());
  }

  @Override
  public void copyFrom(MemberParameters other) {
    // they are in common
  }

  @Override
  public double reduce(GradientParts parts, long update, int partCount) {
    if (slabs != null) {
      if (parts != source) { // once: an update allocates nothing
        source = parts;
        own = parts.range(range);
      }
      own.sum(update, partCount, slabs.gradients, slabs.spare);
      kernels.blockSquares(slabs.gradients, squares);
    }
    team.barrier();
    return Math.sqrt(kernels.total(shared.squares));
  }

  @Override
  public void step(long number, double learningRate, double norm) {
    if (slabs != null) {
      optimizer.step(
          kernels,
          number,
          learningRate,
          limit.scale(norm),
          slabs.parameters,
          slabs.gradients,
          slabs.moments);
    }
    team.barrier();
  }

  @Override
  public boolean finite() {
    // the squares of gradients are no longer needed
    kernels.blockSquares(shared.slabs.parameters, shared.squares);
    return Double.isFinite(kernels.total(shared.squares));
  }

  @Override
  public FloatSlab parameters() {
    return shared.slabs.parameters;
  }

  @Override
  public FloatSlab gradients() {
    return shared.slabs.gradients;
  }

  @Override
  public SequencedMap<String, Slab> state(LongSlab counters) {
    return shared.slabs.state(counters);
  }

  @Override
  public void close() {
    shared.close();
  }
}
