package stride.optim;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import stride.nn.Kernels;
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

  private TeamParameters() {}

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
    return size <= MOST_COPIED || team.size() == 1
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
    SharedParameters shared = new SharedParameters(size, kernels, first.moments());
    List<MemberParameters> members = new ArrayList<>();
    for (int member = 0; member < team.size(); member++) {
      Optimizer optimizer = member == 0 ? first : optimizers.get();
      members.add(new ParameterShare(shared, member, optimizer, maxGradNorm, team));
    }
    return List.copyOf(members);
  }
}
