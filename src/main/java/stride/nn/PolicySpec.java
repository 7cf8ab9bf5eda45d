package stride.nn;

import java.util.List;
import java.util.Locale;
import stride.options.Require;

/**
 * The sizes of an actor-critic, two perceptrons over the same observation, and what it begins with.
 *
 * @param distribution what the actor's outputs mean
 * @param actions elements of an action, or how many discrete actions there are
 * @param actor the policy network
 * @param critic the value network, one output
 * @param initialization the initial parameters
 * @param initialLogStd the log of the standard deviation that a Gaussian begins with whose
 *     deviation is a parameter
 * @param sharedBackbone whether both have their hidden layers in common
 */
public record PolicySpec(
    Distribution distribution,
    int actions,
    MlpSpec actor,
    MlpSpec critic,
    Initialization initialization,
    double initialLogStd,
    boolean sharedBackbone) {
  /** The family that actions are drawn from. */
  public enum Distribution {
    /** Diagonal Gaussian whose standard deviation is a parameter, the same in all states. */
    GAUSSIAN,
    /** Diagonal Gaussian whose standard deviation is an output of the actor. */
    STATE_GAUSSIAN,
    /** One of n actions. */
    CATEGORICAL;

    private int outputs(int actions) {
      return this == STATE_GAUSSIAN ? Math.multiplyExact(2, actions) : actions;
    }
  }

  /**
   * Checks that the networks fit.
   *
   * @throws IllegalArgumentException if inputs or outputs do not match, or hidden layers that are
   *     to be shared
   */
  public PolicySpec {
    if (actions < 1 || actor.outputs() != distribution.outputs(actions)) {
      throw new IllegalArgumentException(
          "actions=" + actions + ", actor outputs=" + actor.outputs() + " for " + distribution);
    }
    if (critic.outputs() != 1 || critic.inputs() != actor.inputs()) {
      throw new IllegalArgumentException(
          "critic=%s, required: 1 output, %d inputs".formatted(critic, actor.inputs()));
    }
    if (sharedBackbone) {
      requireSame(actor, critic);
    }
  }

  private static void requireSame(MlpSpec actor, MlpSpec critic) {
    boolean same =
        actor.hidden().equals(critic.hidden()) && actor.activation() == critic.activation();
    Require.require(
        "shared_backbone",
        true,
        same,
        "false for hidden layers %s of the actor and %s of the critic"
            .formatted(hidden(actor), hidden(critic)));
    Require.require(
        "shared_backbone", true, !actor.hidden().isEmpty(), "false without hidden layers");
  }

  private static String hidden(MlpSpec mlp) {
    return mlp.hidden() + " " + mlp.activation().name().toLowerCase(Locale.ROOT);
  }

  /** Two networks apart, and a deviation, if it is a parameter, that begins at 1. */
  public PolicySpec(
      Distribution distribution,
      int actions,
      MlpSpec actor,
      MlpSpec critic,
      Initialization initialization) {
    this(distribution, actions, actor, critic, initialization, 0, false);
  }

  public PolicySpec withInitialization(Initialization other) {
    return new PolicySpec(
        distribution, actions, actor, critic, other, initialLogStd, sharedBackbone);
  }

  public PolicySpec withInitialLogStd(double other) {
    return new PolicySpec(
        distribution, actions, actor, critic, initialization, other, sharedBackbone);
  }

  /**
   * The same with the hidden layers in common.
   *
   * @throws IllegalArgumentException if there are none, or they are not the same
   */
  public PolicySpec withSharedBackbone() {
    return new PolicySpec(
        distribution, actions, actor, critic, initialization, initialLogStd, true);
  }

  /**
   * Actor and critic with hidden layers of the same sizes, each its own.
   *
   * @param observations D, elements of an observation
   * @param actions elements of an action, or how many discrete actions there are
   * @param hidden outputs of the hidden layers
   */
  public static PolicySpec of(
      Distribution distribution,
      int observations,
      int actions,
      List<Integer> hidden,
      Activation activation) {
    return of(distribution, observations, actions, hidden, hidden, activation);
  }

  /**
   * Actor and critic with hidden layers of their own.
   *
   * @param observations D, elements of an observation
   * @param actions elements of an action, or how many discrete actions there are
   * @param hidden outputs of the actor's hidden layers
   * @param criticHidden outputs of the critic's
   */
  public static PolicySpec of(
      Distribution distribution,
      int observations,
      int actions,
      List<Integer> hidden,
      List<Integer> criticHidden,
      Activation activation) {
    int outputs = distribution.outputs(actions);
    return new PolicySpec(
        distribution,
        actions,
        new MlpSpec(observations, hidden, outputs, activation),
        new MlpSpec(observations, criticHidden, 1, activation),
        Initialization.ORTHOGONAL);
  }
}
