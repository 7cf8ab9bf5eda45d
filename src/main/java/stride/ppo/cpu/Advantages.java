package stride.ppo.cpu;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static stride.nn.cpu.Lanes.BYTES;
import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.FloatVector;
import stride.memory.FloatSlab;
import stride.ppo.GaeConfig;
import stride.ppo.RolloutSlabs;

/**
 * Generalised advantage estimation, backwards through the steps; within a step vectors run over
 * environments as if no episode ended, and those that did are then done again, one by one.
 *
 * <p>The advantage carried backwards is the one stored a step later. Both ways take the same
 * operations, so that it does not show which an environment went.
 */
final class Advantages {
  /** Environments whose flags are looked at together: a long. */
  private static final int GROUP = 8;

  /** Their flags: the first is in the lowest byte. */
  private static final ValueLayout.OfLong FLAGS =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

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
    final int vectors = (to - from) / 16 * (16 / LANES);
    final int vectorsEnd = from + vectors * LANES;
    final float gamma = (float) config.gamma();
    final float decay = (float) (config.gamma() * config.gaeLambda());
    final MemorySegment rewards = rollout.rewards().segment();
    final MemorySegment values = rollout.values().segment();
    final MemorySegment out = advantages.segment();
    final MemorySegment sums = returns.segment();
    some(config, rollout, advantages, returns, (long) (steps - 1) * envs, from, to, true);
    for (int t = steps - 2; t >= 0; t--) {
      final long row = (long) t * envs;
      steady(rewards, values, out, sums, 4 * (row + from), 4L * envs, gamma, decay, vectors);
      ended(config, rollout, advantages, returns, row, from, vectorsEnd);
      if (vectorsEnd < to) {
        some(config, rollout, advantages, returns, row, vectorsEnd, to, false);
      }
    }
  }

  /** Whole vectors of environments, as if no episode ended. */
  private static void steady(
      MemorySegment rewards,
      MemorySegment values,
      MemorySegment advantages,
      MemorySegment returns,
      long at,
      long rowBytes,
      float gamma,
      float decay,
      int vectors) {
    for (int i = 0; i < vectors; i++) {
      long here = at + i * BYTES;
      FloatVector value = load(values, here);
      FloatVector next = load(values, here + rowBytes);
      FloatVector delta = next.fma(all(gamma), load(rewards, here)).sub(value);
      FloatVector advantage = load(advantages, here + rowBytes).fma(all(decay), delta);
      advantage.intoMemorySegment(advantages, here, ORDER);
      advantage.add(value).intoMemorySegment(returns, here, ORDER);
    }
  }

  /** Those of whole vectors whose episode ends at this step. */
  private static void ended(
      GaeConfig config,
      RolloutSlabs rollout,
      FloatSlab advantages,
      FloatSlab returns,
      long row,
      int from,
      int to) {
    final MemorySegment terminated = rollout.terminated().segment();
    final MemorySegment truncated = rollout.truncated().segment();
    final MemorySegment diverged = rollout.diverged().segment();
    for (int n = from; n < to; n += GROUP) {
      long any =
          terminated.get(FLAGS, row + n)
              | truncated.get(FLAGS, row + n)
              | diverged.get(FLAGS, row + n);
      while (any != 0) {
        int k = Long.numberOfTrailingZeros(any) / 8;
        some(config, rollout, advantages, returns, row, n + k, n + k + 1, false);
        any &= ~(0xFFL << (8 * k));
      }
    }
  }

  private static FloatVector all(float value) {
    return FloatVector.broadcast(FLOATS, value);
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
