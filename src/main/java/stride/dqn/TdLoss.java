package stride.dqn;

/** What a temporal-difference error e costs. */
public enum TdLoss {
  /** {@code e^2}: CleanRL's. */
  MSE,
  /** {@code e^2 / 2} up to 1, {@code |e| - 1/2} beyond: the gradient is at most 1. */
  HUBER
}
