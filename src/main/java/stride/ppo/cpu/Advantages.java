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
import stride.memory.FloatSlab;
import stride.ppo.GaeConfig;
import stride.ppo.RolloutSlabs;

/**
 * Generalised advantage estimation. A vector of neighbouring environments goes backwards through
 * the steps as if no episode ended, with what it carries in registers; where one did, those
 * environments are done again, one by one, and the vector goes on from what is stored.
 *
 * <p>Both ways take the same operations, so that it does not show which an environment went.
 */
final class Advantages {
  private static final ValueLayout.OfLong EIGHT_FLAGS = ValueLayout.JAVA_LONG_UNALIGNED;
  private static final ValueLayout.OfInt FOUR_FLAGS = ValueLayout.JAVA_INT_UNALIGNED;

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
    final MemorySegment rewards = rollout.rewards().segment();
    final MemorySegment values = rollout.values().segment();
    final MemorySegment terminated = rollout.terminated().segment();
    final MemorySegment truncated = rollout.truncated().segment();
    final MemorySegment diverged = rollout.diverged().segment();
    final MemorySegment out = advantages.segment();
    final MemorySegment sums = returns.segment();
    some(config, rollout, advantages, returns, (long) (steps - 1) * envs, from, to, true);
    // vectors never reach over a group of 16, which is one thread's: bits do not depend on threads
    final int vectorsEnd = from + (to - from) / 16 * 16;
    for (int n = from; n < vectorsEnd; n += LANES) {
      int t = steps - 2;
      while (t >= 0) {
        t =
            until(
                terminated,
                truncated,
                diverged,
                rewards,
                values,
                out,
                sums,
                gamma,
                decay,
                t,
                n,
                envs);
        if (t >= 0) {
          ended(config, rollout, advantages, returns, (long) t * envs, n);
          t--;
        }
      }
    }
    for (int t = steps - 2; t >= 0; t--) {
      some(config, rollout, advantages, returns, (long) t * envs, vectorsEnd, to, false);
    }
  }

  /**
   * One vector of environments from step t backwards to the first at which one of their episodes
   * ends, that step included.
   *
   * @return that step, or -1
   */
  private static int until(
      MemorySegment terminated,
      MemorySegment truncated,
      MemorySegment diverged,
      MemorySegment rewards,
      MemorySegment values,
      MemorySegment advantages,
      MemorySegment returns,
      float gamma,
      float decay,
      int t,
      int n,
      int envs) {
    final FloatVector gammas = FloatVector.broadcast(FLOATS, gamma);
    final FloatVector decays = FloatVector.broadcast(FLOATS, decay);
    long row = (long) t * envs + n;
    FloatVector next = load(values, 4 * (row + envs));
    FloatVector advantage = load(advantages, 4 * (row + envs));
    while (row >= 0) {
      FloatVector value = load(values, 4 * row);
      FloatVector delta = next.fma(gammas, load(rewards, 4 * row)).sub(value);
      advantage = advantage.fma(decays, delta);
      advantage.intoMemorySegment(advantages, 4 * row, ORDER);
      advantage.add(value).intoMemorySegment(returns, 4 * row, ORDER);
      next = value;
      if ((flags(terminated, row) | flags(truncated, row) | flags(diverged, row)) != 0) {
        return (int) (row / envs);
      }
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

  /** Those of a vector of environments whose episode ends at this step. */
  private static void ended(
      GaeConfig config,
      RolloutSlabs rollout,
      FloatSlab advantages,
      FloatSlab returns,
      long row,
      int n) {
    for (int env = n; env < n + LANES; env++) {
      if (rollout.ended(row + env)) {
        some(config, rollout, advantages, returns, row, env, env + 1, false);
      }
    }
  }

  /** Environments one by one, whatever happens to them. */
  private static void some(
      GaeConfig config,
      RolloutSlabs rollout,
      FloatSlab advantages,
      FloatSlab returns,
      long row,
      int from,
      int to,
      boolean last) {
    final long envs = advantages.shape().dim(1);
    final float gamma = (float) config.gamma();
    final float decay = (float) (config.gamma() * config.gaeLambda());
    final MemorySegment rewards = rollout.rewards().segment();
    final MemorySegment values = rollout.values().segment();
    final MemorySegment out = advantages.segment();
    final MemorySegment sums = returns.segment();
    for (int n = from; n < to; n++) {
      long at = row + n;
      float value = values.get(JAVA_FLOAT, 4 * at);
      float next = values.get(JAVA_FLOAT, 4 * (at + envs));
      float carried = last ? 0 : out.get(JAVA_FLOAT, 4 * (at + envs));
      if (rollout.ended(at)) {
        next = nextOfEnded(config, rollout, at);
        carried = 0;
      }
      float delta = Math.fma(next, gamma, rewards.get(JAVA_FLOAT, 4 * at)) - value;
      float advantage = Math.fma(carried, decay, delta);
      advantage = rollout.diverged().get(at) != 0 ? 0 : advantage;
      out.set(JAVA_FLOAT, 4 * at, advantage);
      sums.set(JAVA_FLOAT, 4 * at, advantage + value);
    }
  }

  private static float nextOfEnded(GaeConfig config, RolloutSlabs rollout, long at) {
    boolean terminated = rollout.terminated().segment().get(JAVA_BYTE, at) != 0;
    return config.bootstrapTruncation() && !terminated ? rollout.truncatedValues().get(at) : 0;
  }
}
