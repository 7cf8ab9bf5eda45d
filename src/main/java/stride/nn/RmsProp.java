package stride.nn;

/**
 * RMSprop's constants, and the factors of one step.
 *
 * <p>The mean squares are the caller's. Belongs to one thread; {@link #prepare} before every step.
 */
public final class RmsProp {
  /** PyTorch's decay of the mean square. */
  public static final double ALPHA = 0.99;

  private final double alpha;
  private final double eps;
  private float scale;
  private float rate;

  /** An optimiser with PyTorch's decay. */
  public RmsProp(double eps) {
    this(ALPHA, eps);
  }

  /**
   * An optimiser.
   *
   * @param alpha decay of the mean square
   * @param eps added to the root of the mean square
   */
  public RmsProp(double alpha, double eps) {
    this.alpha = alpha;
    this.eps = eps;
  }

  /**
   * Sets the factors of a step.
   *
   * @param gradientScale what gradients are multiplied by first, to clip their norm
   */
  public void prepare(double learningRate, double gradientScale) {
    scale = (float) gradientScale;
    rate = (float) learningRate;
  }

  public float alpha() {
    return (float) alpha;
  }

  /** What a new square counts: 1 - alpha, rounded once. */
  public float share() {
    return (float) (1 - alpha);
  }

  public float eps() {
    return (float) eps;
  }

  /** What gradients are multiplied by, at most 1. */
  public float scale() {
    return scale;
  }

  /** The learning rate. */
  public float rate() {
    return rate;
  }
}
