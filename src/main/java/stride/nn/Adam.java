package stride.nn;

/**
 * Adam's constants, and the factors of one step.
 *
 * <p>The moments are the caller's. Belongs to one thread; {@link #prepare} before every step.
 */
public final class Adam {
  /** PyTorch's decay of the mean. */
  public static final double BETA1 = 0.9;

  /** PyTorch's decay of the mean square. */
  public static final double BETA2 = 0.999;

  private final double beta1;
  private final double beta2;
  private final double eps;
  private float scale;
  private float step;
  private float root;

  /** An optimiser with PyTorch's decays. */
  public Adam(double eps) {
    this(BETA1, BETA2, eps);
  }

  /**
   * An optimiser.
   *
   * @param beta1 decay of the mean
   * @param beta2 decay of the mean square
   * @param eps added to the root of the mean square
   */
  public Adam(double beta1, double beta2, double eps) {
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.eps = eps;
  }

  /**
   * Computes the factors of a step, with the bias corrections of its number.
   *
   * @param number of the step, from 1
   * @param gradientScale what gradients are multiplied by first, to clip their norm
   */
  public void prepare(long number, double learningRate, double gradientScale) {
    scale = (float) gradientScale;
    step = (float) (learningRate / (1 - StrictMath.pow(beta1, (double) number)));
    root = (float) (1 / Math.sqrt(1 - StrictMath.pow(beta2, (double) number)));
  }

  public float beta1() {
    return (float) beta1;
  }

  public float beta2() {
    return (float) beta2;
  }

  public float eps() {
    return (float) eps;
  }

  /** What gradients are multiplied by, at most 1. */
  public float scale() {
    return scale;
  }

  /** The learning rate over the bias correction of the mean. */
  public float step() {
    return step;
  }

  /** One over the root of the bias correction of the mean square. */
  public float root() {
    return root;
  }
}
