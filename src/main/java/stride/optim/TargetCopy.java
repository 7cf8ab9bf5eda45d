package stride.optim;

import java.util.ArrayList;
import java.util.List;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Kernels;
import stride.nn.ParameterRange;
import stride.parallel.Team;

/**
 * Parameters that follow others, such as those of a target network, as one member of a team has
 * them: a copy of its own, or, of many, what all members have in common, of which each moves its
 * share. Either way ends in the same bits.
 *
 * <p>Within a run of the team all members call {@link #follow} in the same order. Closing is
 * idempotent.
 */
public final class TargetCopy implements AutoCloseable {
  private final Kernels kernels;
  private final SlabBlock block;
  private final FloatSlab parameters; // [P]
  private final ParameterRange range; // that this member moves
  private final Team team; // null of a copy

  private TargetCopy(Kernels kernels, SlabBlock block, ParameterRange range, Team team) {
    this.kernels = kernels;
    this.block = block;
    this.parameters = block.floats("parameters");
    this.range = range;
    this.team = team;
  }

  /**
   * Makes a copy of zeros, of one thread.
   *
   * @param size P, the number of parameters, a multiple of 16
   * @param kernels what computes
   */
  public static TargetCopy of(long size, Kernels kernels) {
    return new TargetCopy(kernels, block(size), new ParameterRange(0, size), null);
  }

  /**
   * Makes what a team's members have, in order: of zeros.
   *
   * @param size P, the number of parameters, a multiple of 16
   * @param kernels what computes
   * @param team who learns
   */
  public static List<TargetCopy> of(long size, Kernels kernels, Team team) {
    final boolean copied = TeamParameters.copied(size, team);
    final SlabBlock shared = copied ? null : block(size);
    List<TargetCopy> members = new ArrayList<>();
    for (int member = 0; member < team.size(); member++) {
      members.add(
          copied
              ? of(size, kernels)
              : new TargetCopy(
                  kernels, shared, SharedParameters.share(size, member, team.size()), team));
    }
    return List.copyOf(members);
  }

  private static SlabBlock block(long size) {
    return new SlabPlan().add("parameters", ElementType.FLOAT, size).allocate(SlabAllocator.PAGES);
  }

  /** [P], live. */
  public FloatSlab parameters() {
    return parameters;
  }

  /** Takes over another member's parameters, which it may have already. */
  public void copyFrom(TargetCopy other) {
    if (other.block != block) {
      parameters.copyFrom(other.parameters);
    }
  }

  /**
   * Moves towards other parameters. Afterwards the whole of the parameters has moved.
   *
   * @param source [P]
   * @param tau the share of the way, in (0, 1]; 1 copies them
   */
  public void follow(FloatSlab source, double tau) {
    kernels.lerp(parameters, source, (float) tau, range.offset(), range.count());
    if (team != null) {
      team.barrier();
    }
  }

  @Override
  public void close() {
    block.close();
  }
}
