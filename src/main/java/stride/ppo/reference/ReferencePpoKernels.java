package stride.ppo.reference;

import stride.collect.RolloutSlabs;
import stride.memory.FloatSlab;
import stride.nn.ActionHead;
import stride.ppo.ChunkSlabs;
import stride.ppo.GaeConfig;
import stride.ppo.PpoKernels;
import stride.ppo.UpdateConfig;

/** Scalar kernels: the definition of {@link PpoKernels}. Stateless. */
public final class ReferencePpoKernels implements PpoKernels {
  private static final double HALF_LOG_TWO_PI = StrictMath.log(2 * StrictMath.PI) / 2;

  /** Kernels without state. */
  public ReferencePpoKernels() {}

  @Override
  public void gae(
      GaeConfig config,
      RolloutSlabs rollout,
      FloatSlab advantages,
      FloatSlab returns,
      int from,
      int to) {
    FloatSlab values = rollout.values();
    int steps = (int) advantages.shape().dim(0);
    int envs = (int) advantages.shape().dim(1);
    for (int n = from; n < to; n++) {
      double advantage = 0;
      for (int t = steps - 1; t >= 0; t--) {
        long row = (long) t * envs + n;
        double next = values.get(row + envs);
        if (rollout.ended(row)) {
          boolean bootstrap = config.bootstrapTruncation() && rollout.terminated().get(row) == 0;
          next = bootstrap ? rollout.truncatedValues().get(row) : 0;
          advantage = 0;
        }
        double delta = rollout.rewards().get(row) + config.gamma() * next - values.get(row);
        advantage = delta + config.gamma() * config.gaeLambda() * advantage;
        if (rollout.diverged().get(row) != 0) {
          advantage = 0;
        }
        advantages.set(row, (float) advantage);
        returns.set(row, (float) (advantage + values.get(row)));
      }
    }
  }

  @Override
  public void gaussianLoss(
      ActionHead.Gaussian head,
      UpdateConfig config,
      FloatSlab parameters,
      ChunkSlabs chunk,
      int rows,
      float weight,
      FloatSlab gradients) {
    FloatSlab outputs = chunk.actor().last();
    FloatSlab d = chunk.actorGradients().last();
    for (int r = 0; r < rows; r++) {
      long row = (long) r * head.outputStride();
      double logProb = 0;
      double entropy = 0;
      for (int k = 0; k < head.actions(); k++) {
        double logStd = logStd(head, parameters, outputs, row, k);
        double noise = noise(head, parameters, chunk, r, k);
        logProb += -noise * noise / 2 - logStd - HALF_LOG_TWO_PI;
        entropy += 0.5 + HALF_LOG_TWO_PI + logStd;
      }
      double gradient = weight * surrogate(config, chunk, r, logProb);
      chunk.entropies().set(r, (float) entropy);
      chunk.scratch().set(r, (float) gradient);
      for (int k = 0; k < head.actions(); k++) {
        double std = StrictMath.exp(logStd(head, parameters, outputs, row, k));
        double noise = noise(head, parameters, chunk, r, k);
        d.set(row + k, (float) (gradient * noise / std));
      }
    }
    for (int k = 0; k < head.actions(); k++) {
      double sum = 0;
      for (int r = 0; r < rows; r++) {
        double noise = noise(head, parameters, chunk, r, k);
        double gradient = chunk.scratch().get(r) * (noise * noise - 1) - weight * config.entCoef();
        if (head.stateDependent()) {
          d.set((long) r * head.outputStride() + head.actions() + k, (float) gradient);
        }
        sum += gradient;
      }
      if (!head.stateDependent()) {
        gradients.set(head.logStd() + k, (float) sum);
      }
    }
  }

