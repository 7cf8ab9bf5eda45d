package stride.nn;

/** Initial parameters; log-std is 0 either way. */
public enum Initialization {
  /**
   * Orthogonal weights with gain √2 in hidden layers, 0.01 in the actor's last, 1 in the last of a
   * critic and of a Q network; biases 0.
   */
  ORTHOGONAL,
  /** PyTorch's for linear layers: weights and biases uniform within ± 1 / √inputs of the layer. */
  UNIFORM
}
