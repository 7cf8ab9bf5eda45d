package stride.dqn;

import java.util.List;
import stride.learn.Knob;
import stride.memory.DoubleSlab;
import stride.options.Range;

/** What may change while DQN learns, in one slab that is part of the state. */
final class DqnKnobs {
  /** How many there are. */
  static final int COUNT = 2;

  /** Where epsilon is: NaN while the schedule gives it. */
  static final int EPSILON = 0;

  /** Where the learning rate is. */
  static final int LEARNING_RATE = 1;

  private DqnKnobs() {}

  /** Sets what a run begins with. */
  static void begin(DoubleSlab knobs, double learningRate) {
    knobs.set(EPSILON, Double.NaN);
    knobs.set(LEARNING_RATE, learningRate);
  }

  /** Those of a slab, live. */
  static List<Knob> of(DoubleSlab knobs) {
    return List.of(
        Knob.in(knobs, EPSILON, "epsilon", Range.UNIT_INTERVAL),
        Knob.in(knobs, LEARNING_RATE, "learning_rate", Range.NOT_NEGATIVE));
  }
}
