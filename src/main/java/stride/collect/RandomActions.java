package stride.collect;

import stride.env.ActionSpace;
import stride.env.Shard;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Actions uniform over their space, as {@code action_space.sample()} gives them. */
final class RandomActions {
  private final ActionSpace space;
  private final RandomStream random;

  RandomActions(ActionSpace space, long seed) {
    this.space = space;
    this.random = new RandomStream(seed, Purpose.SEEDING);
  }

  /**
   * Draws the actions of a step into the rows of the shard's environments, and gives them to it.
   */
  void act(ActionRows actions, Shard shard, long step) {
    final int from = shard.firstEnv();
    switch (space) {
      case ActionSpace.Discrete discrete ->
          draw(discrete, actions.choices(), from, shard.numEnvs(), step);
      case ActionSpace.Box box -> draw(box, actions.real(), from, shard.numEnvs(), step);
    }
    actions.giveTo(shard, from);
  }

  private void draw(ActionSpace.Discrete discrete, IntSlab actions, int from, int n, long step) {
    for (int env = from; env < from + n; env++) {
      random.seek(env, step);
      actions.set(env, random.nextInt(discrete.n()));
    }
  }

  private void draw(ActionSpace.Box box, FloatSlab actions, int from, int n, long step) {
    final int elements = box.elements();
    for (int env = from; env < from + n; env++) {
      random.seek(env, step);
      for (int k = 0; k < elements; k++) {
        actions.set(
            (long) env * elements + k, (float) random.uniform(box.low().get(k), box.high().get(k)));
      }
    }
  }
}
