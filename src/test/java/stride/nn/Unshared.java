package stride.nn;

import stride.memory.FloatSlab;

/** What an actor-critic with a shared backbone would be with two copies of its hidden layers. */
public final class Unshared {
  private Unshared() {}

  /** The layout of the copies. */
  public static PolicyLayout layout(PolicyLayout shared) {
    PolicySpec spec = shared.spec();
    return new PolicyLayout(
        new PolicySpec(
            spec.distribution(),
            spec.actions(),
            spec.actor(),
            spec.critic(),
            spec.initialization()));
  }

  /** The tensor of which one of the unshared layout is a copy. */
  public static ParameterTensor origin(PolicyLayout shared, ParameterTensor copy) {
    String name = copy.name();
    int hidden = shared.spec().actor().hidden().size();
    for (int i = 0; i < hidden; i++) {
      name = name.replaceFirst("^(actor|critic)\\." + 2 * i + "\\.", "trunk." + 2 * i + ".");
    }
    return shared.tensor(name.replace("." + 2 * hidden + ".", ".0."));
  }

  /** Copies all parameters. */
  public static void copy(
      PolicyLayout shared, FloatSlab from, PolicyLayout unshared, FloatSlab to) {
    for (ParameterTensor tensor : unshared.tensors()) {
      tensor.put(to, origin(shared, tensor).get(from));
    }
  }
}
