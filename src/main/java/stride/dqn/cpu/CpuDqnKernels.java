package stride.dqn.cpu;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;

import java.lang.foreign.MemorySegment;
import stride.dqn.DqnKernels;
import stride.dqn.TdLoss;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/** Kernels that go over memory directly, a class per topic. Stateless. */
public final class CpuDqnKernels implements DqnKernels {
  /** Kernels without state. */
  public CpuDqnKernels() {}

  @Override
  public void duel(int actions, FloatSlab outputs, int rows) {
    Duel.forward(actions, outputs.segment(), rowBytes(outputs), rows);
  }

  @Override
  public void duelBackward(int actions, FloatSlab gradients, int rows) {
    Duel.backward(actions, gradients.segment(), rowBytes(gradients), rows);
  }

  @Override
  public void targets(
      int actions,
      FloatSlab values,
      FloatSlab choosing,
      FloatSlab rewards,
      FloatSlab discounts,
      FloatSlab targets,
      int rows) {
    final MemorySegment from = values.segment();
    final MemorySegment chooser = choosing.segment();
    final MemorySegment reward = rewards.segment();
    final MemorySegment discount = discounts.segment();
    final MemorySegment to = targets.segment();
    final long rowBytes = rowBytes(values);
    for (int r = 0; r < rows; r++) {
      long row = r * rowBytes;
      long best = row + 4L * Best.of(actions, chooser, row);
      float next = discount.get(JAVA_FLOAT, 4L * r) * from.get(JAVA_FLOAT, best);
      to.set(JAVA_FLOAT, 4L * r, reward.get(JAVA_FLOAT, 4L * r) + next);
    }
  }

  @Override
  public void loss(
      TdLoss loss,
      int actions,
      FloatSlab values,
      IntSlab choices,
      FloatSlab targets,
      FloatSlab weights,
      long at,
      float scale,
      FloatSlab gradients,
      FloatSlab errors,
      FloatSlab losses,
      int rows) {
    final long rowBytes = rowBytes(values);
    final MemorySegment error = errors.segment();
    final MemorySegment weight = weights.segment();
    Losses.errors(
        actions,
        values.segment(),
        rowBytes,
        choices.segment(),
        targets.segment(),
        error,
        4 * at,
        rows);
    switch (loss) {
      case MSE -> Losses.squared(error, weight, 4 * at, losses.segment(), rows);
      case HUBER -> Losses.huber(error, weight, 4 * at, losses.segment(), rows);
    }
    Losses.gradients(
        loss == TdLoss.HUBER,
        actions,
        choices.segment(),
        error,
        weight,
        4 * at,
        scale,
        gradients.segment(),
        rowBytes,
        rows);
  }

  @Override
  public void best(int actions, FloatSlab values, int rows, IntSlab choices, long at) {
    Best.all(actions, values.segment(), rowBytes(values), rows, choices, at);
  }

  private static long rowBytes(FloatSlab rows) {
    return 4 * rows.shape().dim(1);
  }
}
