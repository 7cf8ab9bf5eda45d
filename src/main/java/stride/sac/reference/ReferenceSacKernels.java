package stride.sac.reference;

import stride.memory.FloatSlab;
import stride.nn.SquashedHead;
import stride.sac.DrawnActions;
import stride.sac.SacKernels;

/** Scalar kernels: the definition of {@link SacKernels}. Stateless. */
public final class ReferenceSacKernels implements SacKernels {
  private static final double HALF_LOG_TWO_PI = StrictMath.log(2 * StrictMath.PI) / 2;

  /** Kernels without state. */
  public ReferenceSacKernels() {}

  @Override
  public void sample(
      SquashedHead head,
      FloatSlab outputs,
      DrawnActions drawn,
      FloatSlab actions,
      long at,
      int stride,
      int rows) {
    for (int r = 0; r < rows; r++) {
      double logProb = 0;
      for (int k = 0; k < head.actions(); k++) {
        double noise = noise(drawn, r, k);
        double logStd = logStd(raw(head, outputs, r, k));
        double u = mean(outputs, r, k) + StrictMath.exp(logStd) * noise;
        double action = head.scale(k) * StrictMath.tanh(u) + head.bias(k);
        actions.set(at + (long) r * stride + k, (float) action);
        double width = head.scale(k) * slope(u);
        logProb +=
            -noise * noise / 2
                - logStd
                - HALF_LOG_TWO_PI
                - StrictMath.log(width + SquashedHead.DENSITY_FLOOR);
      }
      drawn.logProbs().set(r, (float) logProb);
    }
  }

  @Override
  public void mode(
      SquashedHead head,
      FloatSlab outputs,
      DrawnActions drawn,
      FloatSlab actions,
      long at,
      int stride,
      int rows) {
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < head.actions(); k++) {
        double action = head.scale(k) * StrictMath.tanh(mean(outputs, r, k)) + head.bias(k);
        actions.set(at + (long) r * stride + k, (float) action);
      }
    }
  }

  private static double mean(FloatSlab outputs, int r, int k) {
    return outputs.get(r * outputs.shape().dim(1) + k);
  }

  private static double raw(SquashedHead head, FloatSlab outputs, int r, int k) {
    return outputs.get(r * outputs.shape().dim(1) + head.actions() + k);
  }

  private static double noise(DrawnActions drawn, int r, int k) {
    return drawn.noise().get((long) k * drawn.columnLength() + r);
  }

  private static double logStd(double raw) {
    return SquashedHead.LOG_STD_MIN + SquashedHead.LOG_STD_HALF * (StrictMath.tanh(raw) + 1);
  }

  /** The derivative of tanh. */
  private static double slope(double x) {
    double y = StrictMath.tanh(x);
    return 1 - y * y;
  }

  @Override
  public void targets(
      float alpha,
      FloatSlab first,
      FloatSlab second,
      FloatSlab logProbs,
      FloatSlab rewards,
      FloatSlab discounts,
      FloatSlab targets,
      int rows) {
    for (int r = 0; r < rows; r++) {
      float smaller = Math.min(value(first, r), value(second, r));
      float next = smaller - alpha * logProbs.get(r);
      targets.set(r, rewards.get(r) + discounts.get(r) * next);
    }
  }

  @Override
  public void criticLoss(
      FloatSlab values,
      FloatSlab targets,
      float weight,
      FloatSlab gradients,
      FloatSlab losses,
      int rows) {
    for (int r = 0; r < rows; r++) {
      float error = value(values, r) - targets.get(r);
      losses.set(r, error * error);
      gradients.set(r * gradients.shape().dim(1), 2 * weight * error);
    }
  }

  @Override
  public void actorLoss(
      float alpha,
      float weight,
      FloatSlab first,
      FloatSlab second,
      FloatSlab logProbs,
      FloatSlab firstGradients,
      FloatSlab secondGradients,
      FloatSlab losses,
      int rows) {
    for (int r = 0; r < rows; r++) {
      float one = value(first, r);
      float other = value(second, r);
      long row = r * first.shape().dim(1);
      losses.set(r, alpha * logProbs.get(r) - Math.min(one, other)); // NaN if one is
      firstGradients.set(row, one <= other ? -weight : 0);
      secondGradients.set(row, one <= other ? 0 : -weight);
    }
  }

  private static float value(FloatSlab outputs, int r) {
    return outputs.get(r * outputs.shape().dim(1));
  }

  @Override
  public void actorGradient(
      SquashedHead head,
      FloatSlab outputs,
      DrawnActions drawn,
      float alpha,
      float weight,
      FloatSlab actionGradients,
      int column,
      FloatSlab gradients,
      int rows) {
    for (int r = 0; r < rows; r++) {
      long row = r * gradients.shape().dim(1);
      for (int k = 0; k < head.actions(); k++) {
        double raw = raw(head, outputs, r, k);
        double spread = StrictMath.exp(logStd(raw)) * noise(drawn, r, k);
        double u = mean(outputs, r, k) + spread;
        double width = head.scale(k) * slope(u);
        double ofAction = actionGradients.get(r * actionGradients.shape().dim(1) + column + k);
        // log-prob has -log(width + floor), and the derivative of width is -2 tanh(u) width
        double share = width / (width + SquashedHead.DENSITY_FLOOR);
        double ofU = ofAction * width + (double) weight * alpha * 2 * StrictMath.tanh(u) * share;
        double ofLogStd = ofU * spread - (double) weight * alpha;
        gradients.set(row + k, (float) ofU);
        gradients.set(
            row + head.actions() + k, (float) (ofLogStd * SquashedHead.LOG_STD_HALF * slope(raw)));
      }
    }
  }
}
