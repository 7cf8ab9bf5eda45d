package stride.optim;

import stride.options.Words;

/** The optimisers that there are. */
public enum OptimizerKind {
  /** Kingma and Ba, 2015, with PyTorch's decays. */
  ADAM,
  /** Tieleman and Hinton, 2012, with PyTorch's decay and without momentum. */
  RMSPROP,
  /** Plain gradient descent. */
  SGD;

  /**
   * The constant of a name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static OptimizerKind of(String name) {
    return Words.find("optimizer", name, OptimizerKind.class);
  }

  /**
   * An optimiser for one thread.
   *
   * @param eps added to the denominator; gradient descent has none
   */
  public Optimizer optimizer(double eps) {
    return switch (this) {
      case ADAM -> new AdamOptimizer(eps, true);
      case RMSPROP -> new RmsPropOptimizer(eps);
      case SGD -> new SgdOptimizer();
    };
  }

  @Override
  public String toString() {
    return Words.of(this);
  }
}
