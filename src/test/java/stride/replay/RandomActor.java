package stride.replay;

import stride.collect.ActionRows;
import stride.collect.Actor;
import stride.env.ActionSpace;
import stride.memory.FloatSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * Actions by environment and step alone: uniform, and some of the real ones no number, so that the
 * simulation breaks.
 */
final class RandomActor implements Actor {
  private static final double BROKEN = 0.04;

  private final ActionSpace space;
  private final RandomStream random;
  private final double broken;

  RandomActor(ActionSpace space, long seed) {
    this(space, seed, BROKEN);
  }

  RandomActor(ActionSpace space, long seed, double broken) {
    this.space = space;
    this.random = new RandomStream(seed, Purpose.BENCHMARK);
    this.broken = broken;
  }

  @Override
  public void begin(FloatSlab parameters, long episodes) {}

  @Override
  public void act(
      FloatSlab observations, long row, int n, int firstEnv, long step, ActionRows actions) {
    for (int i = 0; i < n; i++) {
      random.seek(firstEnv + i, step);
      final double coin = random.nextDouble();
      switch (space) {
        case ActionSpace.Discrete discrete ->
            actions.choices().set(row + i, random.nextInt(discrete.n()));
        case ActionSpace.Box box -> {
          for (int a = 0; a < box.elements(); a++) {
            float action = (float) random.uniform(box.low().get(a), box.high().get(a));
            actions.real().set((row + i) * box.elements() + a, coin < broken ? Float.NaN : action);
          }
        }
      }
    }
  }

  @Override
  public void close() {}
}
