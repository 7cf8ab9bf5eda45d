package stride.sac;

import stride.memory.FloatSlab;
import stride.nn.SquashedHead;

/**
 * The arithmetic of soft actor-critic beyond networks, in twins: {@code sac.reference} defines it,
 * {@code sac.cpu} is fast.
 *
 * <p>Outputs of networks are rows as long as the slab's second dimension says; a critic's value is
 * the first of its row. Gradients are those of means over a batch, so that those of its parts add
 * up. Every row is computed as if it were alone. What takes no exponential is in single precision,
 * and the twins agree to the bit: {@link #targets}, {@link #criticLoss}, {@link #actorLoss}. A slab
 * that is too small throws {@link IndexOutOfBoundsException}. Stateless and thread-safe; the fast
 * twin allocates nothing.
 */
public interface SacKernels {
  /**
   * Draws actions and their log-probabilities, which are computed from the noise itself.
   *
   * @param head sizes and bounds
   * @param outputs of the actor: [rows, head.outputStride]
   * @param drawn its noise is read, the rest overwritten
   * @param actions the A elements from {@code at} on are overwritten in each row
   * @param at where the action of row 0 starts
   * @param stride from the action of a row to that of the next, at least A
   * @param rows at least 1
   */
  void sample(
      SquashedHead head,
      FloatSlab outputs,
      DrawnActions drawn,
      FloatSlab actions,
      long at,
      int stride,
      int rows);

  /**
   * The actions without noise: {@code scale * tanh(mean) + bias}.
   *
   * @param head sizes and bounds
   * @param outputs of the actor: [rows, head.outputStride]
   * @param drawn its scratch is overwritten
   * @param actions the A elements from {@code at} on are overwritten in each row
   * @param at where the action of row 0 starts
   * @param stride from the action of a row to that of the next, at least A
   * @param rows at least 1
   */
  void mode(
      SquashedHead head,
      FloatSlab outputs,
      DrawnActions drawn,
      FloatSlab actions,
      long at,
      int stride,
      int rows);

  /**
   * What the critics' values are to become: {@code reward + discount * (min(first, second) - alpha
   * * logProb)}.
   *
   * @param alpha the temperature
   * @param first a target critic's outputs, of the next observations and actions drawn for them
   * @param second the other's, of the same shape
   * @param logProbs of those actions: [rows]
   * @param rewards [rows], of n steps
   * @param discounts [rows]: gamma^n, 0 where the episode terminated
   * @param targets overwritten: [rows]
   * @param rows at least 1
   */
  void targets(
      float alpha,
      FloatSlab first,
      FloatSlab second,
      FloatSlab logProbs,
      FloatSlab rewards,
      FloatSlab discounts,
      FloatSlab targets,
      int rows);

  /**
   * Squared errors of one critic and their gradients: {@code (value - target)^2} and {@code 2
   * weight (value - target)}.
   *
   * @param values the critic's outputs
   * @param targets [rows]
   * @param weight of a row in the mean: 1 / rows of the batch
   * @param gradients overwritten in column 0; of the shape of values
   * @param losses overwritten: [rows]
   * @param rows at least 1
   */
  void criticLoss(
      FloatSlab values,
      FloatSlab targets,
      float weight,
      FloatSlab gradients,
      FloatSlab losses,
      int rows);

  /**
   * The actor's losses, {@code alpha * logProb - min(first, second)}, and their gradients with
   * respect to the critics' values: -weight for the smaller one, the first of equals, and 0 for the
   * other.
   *
   * @param alpha the temperature
   * @param weight of a row in the mean: 1 / rows of the batch
   * @param first a critic's outputs, of the observations and actions drawn for them
   * @param second the other's, of the same shape
   * @param logProbs of those actions: [rows]
   * @param firstGradients overwritten in column 0; of the shape of first
   * @param secondGradients likewise
   * @param losses overwritten: [rows]
   * @param rows at least 1
   */
  void actorLoss(
      float alpha,
      float weight,
      FloatSlab first,
      FloatSlab second,
      FloatSlab logProbs,
      FloatSlab firstGradients,
      FloatSlab secondGradients,
      FloatSlab losses,
      int rows);

  /**
   * Takes gradients back to the actor's outputs: those of {@code weight * alpha * logProb}, and
   * those that come with the action through the critics.
   *
   * @param head sizes and bounds
   * @param outputs of the actor, as {@link #sample} had them
   * @param drawn as sample left it, with as many rows; its scratch is overwritten
   * @param alpha the temperature
   * @param weight of a row in the mean: 1 / rows of the batch
   * @param actionGradients of the loss, through both critics: rows in which those of the action
   *     start at {@code column}
   * @param column of the action's first element
   * @param gradients the first 2 A columns are overwritten: [rows, head.outputStride]
   * @param rows at least 1
   */
  void actorGradient(
      SquashedHead head,
      FloatSlab outputs,
      DrawnActions drawn,
      float alpha,
      float weight,
      FloatSlab actionGradients,
      int column,
      FloatSlab gradients,
      int rows);

  /**
   * By how much log-probabilities lie above the negative of the entropy that is wanted, summed over
   * rows in order. Minus alpha times the mean of it is the gradient of the temperature's loss with
   * respect to log alpha, and the loss as well. The twins share it.
   *
   * @param logProbs [rows]
   * @param targetEntropy what is wanted
   * @param rows at least 1
   */
  default double excess(FloatSlab logProbs, double targetEntropy, int rows) {
    double sum = 0;
    for (int r = 0; r < rows; r++) {
      sum += logProbs.get(r) + targetEntropy;
    }
    return sum;
  }
}
