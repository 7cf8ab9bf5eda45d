package stride.replay;

import stride.collect.ActionRows;
import stride.collect.Actor;
import stride.env.ActionSpace;
import stride.memory.FloatSlab;

/** Choices that depend on every element of what is seen, and on the step. */
final class SeeingActor implements Actor {
  private static final int WHITE = 255;
  private static final int PRIME = 31;

  private final int elements;
  private final int choices;

  SeeingActor(int elements, ActionSpace space) {
    this.elements = elements;
    this.choices = ((ActionSpace.Discrete) space).n();
  }

  @Override
  public void begin(FloatSlab parameters, long episodes) {}

  @Override
  public void act(
      FloatSlab observations, long row, int n, int firstEnv, long step, ActionRows actions) {
    final long stride = observations.shape().dim(1);
    for (int i = 0; i < n; i++) {
      int hash = (int) step + firstEnv + i;
      for (int k = 0; k < elements; k++) {
        hash = PRIME * hash + Math.round(WHITE * observations.get((row + i) * stride + k));
      }
      actions.choices().set(row + i, Math.floorMod(hash, choices));
    }
  }

  @Override
  public void close() {}
}