  /** How many standard deviations an element of an action is from the mean. */
  private static double noise(
      ActionHead.Gaussian head, FloatSlab parameters, ChunkSlabs chunk, int r, int k) {
    FloatSlab outputs = chunk.actor().last();
    long row = (long) r * head.outputStride();
    double action = chunk.actions().get((long) k * chunk.columnLength() + r);
    double logStd = logStd(head, parameters, outputs, row, k);
    return (action - outputs.get(row + k)) / StrictMath.exp(logStd);
  }

  private static double logStd(
      ActionHead.Gaussian head, FloatSlab parameters, FloatSlab outputs, long row, int k) {
    return head.stateDependent()
        ? outputs.get(row + head.actions() + k)
        : parameters.get(head.logStd() + k);
  }

  @Override
  public void categoricalLoss(
      ActionHead.Categorical head, UpdateConfig config, ChunkSlabs chunk, int rows, float weight) {
    FloatSlab logits = chunk.actor().last();
    FloatSlab d = chunk.actorGradients().last();
    for (int r = 0; r < rows; r++) {
      long row = (long) r * head.outputStride();
      int choice = chunk.choices().get(r);
      double logSum = logSumExp(head, logits, row);
      double entropy = 0;
      for (int k = 0; k < head.actions(); k++) {
        double logProb = logits.get(row + k) - logSum;
        entropy -= StrictMath.exp(logProb) * logProb;
      }
      double gradient = weight * surrogate(config, chunk, r, logits.get(row + choice) - logSum);
      chunk.entropies().set(r, (float) entropy);
      for (int k = 0; k < head.actions(); k++) {
        double logProb = logits.get(row + k) - logSum;
        double probability = StrictMath.exp(logProb);
        double chosen = k == choice ? 1 : 0;
        double bonus = weight * config.entCoef() * probability * (logProb + entropy);
        d.set(row + k, (float) (gradient * (chosen - probability) + bonus));
      }
    }
  }

  private static double logSumExp(ActionHead.Categorical head, FloatSlab logits, long row) {
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < head.actions(); k++) {
      max = Math.max(max, logits.get(row + k)); // NaN if one is
    }
    double sum = 0;
    for (int k = 0; k < head.actions(); k++) {
      sum += StrictMath.exp(logits.get(row + k) - max);
    }
    return max + StrictMath.log(sum);
  }

  /** Notes a row's loss; returns its gradient with respect to the log-probability. */
  private static double surrogate(UpdateConfig config, ChunkSlabs chunk, int r, double logProb) {
    double logRatio = logProb - chunk.oldLogProbs().get(r);
    double ratio = StrictMath.exp(logRatio);
    double advantage = chunk.advantages().get(r);
    double near = Math.clamp(ratio, 1 - config.clipCoef(), 1 + config.clipCoef());
    double loss = -advantage * ratio;
    double nearLoss = -advantage * near;
    chunk.logRatios().set(r, (float) logRatio);
    chunk.ratios().set(r, (float) ratio);
    chunk.policyLosses().set(r, (float) Math.max(loss, nearLoss));
    return loss >= nearLoss ? loss : 0; // the ratio's derivative is the ratio
  }

  @Override
  public void valueLoss(UpdateConfig config, ChunkSlabs chunk, int rows, float weight) {
    FloatSlab outputs = chunk.critic().last();
    FloatSlab d = chunk.criticGradients().last();
    int stride = (int) outputs.shape().dim(1);
    double clip = config.clipCoef();
    for (int r = 0; r < rows; r++) {
      double value = outputs.get((long) r * stride);
      double old = chunk.oldValues().get(r);
      double error = value - chunk.returns().get(r);
      double loss = error * error;
      boolean through = true;
      if (config.clipVloss()) {
        double nearError = old + Math.clamp(value - old, -clip, clip) - chunk.returns().get(r);
        through = loss >= nearError * nearError || Math.abs(value - old) <= clip;
        loss = Math.max(loss, nearError * nearError);
      }
      chunk.valueLosses().set(r, (float) (loss / 2));
      d.set((long) r * stride, (float) (through ? weight * config.vfCoef() * error : 0));
    }
  }
}
