package stride.optim;

import stride.learn.NotFiniteException;

/**
 * How an update says that something is not finite, whichever backend finds it.
 *
 * @param update number of the update, from 0
 * @param learningRate of the update
 * @param stepsSoFar the optimiser's steps before it
 */
public record UpdateFailure(long update, double learningRate, long stepsSoFar) {
  /**
   * Names what is not finite in a minibatch: the first of its numbers that is not.
   *
   * @param minibatch its number in the epoch
   * @param epoch from 0
   * @param policyLoss of the minibatch
   * @param valueLoss of the minibatch
   * @param gradNorm of the minibatch
   * @return to be thrown
   */
  public NotFiniteException inMinibatch(
      int minibatch, int epoch, double policyLoss, double valueLoss, double gradNorm) {
    String what =
        !Double.isFinite(policyLoss)
            ? "policy_loss=" + policyLoss
            : !Double.isFinite(valueLoss) ? "value_loss=" + valueLoss : "grad_norm=" + gradNorm;
    return of(what + " in minibatch " + minibatch + " of epoch " + epoch);
  }

  /**
   * Names what is not finite.
   *
   * @param what a number or its kind
   * @return to be thrown
   */
  public NotFiniteException of(String what) {
    return new NotFiniteException(
        "not finite: "
            + what
            + ", update "
            + update
            + ", learning_rate="
            + learningRate
            + ", gradient steps so far="
            + stepsSoFar);
  }
}
