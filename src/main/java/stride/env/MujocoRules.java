package stride.env;

import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.mujoco.StateRows;
import stride.random.RandomStream;

/** What a task adds to MuJoCo's physics, for all rows of a batch in one call. */
interface MujocoRules {
  /** Doubles a row that {@link #reward} needs from before the step. */
  int remembered();

  /** Writes them to before [n, remembered]. */
  void beforeStep(StateRows rows, DoubleSlab before);

  /** Adds noise to a row in the model's default state. */
  void randomize(StateRows rows, int row, RandomStream random);

  /**
   * Judges the step that led to the rows; a control cost sees the controls as they are in the rows.
   *
   * @param before [n, remembered] of {@link #beforeStep}
   * @param rewards [n], overwritten
   * @param terminated [n], overwritten by 0 or 1
   */
  void reward(StateRows rows, DoubleSlab before, DoubleSlab rewards, ByteSlab terminated);

  /** Writes the observations of rows [from, to) to out [to - from, D]. */
  void observe(StateRows rows, int from, int to, DoubleSlab out);
}
