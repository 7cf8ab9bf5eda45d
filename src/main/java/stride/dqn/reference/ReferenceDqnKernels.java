package stride.dqn.reference;

import java.util.Objects;
import stride.dqn.DqnKernels;
import stride.dqn.TdLoss;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;

/** Scalar kernels: the definition of {@link DqnKernels}. Stateless. */
public final class ReferenceDqnKernels implements DqnKernels {
  /** Kernels without state. */
  public ReferenceDqnKernels() {}

  @Override
  public void duel(int actions, FloatSlab outputs, int rows) {
    for (int r = 0; r < rows; r++) {
      long row = r * outputs.shape().dim(1);
      float mean = sum(actions, outputs, row) * (1f / actions);
      float value = outputs.get(row + actions);
      for (int k = 0; k < actions; k++) {
        outputs.set(row + k, value + (outputs.get(row + k) - mean));
      }
    }
  }

  @Override
  public void duelBackward(int actions, FloatSlab gradients, int rows) {
    for (int r = 0; r < rows; r++) {
      long row = r * gradients.shape().dim(1);
      float sum = sum(actions, gradients, row);
      float mean = sum * (1f / actions);
      for (int k = 0; k < actions; k++) {
        gradients.set(row + k, gradients.get(row + k) - mean);
      }
      gradients.set(row + actions, sum);
    }
  }

  private static float sum(int actions, FloatSlab slab, long row) {
    float sum = 0;
    for (int k = 0; k < actions; k++) {
      sum += slab.get(row + k);
    }
    return sum;
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
    for (int r = 0; r < rows; r++) {
      long row = r * values.shape().dim(1);
      int best = best(actions, choosing, row);
      targets.set(r, rewards.get(r) + discounts.get(r) * values.get(row + best));
    }
  }

  /** Of a row with a NaN any action is as good: the loss will show it. */
  private static int best(int actions, FloatSlab values, long row) {
    int best = 0;
    for (int k = 1; k < actions; k++) {
      best = values.get(row + k) > values.get(row + best) ? k : best;
    }
    return best;
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
    for (int r = 0; r < rows; r++) {
      long row = r * values.shape().dim(1);
      int choice = Objects.checkIndex(choices.get(r), actions);
      float weight = weights.get(at + r);
      float error = values.get(row + choice) - targets.get(r);
      errors.set(at + r, error);
      losses.set(r, weight * loss(loss, error));
      for (int k = 0; k < actions; k++) {
        float gradient = weight * scale * slope(loss, error);
        gradients.set(row + k, k == choice ? gradient : 0);
      }
    }
  }

  private static float loss(TdLoss loss, float error) {
    float magnitude = Math.abs(error);
    return switch (loss) {
      case MSE -> error * error;
      case HUBER -> magnitude < 1 ? 0.5f * error * error : magnitude - 0.5f;
    };
  }

  private static float slope(TdLoss loss, float error) {
    return switch (loss) {
      case MSE -> 2 * error;
      case HUBER -> Math.max(-1, Math.min(1, error));
    };
  }

  @Override
  public void best(int actions, FloatSlab values, int rows, IntSlab choices, long at) {
    for (int r = 0; r < rows; r++) {
      long row = r * values.shape().dim(1);
      for (int k = 0; k < actions; k++) {
        if (Float.isNaN(values.get(row + k))) {
          throw new ArithmeticException("value is NaN: row=" + r + ", action=" + k);
        }
      }
      choices.set(at + r, best(actions, values, row));
    }
  }
}
