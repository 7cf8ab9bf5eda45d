package stride.ppo;

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

  /** Draws the actions of a step into row 0 of the slabs, and gives them to the shard. */
  void act(RolloutSlabs slabs, Shard shard, int from, long step) {
    switch (space) {
      case ActionSpace.Discrete discrete -> {
        draw(discrete, slabs.discreteActions(), from, shard.numEnvs(), step);
        shard.act(slabs.discreteActions(), from);
      }
      case ActionSpace.Box box -> {
        draw(box, slabs.actions(), from, shard.numEnvs(), step);
        shard.act(slabs.actions(), (long) from * box.elements());
      }
    }
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
