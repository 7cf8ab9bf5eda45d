package stride.nn;

import java.util.Arrays;
import java.util.List;
import stride.memory.FloatSlab;

/**
 * Where an actor-critic lies in one flat slab of floats: a network of two or three chains, and what
 * its outputs mean.
 *
 * <pre>
 *   | actor | critic | logstd [pad(A)] |           each with its own hidden layers
 *   | trunk | actor | critic | logstd [pad(A)] |   hidden layers in common, heads of one layer
 *                            ^ only if it does not depend on the state
 * </pre>
 *
 * <p>Immutable.
 */
public final class PolicyLayout {
  private static final double ACTOR_HEAD_GAIN = 0.01;

  private final PolicySpec spec;
  private final NetworkLayout network;
  private final MlpLayout trunk; // null: actor and critic are apart
  private final MlpLayout actor;
  private final MlpLayout critic;
  private final ActionHead head;

  public PolicyLayout(PolicySpec spec) {
    this.spec = spec;
    this.network =
        new NetworkLayout(
            spec.sharedBackbone() ? shared(spec) : apart(spec),
            spec.distribution() == PolicySpec.Distribution.GAUSSIAN
                ? List.of(new ParameterVector("logstd", spec.actions()))
                : List.of());
    this.trunk = spec.sharedBackbone() ? network.chain("trunk") : null;
    this.actor = network.chain("actor");
    this.critic = network.chain("critic");
    this.head =
        switch (spec.distribution()) {
          case GAUSSIAN -> new ActionHead.Gaussian(spec.actions(), false, critic.end());
          case STATE_GAUSSIAN -> new ActionHead.Gaussian(spec.actions(), true, -1);
          case CATEGORICAL -> new ActionHead.Categorical(spec.actions());
        };
  }

  private static List<ChainSpec> apart(PolicySpec spec) {
    ChainInput observation = new ChainInput.Observation(spec.actor().inputs());
    return List.of(
        ChainSpec.of("actor", observation, spec.actor()).withHeadGain(ACTOR_HEAD_GAIN),
        ChainSpec.of("critic", observation, spec.critic()));
  }

  private static List<ChainSpec> shared(PolicySpec spec) {
    MlpSpec trunk = spec.actor().trunk();
    ChainInput features = new ChainInput.Output("trunk", trunk.width());
    return List.of(
        ChainSpec.of("trunk", new ChainInput.Observation(trunk.inputs()), trunk),
        ChainSpec.of("actor", features, spec.actor().head()).withHeadGain(ACTOR_HEAD_GAIN),
        ChainSpec.of("critic", features, spec.critic().head()));
  }

  public PolicySpec spec() {
    return spec;
  }

  /** All chains and what is behind them. */
  public NetworkLayout network() {
    return network;
  }

  /** The hidden layers that actor and critic read; null where each has its own. */
  public MlpLayout trunk() {
    return trunk;
  }

  public MlpLayout actor() {
    return actor;
  }

  public MlpLayout critic() {
    return critic;
  }

  /** What the actor's outputs mean. */
  public ActionHead head() {
    return head;
  }

  /** Floats of the slab, padding included: a multiple of 16. */
  public long size() {
    return network.size();
  }

  /** Floats of a row of observations: D rounded up to a multiple of 4. */
  public int inputStride() {
    return network.chains().getFirst().inputStride();
  }

  /** All tensors: trunk, if there is one, actor, critic, then {@code logstd} likewise. */
  public List<ParameterTensor> tensors() {
    return network.tensors();
  }

  /**
   * A tensor by its name, for example {@code critic.4.bias} or {@code logstd}.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public ParameterTensor tensor(String name) {
    return network.tensor(name);
  }

  /**
   * Sets the initial parameters [size] as the spec says; padding is 0. The same bits on every
   * machine.
   */
  public void initialize(FloatSlab parameters, long seed) {
    network.initialize(parameters, seed, spec.initialization());
    if (spec.distribution() == PolicySpec.Distribution.GAUSSIAN) {
      float[] logStd = new float[spec.actions()];
      Arrays.fill(logStd, (float) spec.initialLogStd());
      tensor("logstd").put(parameters, logStd);
    }
  }

  /** Floating-point operations of one row's value, as {@link MlpSpec#forwardFlop} counts them. */
  public long valueFlop() {
    long own = critic.spec().forwardFlop();
    return trunk == null ? own : trunk.spec().forwardFlop() + own;
  }

  /**
   * Checks that a slab can hold the parameters.
   *
   * @throws IllegalArgumentException if it is too short
   */
  public void checkLength(FloatSlab parameters) {
    network.checkLength(parameters);
  }
}
