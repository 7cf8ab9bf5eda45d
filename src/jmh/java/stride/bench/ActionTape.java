package stride.bench;

import java.lang.foreign.Arena;
import stride.collect.ActionRows;
import stride.env.ActionSpace;
import stride.env.Shard;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.random.Purpose;
import stride.random.RandomStream;

/**
 * Random actions drawn before anything is timed: normals clipped to the bounds of a box, uniform
 * choices of a discrete space.
 *
 * <p>The memory belongs to the arena that was passed.
 */
final class ActionTape {
  private final int rowElements; // of a step: n * A
  private final FloatSlab reals; // [T, n, A], null if discrete
  private final IntSlab choices; // [T, n], null unless discrete

  ActionTape(Arena arena, ActionSpace space, int steps, int envs, long seed) {
    this.rowElements = envs * space.elements();
    var random = new RandomStream(seed, Purpose.BENCHMARK);
    switch (space) {
      case ActionSpace.Box box -> {
        reals = FloatSlab.allocate(arena, steps, envs, box.elements());
        choices = null;
        fill(box, random);
      }
      case ActionSpace.Discrete discrete -> {
        reals = null;
        choices = IntSlab.allocate(arena, steps, envs);
        for (long k = 0; k < choices.length(); k++) {
          choices.set(k, random.nextInt(discrete.n()));
        }
      }
    }
  }

  private void fill(ActionSpace.Box box, RandomStream random) {
    for (long k = 0; k < reals.length(); k++) {
      int element = (int) (k % box.elements());
      float low = box.low().get(element);
      float high = box.high().get(element);
      reals.set(k, Math.clamp((float) random.nextGaussian(), low, high));
    }
  }

  /** Hands a shard the actions of a step. */
  void act(Shard shard, int step) {
    final long at = (long) step * rowElements;
    if (choices != null) {
      shard.act(choices, at);
    } else {
      shard.act(reals, at);
    }
  }

  /** Writes the actions of a step to rows, the first of which is given. */
  void copy(int step, ActionRows to, long row) {
    final long at = (long) step * rowElements;
    for (int k = 0; k < rowElements; k++) {
      if (choices != null) {
        to.choices().set(row + k, choices.get(at + k));
      } else {
        to.real().set(row * to.elements() + k, reals.get(at + k));
      }
    }
  }
}
