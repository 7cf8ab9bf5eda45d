package stride.optim;

import java.util.SequencedMap;
import stride.memory.FloatSlab;
import stride.memory.LongSlab;
import stride.memory.Slab;
import stride.nn.Kernels;
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
  private final long from;
  private final long count; // 0 if there are fewer blocks than members
  private final FloatSlab parameters; // [count]
  private final FloatSlab[] moments; // of [count]
  private final FloatSlab gradients; // [count]
  private final FloatSlab spare; // [count]
  private final FloatSlab squares; // [blocks, 16]
  private GradientParts source;
  private FloatSlab[] slices; // of the source

  ParameterShare(
      SharedParameters shared, int member, Optimizer optimizer, double maxGradNorm, Team team) {
    this.shared = shared;
    this.team = team;
    this.kernels = shared.kernels;
    this.optimizer = optimizer;
    this.limit = new NormLimit(maxGradNorm);
    final int members = team.size();
    this.from = shared.start(member, members);
    this.count = shared.start(member + 1, members) - from;
    this.parameters = slice(shared.parameters);
    this.moments = shared.moments.stream().map(this::slice).toArray(FloatSlab[]::new);
    this.gradients = slice(shared.gradients);
    this.spare = slice(shared.spare);
    final long first = shared.squaresStart(member, members);
    final long sums = shared.squaresStart(member + 1, members) - first;
    this.squares = count == 0 ? null : shared.squares.slice(first, sums);
  }

  private FloatSlab slice(FloatSlab whole) {
    return count == 0 ? null : whole.slice(from, count);
  }

  @Override
  public void copyFrom(MemberParameters other) {
    // they are in common
  }

  @Override
  public double reduce(GradientParts parts, long update, int partCount) {
    if (count > 0) {
      if (parts != source) { // once: an update allocates nothing
        source = parts;
        slices = parts.slices(from, count);
      }
      parts.sumOfSlices(slices, update, partCount, gradients, spare);
      kernels.blockSquares(gradients, squares);
    }
    team.barrier();
    return Math.sqrt(kernels.total(shared.squares));
  }

  @Override
  public void step(long number, double learningRate, double norm) {
    if (count > 0) {
      optimizer.step(
          kernels, number, learningRate, limit.scale(norm), parameters, gradients, moments);
    }
    team.barrier();
  }

  @Override
  public boolean finite() {
    // the squares of gradients are no longer needed
    kernels.blockSquares(shared.parameters, shared.squares);
    return Double.isFinite(kernels.total(shared.squares));
  }

  @Override
  public FloatSlab parameters() {
    return shared.parameters;
  }

  @Override
  public FloatSlab gradients() {
    return shared.gradients;
  }

  @Override
  public SequencedMap<String, Slab> state(LongSlab counters) {
    return shared.state(counters);
  }

  @Override
  public void close() {
    shared.close();
  }
}
