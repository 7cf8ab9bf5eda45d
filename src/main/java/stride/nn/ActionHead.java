package stride.nn;

/** What the outputs of an actor mean. */
public sealed interface ActionHead {
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

  /**
   * A diagonal Gaussian: output columns {@code [0, A)} are the mean; the logarithm of the standard
   * deviation is either a parameter or output columns {@code [A, 2A)}.
   *
   * <pre>log p(a) = sum over k of -((a_k - mean_k) / std_k)^2 / 2 - logStd_k - log(2 pi) / 2</pre>
   *
   * @param actions A, elements of an action
   * @param stateDependent whether the actor puts out the log-std
   * @param logStd where the log-std [A], padded to 16, lies in the parameter slab; ignored if
   *     state-dependent
   */
  public record Gaussian(int actions, boolean stateDependent, long logStd) implements ActionHead {
    @Override
    public int outputs() {
      return stateDependent ? 2 * actions : actions;
    }

    @Override
    public int wordPairs() {
      // a pair of words becomes two normals, and pairs come in twos
      return LinearLayout.roundUp(Math.ceilDiv(actions, 2), 2);
    }

    @Override
    public long scratchLength(int rows) {
      return (stateDependent ? (long) rows : 1) * outputStride();
    }
  }

  /**
   * A choice among n actions: output columns {@code [0, n)} are logits.
   *
   * <pre>log p(a) = logit_a - max - log(sum over k of exp(logit_k - max))</pre>
   *
   * @param actions n, how many there are to choose from
   */
  public record Categorical(int actions) implements ActionHead {
    @Override
    public int outputs() {
      return actions;
    }

    @Override
    public int wordPairs() {
      return 2;
    }

    @Override
    public long scratchLength(int rows) {
      // columns of rows: an exponential per action, maximum, sum, cumulative sum
      return (actions + 3L) * LinearLayout.padded(rows);
    }
  }
}
