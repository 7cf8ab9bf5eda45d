package stride.bench;

import stride.collect.ActionRows;
import stride.collect.Actor;
import stride.memory.FloatSlab;

/** Plays the actions of a tape, over and over. Belongs to one thread; the tape is the caller's. */
final class TapedActor implements Actor {
  private final ActionTape tape;
  private final int steps; // of the tape
  private long first;

  TapedActor(ActionTape tape, int steps) {
    this.tape = tape;
    this.steps = steps;
  }

  /** Makes a step of the run that of the tape's first actions. */
  void beginAt(long step) {
    first = step;
  }

  @Override
  public void begin(FloatSlab parameters, long episodes) {}

  @Override
  public void act(
      FloatSlab observations, long row, int n, int firstEnv, long step, ActionRows actions) {
    tape.copy((int) ((step - first) % steps), actions, row);
  }

  @Override
  public void close() {}
}
