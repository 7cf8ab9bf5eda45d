package stride.env;

import java.lang.foreign.Arena;
import stride.memory.ByteSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;

/**
 * Where a step's results go: slabs of a whole rollout, of which each step of each shard fills a
 * part.
 *
 * <p>Observations are rows {@code obsStride} elements apart, which may be more than D: what is
 * between them is left alone. They are floats, or bytes where the task has frames. The others are
 * dense, and a step's part begins at the same element in all of them. Flags are 0 or 1; at most one
 * of the three is 1 in an environment.
 *
 * <p>The slabs belong to whoever allocated them, and must live while a step writes to them.
 *
 * @param obs rows of D elements, a {@link FloatSlab} or a {@link ByteSlab}: observations after the
 *     step, of the new episode where one ended
 * @param obsStride elements from one row to the next, at least D
 * @param rewards as the task gives them; 0 where the simulation diverged
 * @param terminated 1 where the task ended the episode
 * @param truncated 1 where the time limit ended it, and nothing else
 * @param diverged 1 where the simulation broke: the transition is worthless
 */
public record StepOutputs(
    Slab obs,
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
   * Makes room for one step of n environments whose observations are numbers: zeroed slabs,
   * observations [n, obsStride], the others [n].
   *
   * @param arena owns the slabs; not closed here
   * @param obsStride floats from one row of observations to the next, at least the task's D
   */
  public static StepOutputs allocate(Arena arena, int numEnvs, int obsStride) {
    return of(arena, FloatSlab.allocate(arena, numEnvs, obsStride), numEnvs, obsStride);
  }

  /**
   * Makes room for one step of n environments: zeroed slabs, observations [n, D] as the task has
   * them, the others [n].
   *
   * @param arena owns the slabs; not closed here
   * @param spec of the task
   */
  public static StepOutputs allocate(Arena arena, EnvSpec spec, int numEnvs) {
    final int elements = spec.observationElements();
    return switch (spec.observationType()) {
      case F32 -> allocate(arena, numEnvs, elements);
      case U8 -> of(arena, ByteSlab.allocate(arena, numEnvs, elements), numEnvs, elements);
    };
  }

  private static StepOutputs of(Arena arena, Slab obs, int numEnvs, int obsStride) {
    return new StepOutputs(
        obs,
        obsStride,
        FloatSlab.allocate(arena, numEnvs),
        ByteSlab.allocate(arena, numEnvs),
        ByteSlab.allocate(arena, numEnvs),
        ByteSlab.allocate(arena, numEnvs));
  }

  /**
   * The observations as numbers.
   *
   * @throws IllegalStateException if they are frames
   */
  public FloatSlab floats() {
    if (obs instanceof FloatSlab floats) {
      return floats;
    }
    throw new IllegalStateException("observations are frames: " + obs);
  }

  /**
   * The observations as frames.
   *
   * @throws IllegalStateException if they are numbers
   */
  public ByteSlab frames() {
    if (obs instanceof ByteSlab frames) {
      return frames;
    }
    throw new IllegalStateException("observations are numbers: " + obs);
  }
}
