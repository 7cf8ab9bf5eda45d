package stride.nn;

/** What is applied to every output of a hidden layer; output layers have none. */
public enum Activation {
  /** Hyperbolic tangent. */
  TANH,
  /** 0 where negative, else unchanged. */
  RELU
}
