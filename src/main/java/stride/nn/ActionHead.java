package stride.nn;

/** What the outputs of an actor mean. */
public sealed interface ActionHead permits GaussianHead, CategoricalHead {
  /**
   * How many outputs of the actor are used.
   *
   * @return the first so many columns of an output row
   */
  int outputs();

  /**
   * How many pairs of random words the sampling of a row takes.
   *
   * @return an even number: Philox deals two pairs at a time
   */
  int wordPairs();

  /**
   * How many floats the kernels need to work in.
   *
   * @param rows rows of a call
   * @return a multiple of 16
   */
  long scratchLength(int rows);

  /**
   * The row length of the actor's output.
   *
   * @return floats
   */
  default int outputStride() {
    return LinearLayout.padded(outputs());
  }
}
