package stride.ppo;

import java.lang.foreign.Arena;
import java.util.List;
import stride.learn.Knob;
import stride.memory.DoubleSlab;
import stride.options.Range;

/** What may change while a policy is learnt, in one slab that is part of the state. */
public final class PolicyKnobs {
  /** The slab's name in a state. */
  public static final String STATE = "knobs";

  private static final int LEARNING_RATE = 0;
  private static final int ENT_COEF = 1;
  private static final int COUNT = 2;

  private final DoubleSlab knobs; // [COUNT]

  /**
   * What a run begins with.
   *
   * @param arena owner of the slab
   * @param learningRate at the start of the run
   * @param entCoef weight of the entropy bonus
   */
  public PolicyKnobs(Arena arena, double learningRate, double entCoef) {
    this.knobs = DoubleSlab.allocate(arena, COUNT);
    knobs.set(LEARNING_RATE, learningRate);
    knobs.set(ENT_COEF, entCoef);
  }

  /** The step size, before it is annealed. */
  public double learningRate() {
    return knobs.get(LEARNING_RATE);
  }

  /** The weight of the entropy bonus. */
  public double entCoef() {
    return knobs.get(ENT_COEF);
  }

  /** Both as a user may turn them. */
  public List<Knob> all() {
    return List.of(
        Knob.in(knobs, LEARNING_RATE, "learning_rate", Range.NOT_NEGATIVE),
        Knob.in(knobs, ENT_COEF, "ent_coef", Range.FINITE));
  }

  /** The slab, live. */
  public DoubleSlab state() {
    return knobs;
  }
}
