package stride.env;

import java.lang.foreign.Arena;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;

/**
 * Where a step's results go: slabs of a whole rollout, of which each step of each shard fills a
 * part.
 *
 * <p>Observations are rows {@code obsStride} floats apart, which may be more than D: what is
 * between them is left alone. The others are dense, and a step's part begins at the same element in
 * all of them. Flags are 0 or 1; at most one of the three is 1 in an environment.
 *
 * <p>The slabs belong to whoever allocated them, and must live while a step writes to them.
 *
 * @param obs rows of D floats: observations after the step, of the new episode where one ended
 * @param obsStride floats from one row to the next, at least D
 * @param rewards as the task gives them; 0 where the simulation diverged
 * @param terminated 1 where the task ended the episode
 * @param truncated 1 where the time limit ended it, and nothing else
 * @param diverged 1 where the simulation broke: the transition is worthless
 */
public record StepOutputs(
    FloatSlab obs,
    int obsStride,
    FloatSlab rewards,
    ByteSlab terminated,
    ByteSlab truncated,
    ByteSlab diverged) {

  /**
   * Checks that the dense slabs are as long as one another.
   *
   * @throws IllegalArgumentException if they are not
   */
  public StepOutputs {
    long length = rewards.length();
    if (terminated.length() != length
        || truncated.length() != length
        || diverged.length() != length) {
      throw new IllegalArgumentException(
          "rewards=%s, terminated=%s, truncated=%s, diverged=%s, required: as many elements"
              .formatted(rewards, terminated, truncated, diverged));
    }
  }

  /**
   * Makes room for one step of n environments: zeroed slabs, observations [n, obsStride], the
   * others [n].
   *
   * @param arena owns the slabs; not closed here
   * @param obsStride floats from one row of observations to the next, at least the task's D
   */
  public static StepOutputs allocate(Arena arena, int numEnvs, int obsStride) {
    return new StepOutputs(
        FloatSlab.allocate(arena, numEnvs, obsStride),
        obsStride,
        FloatSlab.allocate(arena, numEnvs),
        ByteSlab.allocate(arena, numEnvs),
        ByteSlab.allocate(arena, numEnvs),
        ByteSlab.allocate(arena, numEnvs));
  }
}
