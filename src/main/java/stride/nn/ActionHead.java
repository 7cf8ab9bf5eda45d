package stride.nn;

/** What the outputs of an actor mean. */
public sealed interface ActionHead permits GaussianHead, CategoricalHead {
  /** How many columns of an output row of the actor are used, from the first on. */
  int outputs();

  /**
   * Pairs of random words that the sampling of a row takes: an even number, since Philox deals two
   * pairs at a time.
   */
  int wordPairs();

  /** Floats that the kernels need to work in for a call with so many rows, a multiple of 16. */
  long scratchLength(int rows);

  /** Floats of an output row of the actor. */
  default int outputStride() {
    return LinearLayout.padded(outputs());
  }
}
