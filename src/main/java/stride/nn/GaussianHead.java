package stride.nn;

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
public record GaussianHead(int actions, boolean stateDependent, long logStd) implements ActionHead {
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
