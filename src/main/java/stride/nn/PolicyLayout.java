package stride.nn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import stride.memory.FloatSlab;
import stride.memory.Shape;

/**
 * Where an actor-critic lies in one flat slab of floats; gradients and moments are laid out alike.
 *
 * <pre>
 *   0                                              size
 *   | actor (MlpLayout) | critic (MlpLayout) | logstd [pad(A)] |
 *                                              ^ only if it does not depend on the state
 * </pre>
 *
 * <p>Immutable.
 */
public final class PolicyLayout {
  private static final double ACTOR_HEAD_GAIN = 0.01;
  private static final double CRITIC_HEAD_GAIN = 1;

  private final PolicySpec spec;
  private final MlpLayout actor;
  private final MlpLayout critic;
  private final ActionHead head;
  private final long size;
  private final List<ParameterTensor> layers; // without log-std
  private final List<ParameterTensor> tensors;

  public PolicyLayout(PolicySpec spec) {
    this.spec = spec;
    this.actor = new MlpLayout(spec.actor(), "actor", 0);
    this.critic = new MlpLayout(spec.critic(), "critic", actor.end());
    List<ParameterTensor> list = new ArrayList<>(actor.tensors());
    list.addAll(critic.tensors());
    this.layers = List.copyOf(list);
    long end = critic.end();
    if (spec.distribution() == PolicySpec.Distribution.GAUSSIAN) {
      list.add(new ParameterTensor("logstd", Shape.of(spec.actions()), end, 0));
      end += LinearLayout.padded(spec.actions());
    }
    this.head =
        switch (spec.distribution()) {
          case GAUSSIAN -> new ActionHead.Gaussian(spec.actions(), false, critic.end());
          case STATE_GAUSSIAN -> new ActionHead.Gaussian(spec.actions(), true, -1);
          case CATEGORICAL -> new ActionHead.Categorical(spec.actions());
        };
    this.size = end;
    this.tensors = List.copyOf(list);
  }

  public PolicySpec spec() {
    return spec;
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
    return size;
  }

  /** Floats of a row of observations: D rounded up to a multiple of 4. */
  public int inputStride() {
    return actor.inputStride();
  }

  /**
   * All tensors: actor, critic, then {@code logstd} where there is one. The order never changes:
   * the place in it numbers their random streams.
   */
  public List<ParameterTensor> tensors() {
    return tensors;
  }

  /**
   * A tensor by its name, for example {@code critic.4.bias} or {@code logstd}.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public ParameterTensor tensor(String name) {
    for (ParameterTensor tensor : tensors) {
      if (tensor.name().equals(name)) {
        return tensor;
      }
    }
    throw new IllegalArgumentException(
        "no tensor "
            + name
            + ", there are "
            + tensors.stream().map(ParameterTensor::name).toList());
  }

  /**
   * Sets the initial parameters [size] as the spec says; padding is 0. The same bits on every
   * machine.
   */
  public void initialize(FloatSlab parameters, long seed) {
    checkLength(parameters);
    parameters.clear();
    switch (spec.initialization()) {
      case ORTHOGONAL -> InitialParameters.orthogonal(parameters, seed, tensors, this::gain);
      case UNIFORM -> InitialParameters.uniform(parameters, seed, layers);
    }
    if (spec.distribution() == PolicySpec.Distribution.GAUSSIAN) {
      float[] logStd = new float[spec.actions()];
      Arrays.fill(logStd, (float) spec.initialLogStd());
      tensor("logstd").put(parameters, logStd);
    }
  }

  /**
   * Checks that a slab can hold the parameters.
   *
   * @throws IllegalArgumentException if it is too short
   */
  public void checkLength(FloatSlab parameters) {
    if (parameters.length() < size) {
      throw new IllegalArgumentException("capacity=" + parameters.length() + ", required=" + size);
    }
  }

  private double gain(ParameterTensor weight) {
    if (weight.offset() == actor.layer(actor.layers() - 1).weights()) {
      return ACTOR_HEAD_GAIN;
    }
    if (weight.offset() == critic.layer(critic.layers() - 1).weights()) {
      return CRITIC_HEAD_GAIN;
    }
    return StrictMath.sqrt(2);
  }
}
