package stride.ppo.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import stride.collect.RolloutSlabs;
import stride.memory.FloatSlab;
import stride.ppo.GaeConfig;

/**
 * Generalised advantage estimation. A vector of neighbouring environments goes backwards through
 * the steps, with what it carries in registers. Where episodes end, masks put in what those
 * environments carry instead; where one diverged, which is rare, that step is done environment by
 * environment.
 *
 * <p>Both ways do the same operations, so results do not depend on which was taken.
 */
final class Advantages {
  private static final ValueLayout.OfLong EIGHT_FLAGS = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt FOUR_FLAGS = ValueLayout.JAVA_INT_UNALIGNED;
  // moves bit 0 of byte k to bit 56 + k
  private static final long BITS_OF_BYTES = 0x0102040810204080L;

  private Advantages() {}

  static void gae(
      GaeConfig config,
      RolloutSlabs rollout,
      FloatSlab advantages,
      FloatSlab returns,
      int from,
      int to) {
    final int steps = (int) advantages.shape().dim(0);
    final int envs = (int) advantages.shape().dim(1);
    final float gamma = (float) config.gamma();
    final float decay = (float) (config.gamma() * config.gaeLambda());
    final long bootstrap = config.bootstrapTruncation() ? -1 : 0;
    final MemorySegment rewards = rollout.rewards().segment();
    final MemorySegment values = rollout.values().segment();
    final MemorySegment terminated = rollout.terminated().segment();
    final MemorySegment truncated = rollout.truncated().segment();
    final MemorySegment diverged = rollout.diverged().segment();
    final MemorySegment truncatedValues = rollout.truncatedValues().segment();
    final MemorySegment out = advantages.segment();
    final MemorySegment sums = returns.segment();
    // vectors never reach over a group of 16, which is one thread's: bits do not depend on threads
    final int vectorsEnd = from + (to - from) / 16 * 16;
    for (int n = from; n < vectorsEnd; n += LANES) {
      int t = steps - 1;
      while (t >= 0) {
        t =
            untilDiverged(
                terminated,
                truncated,
                diverged,
                truncatedValues,
                rewards,
                values,
                out,
                sums,
                gamma,
                decay,
                bootstrap,
                (long) t * envs + n,
                envs);
        if (t >= 0) {
          for (int env = n; env < n + LANES; env++) {
            alone(config, rollout, advantages, returns, env, t, t);
          }
          t--;
        }
      }
    }
    for (int env = vectorsEnd; env < to; env++) {
      alone(config, rollout, advantages, returns, env, steps - 1, 0);
    }
  }

  /**
   * One vector of environments from a row backwards to the first step at which one of them
   * diverged, without that step. Returns that step, or -1.
   */
  private static int untilDiverged(
      MemorySegment terminated,
      MemorySegment truncated,
      MemorySegment diverged,
      MemorySegment truncatedValues,
      MemorySegment rewards,
      MemorySegment values,
      MemorySegment advantages,
      MemorySegment returns,
      float gamma,
      float decay,
      long bootstrap,
      long start,
      int envs) {
    final FloatVector zeros = FloatVector.zero(FLOATS);
    final FloatVector gammas = FloatVector.broadcast(FLOATS, gamma);
    final FloatVector decays = FloatVector.broadcast(FLOATS, decay);
    long row = start;
    FloatVector next = load(values, 4 * (row + envs));
    // nothing is carried into the last step; a choice between two vectors would be boxed here
    final boolean last = 4 * (row + envs) >= advantages.byteSize();
    FloatVector advantage =
        load(advantages, last ? 0 : 4 * (row + envs))
            .blend(zeros, VectorMask.fromLong(FLOATS, last ? -1 : 0));
    while (row >= 0) {
      // loaded after the branch, this would make the whole loop take twice as long
      FloatVector value = load(values, 4 * row);
      if ((flags(terminated, row) | flags(truncated, row) | flags(diverged, row)) != 0) {
        if (flags(diverged, row) != 0) {
          return (int) (row / envs);
        }
        long ends = bits(terminated, row) | bits(truncated, row);
        long bootstrapped = bits(truncated, row) & ~bits(terminated, row) & bootstrap;
        VectorMask<Float> ended = VectorMask.fromLong(FLOATS, ends);
        next =
            next.blend(zeros, ended)
                .blend(load(truncatedValues, 4 * row), VectorMask.fromLong(FLOATS, bootstrapped));
        advantage = advantage.blend(zeros, ended);
      }
      FloatVector delta = next.fma(gammas, load(rewards, 4 * row)).sub(value);
      advantage = advantage.fma(decays, delta);
      advantage.intoMemorySegment(advantages, 4 * row, ORDER);
      advantage.add(value).intoMemorySegment(returns, 4 * row, ORDER);
      next = value;
      row -= envs;
    }
    return -1;
  }

  /** Not 0 if any flag of a vector of environments is set. */
  private static long flags(MemorySegment flags, long at) {
    return switch (LANES) {
      case 16 -> flags.get(EIGHT_FLAGS, at) | flags.get(EIGHT_FLAGS, at + 8);
      case 8 -> flags.get(EIGHT_FLAGS, at);
      default -> flags.get(FOUR_FLAGS, at);
    };
  }

  /** A bit for each of a vector of environments whose flag is set. */
  private static long bits(MemorySegment flags, long at) {
    return switch (LANES) {
      case 16 -> bits(flags.get(EIGHT_FLAGS, at)) | bits(flags.get(EIGHT_FLAGS, at + 8)) << 8;
      case 8 -> bits(flags.get(EIGHT_FLAGS, at));
      default -> bits(flags.get(FOUR_FLAGS, at));
    };
  }

  private static long bits(long flags) {
    return (flags * BITS_OF_BYTES) >>> 56;
  }

  /** One environment from a step backwards to another, that included, whatever happens to it. */
  private static void alone(
      GaeConfig config,
      RolloutSlabs rollout,
      FloatSlab advantages,
      FloatSlab returns,
      int env,
      int from,
      int to) {
    final long envs = advantages.shape().dim(1);
    final float gamma = (float) config.gamma();
    final float decay = (float) (config.gamma() * config.gaeLambda());
    final MemorySegment rewards = rollout.rewards().segment();
    final MemorySegment values = rollout.values().segment();
    final MemorySegment out = advantages.segment();
    final MemorySegment sums = returns.segment();
    long row = from * envs + env;
    float next = values.get(JAVA_FLOAT, 4 * (row + envs));
    float advantage = 4 * (row + envs) < out.byteSize() ? out.get(JAVA_FLOAT, 4 * (row + envs)) : 0;
    for (int t = from; t >= to; t--) {
      float value = values.get(JAVA_FLOAT, 4 * row);
      boolean diverged = false;
      if (rollout.ended(row)) {
        next = nextOfEnded(config, rollout, row);
        advantage = 0;
        diverged = rollout.diverged().get(row) != 0;
      }
      float delta = Math.fma(next, gamma, rewards.get(JAVA_FLOAT, 4 * row)) - value;
      advantage = diverged ? 0 : Math.fma(advantage, decay, delta);
      out.set(JAVA_FLOAT, 4 * row, advantage);
      sums.set(JAVA_FLOAT, 4 * row, advantage + value);
      next = value;
      row -= envs;
    }
  }

  private static float nextOfEnded(GaeConfig config, RolloutSlabs rollout, long at) {
    boolean terminated = rollout.terminated().segment().get(JAVA_BYTE, at) != 0;
    return config.bootstrapTruncation() && !terminated ? rollout.truncatedValues().get(at) : 0;
  }
}
