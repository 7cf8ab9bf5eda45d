package stride.sac;

import stride.env.ActionSpace;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.nn.Kernels;
import stride.nn.Mlp;
import stride.nn.MlpSpec;
import stride.nn.SacLayout;
import stride.nn.SquashedHead;

/**
 * The networks of SAC: their layout, and the kernels that run them. Holds no weights. Stateless.
 */
final class SacNetwork {
  private final SacLayout layout;
  private final SquashedHead head;
  private final Kernels kernels;
  private final SacKernels sac;
  private final Mlp actor;
  private final Mlp q1;
  private final Mlp q2;
  private final Mlp target1;
  private final Mlp target2;

  /**
   * Networks that a backend computes.
   *
   * @throws IllegalArgumentException if a bound of the actions is not finite
   */
  SacNetwork(SacLayout layout, ActionSpace.Box bounds, Backend backend) {
    this.layout = layout;
    this.head = new SquashedHead(bounds.low(), bounds.high());
    this.kernels = Backends.kernels(backend);
    this.sac = SacBackends.kernels(backend);
    this.actor = new Mlp(layout.actor(), kernels);
    this.q1 = new Mlp(layout.q1(), kernels);
    this.q2 = new Mlp(layout.q2(), kernels);
    this.target1 = new Mlp(layout.targets().chain("q1"), kernels);
    this.target2 = new Mlp(layout.targets().chain("q2"), kernels);
  }

  /** Where the weights lie. */
  SacLayout layout() {
    return layout;
  }

  /** What the actor's outputs mean. */
  SquashedHead head() {
    return head;
  }

  /** What computes layers. */
  Kernels kernels() {
    return kernels;
  }

  /** What computes everything else. */
  SacKernels sac() {
    return sac;
  }

  Mlp actor() {
    return actor;
  }

  Mlp q1() {
    return q1;
  }

  Mlp q2() {
    return q2;
  }

  /** The first critic, in the slab of those that follow. */
  Mlp target1() {
    return target1;
  }

  /** The second critic, in the slab of those that follow. */
  Mlp target2() {
    return target2;
  }

  /** The logarithm of the temperature. */
  float logAlpha(FloatSlab parameters) {
    return parameters.get(layout.temperatureRange().offset());
  }

  /**
   * Floating-point operations of one row of a batch through targets and critics: the actor, two
   * target critics, two critics there and back.
   */
  long criticFlop() {
    final MlpSpec critic = q1.layout().spec();
    return actor.layout().spec().forwardFlop()
        + 2 * critic.forwardFlop()
        + 2 * (critic.forwardFlop() + critic.backwardFlop());
  }

  /**
   * Floating-point operations of one row through a step of the policy: the actor there and back,
   * two critics there and back to their input alone.
   */
  long policyFlop() {
    final MlpSpec critic = q1.layout().spec();
    final MlpSpec own = actor.layout().spec();
    return own.forwardFlop() + own.backwardFlop() + 2 * (2 * critic.forwardFlop());
  }
}
