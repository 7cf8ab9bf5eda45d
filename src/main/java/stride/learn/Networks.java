package stride.learn;

import java.util.List;
import stride.env.ActionSpace;
import stride.env.EnvSpec;
import stride.nn.Activation;
import stride.nn.Initialization;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;
import stride.nn.PolicySpec.Distribution;
import stride.options.Range;
import stride.options.Require;
import stride.options.Words;

/** Actor-critics that fit tasks. */
public final class Networks {
  /** Two layers of 64, CleanRL's size. */
  public static final List<Integer> DEFAULT_HIDDEN = List.of(64, 64);

  private Networks() {}

  /**
   * The default actor-critic of a task: two tanh layers of 64, a Gaussian with a deviation that is
   * the same in all states, or a choice.
   */
  public static PolicyLayout of(EnvSpec spec) {
    return of(spec, DEFAULT_HIDDEN, Activation.TANH, false);
  }

  /** An actor-critic of a task that begins with orthogonal weights. */
  public static PolicyLayout of(
      EnvSpec spec, List<Integer> hidden, Activation activation, boolean stateDependentStd) {
    return of(spec, hidden, activation, stateDependentStd, Initialization.ORTHOGONAL);
  }

  /**
   * An actor-critic of a task.
   *
   * @param hidden widths of the hidden layers, of actor and critic alike
   * @param stateDependentStd whether a Gaussian's deviation is an output of the actor
   */
  public static PolicyLayout of(
      EnvSpec spec,
      List<Integer> hidden,
      Activation activation,
      boolean stateDependentStd,
      Initialization initialization) {
    return of(spec, hidden, hidden, activation, stateDependentStd, initialization);
  }

  private static PolicyLayout of(
      EnvSpec spec,
      List<Integer> hidden,
      List<Integer> criticHidden,
      Activation activation,
      boolean stateDependentStd,
      Initialization initialization) {
    Distribution distribution =
        switch (spec.actionSpace()) {
          case ActionSpace.Discrete _ -> Distribution.CATEGORICAL;
          case ActionSpace.Box _ ->
              stateDependentStd ? Distribution.STATE_GAUSSIAN : Distribution.GAUSSIAN;
        };
    return new PolicyLayout(
        PolicySpec.of(
                distribution, spec.inputElements(), actions(spec), hidden, criticHidden, activation)
            .withInitialization(initialization));
  }

  /**
   * An actor-critic of a task, by the values of options.
   *
   * @param hidden widths of the hidden layers, of actor and critic alike
   * @param activation a word
   * @param stateDependentStd whether a Gaussian's deviation is an output of the actor
   * @param orthogonalInit whether it begins with orthogonal weights
   * @throws IllegalArgumentException naming the option and its range
   */
  public static PolicyLayout of(
      EnvSpec spec,
      List<Integer> hidden,
      String activation,
      boolean stateDependentStd,
      boolean orthogonalInit) {
    return of(spec, hidden, hidden, activation, stateDependentStd, orthogonalInit);
  }

  /**
   * An actor-critic of a task, by the values of options.
   *
   * @param hidden widths of the actor's hidden layers
   * @param criticHidden widths of the critic's
   * @param activation a word
   * @param stateDependentStd whether a Gaussian's deviation is an output of the actor
   * @param orthogonalInit whether it begins with orthogonal weights
   * @throws IllegalArgumentException naming the option and its range
   */
  public static PolicyLayout of(
      EnvSpec spec,
      List<Integer> hidden,
      List<Integer> criticHidden,
      String activation,
      boolean stateDependentStd,
      boolean orthogonalInit) {
    if (spec.frames()) {
      throw new IllegalArgumentException(
          "actor-critics need observations of numbers, " + spec.id() + " has frames");
    }
    Activation chosen = Words.find("activation", activation, Activation.class);
    requireWidths("hidden", hidden, Range.AT_LEAST_ONE);
    requireWidths("critic_hidden", criticHidden, Range.AT_LEAST_ONE_OR_NULL);
    Require.require(
        "state_dependent_std",
        stateDependentStd,
        !stateDependentStd || spec.actionSpace() instanceof ActionSpace.Box,
        "false for %s, whose actions are choices without a deviation".formatted(spec.id()));
    return of(
        spec,
        hidden,
        criticHidden,
        chosen,
        stateDependentStd,
        orthogonalInit ? Initialization.ORTHOGONAL : Initialization.UNIFORM);
  }

  private static void requireWidths(String option, List<Integer> widths, Range range) {
    Require.require(
        option,
        widths,
        widths != null && widths.stream().allMatch(width -> width != null && width >= 1),
        "widths, each " + range);
  }

  /** Choices of a discrete space, elements of a box. */
  public static int actions(EnvSpec spec) {
    return switch (spec.actionSpace()) {
      case ActionSpace.Discrete discrete -> discrete.n();
      case ActionSpace.Box box -> box.elements();
    };
  }
}
