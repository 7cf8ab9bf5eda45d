package stride.nn;

import java.util.ArrayList;
import java.util.List;
import stride.memory.FloatSlab;
import stride.memory.Shape;

/**
 * Where all chains of layers of an algorithm lie in one flat slab of floats; gradients and moments
 * are laid out alike.
 *
 * <pre>
 *   0                                                                     size
 *   | chain (MlpLayout) | chain | ... | vector [pad(n)] | vector | ...
 * </pre>
 *
 * <p>A chain reads an observation, an observation with an action, or what a chain before it puts
 * out: so actor and critic can share a trunk. Immutable.
 */
public final class NetworkLayout {
  private final List<MlpLayout> chains;
  private final List<ParameterTensor> layers; // without vectors
  private final List<ParameterTensor> tensors;
  private final long size;

  /**
   * Lays out a network.
   *
   * @param specs its chains, in order
   * @param vectors behind them
   * @throws IllegalArgumentException if two chains have one name, or one reads what no chain before
   *     it puts out
   */
  public NetworkLayout(List<ChainSpec> specs, List<ParameterVector> vectors) {
    List<MlpLayout> made = new ArrayList<>();
    List<ParameterTensor> list = new ArrayList<>();
    long at = 0;
    for (ChainSpec spec : specs) {
      check(spec, made);
      MlpLayout chain = new MlpLayout(spec, at);
      made.add(chain);
      list.addAll(chain.tensors());
      at = chain.end();
    }
    this.chains = List.copyOf(made);
    this.layers = List.copyOf(list);
    for (ParameterVector vector : vectors) {
      list.add(new ParameterTensor(vector.name(), Shape.of(vector.elements()), at, 0));
      at += LinearLayout.padded(vector.elements());
    }
    this.tensors = List.copyOf(list);
    this.size = at;
  }

  private static void check(ChainSpec spec, List<MlpLayout> before) {
    if (before.stream().anyMatch(chain -> chain.name().equals(spec.name()))) {
      throw new IllegalArgumentException("two chains are called " + spec.name());
    }
    if (spec.input() instanceof ChainInput.Output(String from, int elements)
        && before.stream().noneMatch(c -> c.name().equals(from) && c.spec().width() == elements)) {
      throw new IllegalArgumentException(
          "%s reads %d elements of %s, before it are %s"
              .formatted(
                  spec.name(),
                  elements,
                  from,
                  before.stream().map(c -> c.name() + " of " + c.spec().width()).toList()));
    }
  }

  /** All chains, in the order in which they can run. */
  public List<MlpLayout> chains() {
    return chains;
  }

  /**
   * A chain by its name.
   *
   * @throws IllegalArgumentException if there is none of that name
   */
  public MlpLayout chain(String name) {
    return chains.stream()
        .filter(chain -> chain.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no chain %s, there are %s"
                        .formatted(name, chains.stream().map(MlpLayout::name).toList())));
  }

  /** Floats of the slab, padding included: a multiple of 16. */
  public long size() {
    return size;
  }

  /**
   * All tensors: those of the chains in order, then the vectors. The order never changes: the place
   * in it numbers their random streams.
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
    return tensors.stream()
        .filter(tensor -> tensor.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no tensor %s, there are %s"
                        .formatted(name, tensors.stream().map(ParameterTensor::name).toList())));
  }

  /** Floating-point operations of one row through all chains, as {@link MlpSpec} counts them. */
  public long forwardFlop() {
    return chains.stream().mapToLong(chain -> chain.spec().forwardFlop()).sum();
  }

  /** The same of one row's gradients: of all weights, and of whatever a chain reads of another. */
  public long backwardFlop() {
    return chains.stream()
        .mapToLong(
            chain ->
                chain.input() instanceof ChainInput.Output
                    ? 2 * chain.spec().forwardFlop()
                    : chain.spec().backwardFlop())
        .sum();
  }

  /**
   * Sets the initial parameters [size]; vectors and padding are 0. The same bits on every machine.
   *
   * @throws IllegalArgumentException if the slab is too short
   */
  public void initialize(FloatSlab parameters, long seed, Initialization how) {
    checkLength(parameters);
    parameters.clear();
    switch (how) {
      case ORTHOGONAL -> InitialParameters.orthogonal(parameters, seed, layers, this::gain);
      case UNIFORM -> InitialParameters.uniform(parameters, seed, layers);
    }
  }

  private double gain(ParameterTensor weight) {
    int k = 0;
    while (weight.offset() >= chains.get(k).end()) {
      k++;
    }
    return chains.get(k).gain(weight);
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
}
