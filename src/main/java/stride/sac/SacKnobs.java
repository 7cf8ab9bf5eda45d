package stride.sac;

import java.util.List;
import stride.learn.Knob;
import stride.memory.DoubleSlab;
import stride.options.Range;

/** What may change while SAC learns, in one slab that is part of the state. */
final class SacKnobs {
  /** How many there are. */
  static final int COUNT = 2;

  /** Where the policy's learning rate is. */
  static final int POLICY_LR = 0;

  /** Where that of critics and temperature is. */
  static final int Q_LR = 1;

  private SacKnobs() {}

  /** Sets what a run begins with. */
  static void begin(DoubleSlab knobs, SacConfig.Rates rates) {
    knobs.set(POLICY_LR, rates.policy());
    knobs.set(Q_LR, rates.critics());
  }

  /** Those of a slab, live. */
  static List<Knob> of(DoubleSlab knobs) {
    return List.of(
        Knob.in(knobs, POLICY_LR, "policy_lr", Range.NOT_NEGATIVE),
        Knob.in(knobs, Q_LR, "q_lr", Range.NOT_NEGATIVE));
  }
}
