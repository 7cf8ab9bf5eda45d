package stride.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import stride.memory.FloatSlab;

/**
 * Where the networks of SAC (Haarnoja et al., 2018) lie in two flat slabs of floats: what learns,
 * and the two critics that follow.
 *
 * <pre>
 *   parameters  | actor | q1 | q2 | log_alpha [16] |
 *   targets             | q1 | q2 |
 *
 *   outputs of a row of the actor | mean 0 .. A-1 | raw log-std 0 .. A-1 | padding |
 *   inputs of a row of a critic   | observation 0 .. D-1 | action 0 .. A-1 | padding |
 * </pre>
 *
 * <p>Immutable.
 */
public final class SacLayout {
  private final int actions;
  private final NetworkLayout network;
  private final NetworkLayout targets;

  // asked for in every update: looked up once
  private final MlpLayout actor;
  private final MlpLayout q1;
  private final MlpLayout q2;
  private final ParameterRange actorRange;
  private final ParameterRange criticRange;
  private final ParameterRange temperatureRange;

  /**
   * Lays out actor and critics.
   *
   * @param observations D, elements of an observation
   * @param actions A, elements of an action
   * @param hidden outputs of the hidden layers of each, first to last; may be empty
   * @param activation of the hidden layers
   * @throws IllegalArgumentException if a size is below 1
   */
  public SacLayout(int observations, int actions, List<Integer> hidden, Activation activation) {
    if (actions < 1) {
      throw new IllegalArgumentException("actions=" + actions + ", required: >= 1");
    }
    this.actions = actions;
    List<ChainSpec> critics =
        List.of(
            critic("q1", observations, actions, hidden, activation),
            critic("q2", observations, actions, hidden, activation));
    List<ChainSpec> all = new ArrayList<>();
    all.add(actor(observations, actions, hidden, activation));
    all.addAll(critics);
    this.network = new NetworkLayout(all, List.of(new ParameterVector("log_alpha", 1)));
    this.targets = new NetworkLayout(critics, List.of());
    this.actor = network.chain("actor");
    this.q1 = network.chain("q1");
    this.q2 = network.chain("q2");
    this.actorRange = new ParameterRange(0, actor.end());
    this.criticRange = new ParameterRange(q1.start(), targets.size());
    this.temperatureRange = new ParameterRange(q2.end(), network.size() - q2.end());
  }

  private static ChainSpec actor(
      int observations, int actions, List<Integer> hidden, Activation activation) {
    return named(
        "actor",
        new ChainInput.Observation(observations),
        new MlpSpec(observations, hidden, Math.multiplyExact(2, actions), activation),
        new ChainSpec.Head("actor.fc_mean", 0, actions),
        new ChainSpec.Head("actor.fc_logstd", actions, actions));
  }

  private static ChainSpec critic(
      String name, int observations, int actions, List<Integer> hidden, Activation activation) {
    ChainInput input = new ChainInput.ObservationAndAction(observations, actions);
    return named(
        name,
        input,
        new MlpSpec(input.elements(), hidden, 1, activation),
        new ChainSpec.Head(module(name, hidden.size()), 0, 1));
  }

  /** A chain whose layers have CleanRL's names. */
  private static ChainSpec named(
      String name, ChainInput input, MlpSpec sizes, ChainSpec.Head... heads) {
    List<String> modules =
        IntStream.range(0, sizes.hidden().size()).mapToObj(i -> module(name, i)).toList();
    return new ChainSpec(name, input, sizes, modules, List.of(heads), 1);
  }

  private static String module(String chain, int layer) {
    return chain + ".fc" + (layer + 1);
  }

  /** All that learns: actor, critics, and the logarithm of the temperature. */
  public NetworkLayout network() {
    return network;
  }

  /** The critics that follow, in a slab of their own: q1 and q2 as they lie in their range. */
  public NetworkLayout targets() {
    return targets;
  }

  public int actions() {
    return actions;
  }

  public MlpLayout actor() {
    return actor;
  }

  public MlpLayout q1() {
    return q1;
  }

  public MlpLayout q2() {
    return q2;
  }

  /** What the optimiser of the policy steps. */
  public ParameterRange actorRange() {
    return actorRange;
  }

  /** What the optimiser of both critics steps, and the targets follow. */
  public ParameterRange criticRange() {
    return criticRange;
  }

  /** What the optimiser of the temperature steps. */
  public ParameterRange temperatureRange() {
    return temperatureRange;
  }

  /**
   * Sets the initial parameters: layers as PyTorch's, the temperature 1. The same bits on every
   * machine.
   *
   * @throws IllegalArgumentException if the slab is too short
   */
  public void initialize(FloatSlab parameters, long seed) {
    network.initialize(parameters, seed, Initialization.UNIFORM);
  }
}
