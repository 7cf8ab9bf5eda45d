package stride.collect;

import stride.env.ActionSpace;
import stride.env.Shard;
import stride.memory.FloatSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/** Actions uniform over their space, as {@code action_space.sample()} gives them. */
public final class RandomActions {
  private final ActionSpace space;
  private final RandomStream random;

  public RandomActions(ActionSpace space, long seed) {
    this.space = space;
    this.random = new RandomStream(seed, Purpose.SEEDING);
  }

  /**
   * Draws the actions of a step into the rows of the shard's environments, and gives them to it.
   */
  void act(ActionRows actions, Shard shard, long step) {
    final int from = shard.firstEnv();
    draw(actions, from, from, shard.numEnvs(), step);
    actions.giveTo(shard, from);
  }

  /**
   * Draws the actions of a step.
   *
   * @param actions written
   * @param row where the first environment's action goes
   * @param firstEnv global index of the first environment
   * @param n environments
   * @param step of the environments
   */
  public void draw(ActionRows actions, long row, int firstEnv, int n, long step) {
    for (int i = 0; i < n; i++) {
      random.seek(firstEnv + i, step);
      switch (space) {
        case ActionSpace.Discrete discrete ->
            actions.choices().set(row + i, random.nextInt(discrete.n()));
        case ActionSpace.Box box -> draw(box, actions.real(), row + i);
      }
    }
  }

  private void draw(ActionSpace.Box box, FloatSlab actions, long row) {
    final int elements = box.elements();
    for (int k = 0; k < elements; k++) {
      actions.set(row * elements + k, (float) random.uniform(box.low().get(k), box.high().get(k)));
    }
  }
}
