package stride.dqn;

import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/**
 * The arithmetic of DQN, in twins that agree to the bit: {@code dqn.reference} defines it, {@code
 * dqn.cpu} is fast.
 *
 * <p>A row of a network's outputs has A values of actions in its first columns; rows are as long as
 * the slab's second dimension says. All numbers are floats, and every row is computed as if it were
 * alone. A slab that is too small throws {@link IndexOutOfBoundsException}. Stateless and
 * thread-safe; nothing is allocated.
 */
public interface DqnKernels {
  /**
   * Turns advantages and a state's value into values of actions (Wang et al., 2016): {@code q[k] =
   * value + (advantage[k] - mean)}, the mean being the sum in order times 1 / A.
   *
   * @param actions A
   * @param outputs [rows, > A]: columns [0, A) are the advantages and become the values, column A
   *     is the state's value and stays
   * @param rows at least 1
   */
  void duel(int actions, FloatSlab outputs, int rows);

  /**
   * Takes gradients back through {@link #duel}: that of the state's value is the sum in order, that
   * of an advantage is {@code d[k] - sum * (1 / A)}.
   *
   * @param actions A
   * @param gradients [rows, > A]: columns [0, A) are overwritten in place, column A is overwritten
   * @param rows at least 1
   */
  void duelBackward(int actions, FloatSlab gradients, int rows);

  /**
   * What values are to become: {@code reward + discount * value[r][best]}, best being the first of
   * the largest values in the row of the network that chooses.
   *
   * @param actions A
   * @param values of the next observations, by the target network: [rows, >= A]
   * @param choosing what chooses: the same slab, or for double Q-learning (van Hasselt et al.,
   *     2016) the learnt network's, of the same shape
   * @param rewards [rows], of n steps
   * @param discounts [rows]: gamma^n, 0 where the episode terminated
   * @param targets overwritten: [rows]
   * @param rows at least 1
   */
  void targets(
      int actions,
      FloatSlab values,
      FloatSlab choosing,
      FloatSlab rewards,
      FloatSlab discounts,
      FloatSlab targets,
      int rows);

  /**
   * Losses of the chosen actions' values, and their gradients: with {@code e = value - target}, the
   * loss is {@code weight * loss(e)} and the gradient {@code weight * scale * loss'(e)}.
   *
   * @param loss what an error costs
   * @param actions A
   * @param values of the observations, by the learnt network: [rows, >= A]
   * @param choices [rows], each in [0, A)
   * @param targets [rows]
   * @param weights of importance, of the whole batch
   * @param at where row 0 is in weights and errors
   * @param scale of the gradient: 1 / the rows of the whole batch
   * @param gradients columns [0, A) are overwritten: 0 but for the chosen action's; of the shape of
   *     values
   * @param errors overwritten: e, of the whole batch
   * @param losses overwritten: [rows]
   * @param rows at least 1
   * @throws IndexOutOfBoundsException if a choice is not in [0, A)
   */
  void loss(
      TdLoss loss,
      int actions,
      FloatSlab values,
      IntSlab choices,
      FloatSlab targets,
      FloatSlab weights,
      long at,
      float scale,
      FloatSlab gradients,
      FloatSlab errors,
      FloatSlab losses,
      int rows);

  /**
   * The best action of each row, the first of equals.
   *
   * @param actions A
   * @param values [rows, >= A]
   * @param rows at least 1
   * @param choices overwritten: [rows]
   * @param at where row 0 is in choices
   * @throws ArithmeticException if a value is NaN, which no action could show
   */
  void best(int actions, FloatSlab values, int rows, IntSlab choices, long at);
}
