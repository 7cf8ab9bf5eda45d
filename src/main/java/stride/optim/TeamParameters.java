package stride.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import stride.nn.Kernels;
import stride.nn.ParameterRange;
import stride.parallel.Team;

/**
 * How a team learns parameters: few as copies, many as shares.
 *
 * <p>Every member that steps a copy reads all gradients of all others, and does all the arithmetic.
 * That is the fastest as long as it is done in less time than it takes to meet twice more and to
 * fetch what others have stepped. Which way it is does not show in the bits.
 */
public final class TeamParameters {
  /** The most parameters that are copied. */
  static final long MOST_COPIED = 32_768;

  private static final double NO_LIMIT = Double.POSITIVE_INFINITY;

  private TeamParameters() {}

  /** Whether every member has its own copy. */
  static boolean copied(long size, Team team) {
    return size <= MOST_COPIED || team.size() == 1;
  }

  /**
   * Makes parameters of zeros.
   *
   * @param size P, the number of parameters, a multiple of 16
   * @param kernels what computes
   * @param optimizers makes one for each member
   * @param maxGradNorm gradients with a larger norm are scaled down to this one; infinity for none
   * @param team who learns
   * @return for each member, in order; to be closed
   */
  public static List<MemberParameters> of(
      long size, Kernels kernels, Supplier<Optimizer> optimizers, double maxGradNorm, Team team) {
    return copied(size, team)
        ? copies(size, kernels, optimizers, maxGradNorm, team)
        : shares(size, kernels, optimizers, maxGradNorm, team);
  }

  static List<MemberParameters> copies(
      long size, Kernels kernels, Supplier<Optimizer> optimizers, double maxGradNorm, Team team) {
    List<MemberParameters> members = new ArrayList<>();
    for (int member = 0; member < team.size(); member++) {
      members.add(new ParameterCopy(size, kernels, optimizers.get(), maxGradNorm));
    }
    return List.copyOf(members);
  }

  static List<MemberParameters> shares(
      long size, Kernels kernels, Supplier<Optimizer> optimizers, double maxGradNorm, Team team) {
    Optimizer first = optimizers.get();
    return shares(
        new ParameterSlabs(size, first.moments()), kernels, optimizers, maxGradNorm, team);
  }

  private static List<MemberParameters> shares(
      ParameterSlabs slabs,
      Kernels kernels,
      Supplier<Optimizer> optimizers,
      double maxGradNorm,
      Team team) {
    SharedParameters shared = new SharedParameters(slabs, kernels);
    List<MemberParameters> members = new ArrayList<>();
    for (int member = 0; member < team.size(); member++) {
      members.add(new ParameterShare(shared, member, optimizers.get(), maxGradNorm, team));
    }
    return List.copyOf(members);
  }

  /**
   * Makes parameters of zeros, of which ranges are stepped one by one, each with an optimiser of
   * its own and without a limit of its norm.
   *
   * @param size P, the number of parameters, a multiple of 16
   * @param ranges none of which overlap
   * @param kernels what computes
   * @param optimizers makes one for each member and range
   * @param team who learns
   * @return for each member, in order; to be closed
   */
  public static List<MemberRanges> ofRanges(
      long size,
      List<ParameterRange> ranges,
      Kernels kernels,
      Supplier<Optimizer> optimizers,
      Team team) {
    return copied(size, team)
        ? copies(size, ranges, kernels, optimizers, team)
        : shares(size, ranges, kernels, optimizers, team);
  }

  static List<MemberRanges> copies(
      long size,
      List<ParameterRange> ranges,
      Kernels kernels,
      Supplier<Optimizer> optimizers,
      Team team) {
    List<MemberRanges> members = new ArrayList<>();
    for (int member = 0; member < team.size(); member++) {
      ParameterSlabs slabs = new ParameterSlabs(size, optimizers.get().moments());
      List<MemberParameters> own = new ArrayList<>();
      for (ParameterRange range : ranges) {
        own.add(new ParameterCopy(slabs.range(range), kernels, optimizers.get(), NO_LIMIT));
      }
      members.add(new MemberRanges(slabs, own));
    }
    return List.copyOf(members);
  }

  static List<MemberRanges> shares(
      long size,
      List<ParameterRange> ranges,
      Kernels kernels,
      Supplier<Optimizer> optimizers,
      Team team) {
    ParameterSlabs slabs = new ParameterSlabs(size, optimizers.get().moments());
    List<List<MemberParameters>> shares = new ArrayList<>();
    for (ParameterRange range : ranges) {
      shares.add(shares(slabs.range(range), kernels, optimizers, NO_LIMIT, team));
    }
    List<MemberRanges> members = new ArrayList<>();
    for (int member = 0; member < team.size(); member++) {
      final int index = member;
      members.add(new MemberRanges(slabs, shares.stream().map(each -> each.get(index)).toList()));
    }
    return List.copyOf(members);
  }
}
