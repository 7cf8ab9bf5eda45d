package stride.nn.reference;

import stride.memory.ByteSlab;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.nn.ActionHead;
import stride.nn.Activation;
import stride.nn.Adam;
import stride.nn.Backend;
import stride.nn.ConvLayout;
import stride.nn.KernelChecks;
import stride.nn.Kernels;
import stride.nn.LinearLayout;
import stride.nn.RmsProp;
import stride.nn.RunningStatistics;
import stride.nn.Workspace;

/** Scalar kernels: the definition of {@link Kernels}. Stateless. */
public final class ReferenceKernels implements Kernels {
  private static final double HALF_LOG_TWO_PI = StrictMath.log(2 * StrictMath.PI) / 2;

  /** Kernels without state. */
  public ReferenceKernels() {}

  @Override
  public Backend backend() {
    return Backend.REFERENCE;
  }

  @Override
  public String toString() {
    return Backend.REFERENCE.toString();
  }

  @Override
  public void linear(
      FloatSlab x,
      long xOffset,
      FloatSlab parameters,
      LinearLayout layer,
      FloatSlab y,
      long yOffset,
      int rows) {
    KernelChecks.linear(x, xOffset, parameters, layer, y, yOffset, rows);
    for (int r = 0; r < rows; r++) {
      long xRow = xOffset + (long) r * layer.inputStride();
      long yRow = yOffset + (long) r * layer.outputStride();
      for (int o = 0; o < layer.outputStride(); o++) {
        float sum = parameters.get(layer.bias() + o);
        for (int k = 0; k < layer.inputs(); k++) {
          float weight = parameters.get(layer.weights() + (long) k * layer.outputStride() + o);
          sum = Math.fma(x.get(xRow + k), weight, sum);
        }
        y.set(yRow + o, sum);
      }
    }
  }

  @Override
  public void convolution(
      FloatSlab x,
      long xOffset,
      FloatSlab parameters,
      ConvLayout layer,
      FloatSlab y,
      long yOffset,
      int images) {
    KernelChecks.convolution(x, xOffset, parameters, layer, y, yOffset, images);
    new Convolution(layer).forward(x, xOffset, parameters, y, yOffset, images);
  }

  @Override
  public void convolutionGradient(
      FloatSlab x, long xOffset, FloatSlab d, ConvLayout layer, FloatSlab gradients, int images) {
    KernelChecks.convolution(x, xOffset, gradients, layer, d, 0, images);
    new Convolution(layer).gradient(x, xOffset, d, gradients, images);
  }

  @Override
  public void convolutionInputGradient(
      FloatSlab d,
      FloatSlab transposed,
      long transposedAt,
      ConvLayout layer,
      FloatSlab dx,
      int images) {
    KernelChecks.convolutionInputGradient(d, transposed, transposedAt, layer, dx, images);
    new Convolution(layer).inputGradient(d, transposed, transposedAt, dx, images);
  }

  @Override
  public void stackFrames(
      ByteSlab[] frames, long[] offsets, int pixels, FloatSlab out, long outOffset) {
    KernelChecks.stackFrames(frames, offsets, pixels, out, outOffset);
    Convolution.stackFrames(frames, offsets, pixels, out, outOffset);
  }

  @Override
  public void activate(Activation activation, FloatSlab y, long offset, long count) {
    KernelChecks.activate(y, offset, count);
    for (long i = offset; i < offset + count; i++) {
      float x = y.get(i);
      y.set(
          i,
          switch (activation) {
            case TANH -> (float) StrictMath.tanh(x);
            case RELU -> x < 0 ? 0 : x;
          });
    }
  }

  @Override
  public void normals(
      IntSlab radiusWords, IntSlab angleWords, FloatSlab cosines, FloatSlab sines, int count) {
    KernelChecks.normals(radiusWords, angleWords, cosines, sines, count);
    for (int i = 0; i < count; i++) {
      float u = ((float) (radiusWords.get(i) >>> 1) + 0.5f) * 0x1p-31f;
      double radius = StrictMath.sqrt(-2 * StrictMath.log(u));
      double angle = 2 * StrictMath.PI * ((angleWords.get(i) >> 8) * 0x1p-24);
      cosines.set(i, (float) (radius * StrictMath.cos(angle)));
      sines.set(i, (float) (radius * StrictMath.sin(angle)));
    }
  }

  @Override
  public void sampleGaussian(
      ActionHead.Gaussian head,
      FloatSlab parameters,
      Workspace workspace,
      FloatSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows) {
    KernelChecks.gaussian(
        head, parameters, workspace, actions, actionsOffset, logProbs, logProbsOffset, rows);
    FloatSlab outputs = workspace.actor().last();
    for (int r = 0; r < rows; r++) {
      double logProb = 0;
      for (int k = 0; k < head.actions(); k++) {
        FloatSlab normals = k % 2 == 0 ? workspace.cosines() : workspace.sines();
        double noise = normals.get((long) r * head.wordPairs() + k / 2);
        double mean = outputs.get((long) r * head.outputStride() + k);
        double logStd = logStd(head, parameters, outputs, r, k);
        double action = mean + StrictMath.exp(logStd) * noise;
        actions.set(actionsOffset + (long) r * head.actions() + k, (float) action);
        logProb += -noise * noise / 2 - logStd - HALF_LOG_TWO_PI;
      }
      logProbs.set(logProbsOffset + r, (float) logProb);
    }
  }

  @Override
  public void logProbGaussian(
      ActionHead.Gaussian head,
      FloatSlab parameters,
      Workspace workspace,
      FloatSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows) {
    KernelChecks.gaussian(
        head, parameters, workspace, actions, actionsOffset, logProbs, logProbsOffset, rows);
    FloatSlab outputs = workspace.actor().last();
    for (int r = 0; r < rows; r++) {
      double logProb = 0;
      for (int k = 0; k < head.actions(); k++) {
        double action = actions.get(actionsOffset + (long) r * head.actions() + k);
        double mean = outputs.get((long) r * head.outputStride() + k);
        double logStd = logStd(head, parameters, outputs, r, k);
        double noise = (action - mean) / StrictMath.exp(logStd);
        logProb += -noise * noise / 2 - logStd - HALF_LOG_TWO_PI;
      }
      logProbs.set(logProbsOffset + r, (float) logProb);
    }
  }

  private static float logStd(
      ActionHead.Gaussian head, FloatSlab parameters, FloatSlab outputs, int row, int k) {
    return head.stateDependent()
        ? outputs.get((long) row * head.outputStride() + head.actions() + k)
        : parameters.get(head.logStd() + k);
  }

  @Override
  public void sampleCategorical(
      ActionHead.Categorical head,
      Workspace workspace,
      IntSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows) {
    KernelChecks.categorical(
        head, workspace, actions, actionsOffset, logProbs, logProbsOffset, rows);
    FloatSlab logits = workspace.actor().last();
    for (int r = 0; r < rows; r++) {
      long row = (long) r * head.outputStride();
      double max = max(head, logits, row);
      double sum = sum(head, logits, row, max);
      int word = workspace.radiusWords().get((long) r * head.wordPairs());
      double threshold = (word >>> 8) * 0x1p-24 * sum;
      int action = 0;
      double cumulative = StrictMath.exp(logits.get(row) - max);
      while (action < head.actions() - 1 && !(cumulative > threshold)) {
        action++;
        cumulative += StrictMath.exp(logits.get(row + action) - max);
      }
      actions.set(actionsOffset + r, action);
      double logProb = logits.get(row + action) - max - StrictMath.log(sum);
      logProbs.set(logProbsOffset + r, (float) logProb);
    }
  }

  @Override
  public void logProbCategorical(
      ActionHead.Categorical head,
      Workspace workspace,
      IntSlab actions,
      long actionsOffset,
      FloatSlab logProbs,
      long logProbsOffset,
      int rows) {
    KernelChecks.categorical(
        head, workspace, actions, actionsOffset, logProbs, logProbsOffset, rows);
    KernelChecks.actions(head, actions, actionsOffset, rows);
    FloatSlab logits = workspace.actor().last();
    for (int r = 0; r < rows; r++) {
      long row = (long) r * head.outputStride();
      double max = max(head, logits, row);
      double logSum = StrictMath.log(sum(head, logits, row, max));
      double logit = logits.get(row + actions.get(actionsOffset + r));
      logProbs.set(logProbsOffset + r, (float) (logit - max - logSum));
    }
  }

  private static double max(ActionHead.Categorical head, FloatSlab logits, long row) {
    double max = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < head.actions(); k++) {
      max = Math.max(max, logits.get(row + k)); // NaN if one is
    }
    return max;
  }

  private static double sum(ActionHead.Categorical head, FloatSlab logits, long row, double max) {
    double sum = 0;
    for (int k = 0; k < head.actions(); k++) {
      sum += StrictMath.exp(logits.get(row + k) - max);
    }
    return sum;
  }

  @Override
  public void accumulate(
      RunningStatistics statistics,
      FloatSlab x,
      long offset,
      DoubleSlab sums,
      int firstEnvironment,
      int rows) {
    KernelChecks.accumulate(
        statistics.size(), statistics.stride(), x, offset, sums, firstEnvironment, rows);
    int size = statistics.size();
    for (int r = 0; r < rows; r++) {
      long at = 2L * (firstEnvironment + r) * size;
      for (int k = 0; k < size; k++) {
        double mean = statistics.mean().get(k);
        double d = x.get(offset + (long) r * statistics.stride() + k) - mean;
        sums.set(at + k, sums.get(at + k) + d);
        sums.set(at + size + k, Math.fma(d, d, sums.get(at + size + k)));
      }
    }
  }

  @Override
  public void normalize(RunningStatistics statistics, FloatSlab x, long offset, int rows) {
    KernelChecks.rows(x, offset, rows, statistics.stride());
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < statistics.stride(); k++) {
        long at = offset + (long) r * statistics.stride() + k;
        float value = (x.get(at) - statistics.mean().get(k)) * statistics.inverseStd().get(k);
        value = value > RunningStatistics.CLIP ? RunningStatistics.CLIP : value; // not for NaN
        value = value < -RunningStatistics.CLIP ? -RunningStatistics.CLIP : value;
        x.set(at, value);
      }
    }
  }

  @Override
  public void linearGradient(
      FloatSlab x,
      long xOffset,
      FloatSlab d,
      LinearLayout layer,
      FloatSlab gradients,
      int rows,
      FloatSlab scratch) {
    KernelChecks.linearGradient(x, xOffset, d, layer, gradients, rows);
    int columns = layer.outputStride();
    for (int o = 0; o < columns; o++) {
      for (int k = 0; k < layer.inputs(); k++) {
        float sum = 0;
        for (int r = 0; r < rows; r++) {
          float input = x.get(xOffset + (long) r * layer.inputStride() + k);
          sum = Math.fma(input, d.get((long) r * columns + o), sum);
        }
        gradients.set(layer.weights() + (long) k * columns + o, sum);
      }
      float sum = 0;
      for (int r = 0; r < rows; r++) {
        sum += d.get((long) r * columns + o);
      }
      gradients.set(layer.bias() + o, sum);
    }
  }

  @Override
  public void transpose(
      FloatSlab parameters, LinearLayout layer, FloatSlab transposed, LinearLayout backward) {
    KernelChecks.transpose(parameters, layer, transposed, backward);
    for (int k = 0; k < layer.inputs(); k++) {
      for (int o = 0; o < layer.outputs(); o++) {
        float weight = parameters.get(layer.weights() + (long) k * layer.outputStride() + o);
        transposed.set(backward.weights() + (long) o * backward.outputStride() + k, weight);
      }
    }
  }

  @Override
  public void activateBackward(Activation activation, FloatSlab y, FloatSlab d, long count) {
    KernelChecks.elements(y, 0, d, 0, count);
    for (long i = 0; i < count; i++) {
      float out = y.get(i);
      float gradient = d.get(i);
      d.set(
          i,
          switch (activation) {
            case TANH -> Math.fma(-(out * gradient), out, gradient);
            case RELU -> out > 0 ? gradient : 0;
          });
    }
  }

  @Override
  public void exp(FloatSlab x, long xOffset, FloatSlab y, long yOffset, long count) {
    KernelChecks.elements(x, xOffset, y, yOffset, count);
    for (long i = 0; i < count; i++) {
      y.set(yOffset + i, (float) StrictMath.exp(x.get(xOffset + i)));
    }
  }

  @Override
  public void log(FloatSlab x, long xOffset, FloatSlab y, long yOffset, long count) {
    KernelChecks.elements(x, xOffset, y, yOffset, count);
    for (long i = 0; i < count; i++) {
      y.set(yOffset + i, (float) StrictMath.log(x.get(xOffset + i)));
    }
  }

  @Override
  public void add(FloatSlab x, FloatSlab y, FloatSlab sum) {
    KernelChecks.add(x, y, sum);
    for (long i = 0; i < sum.length(); i++) {
      sum.set(i, x.get(i) + y.get(i));
    }
  }

  @Override
  public double sumOfSquares(FloatSlab x, FloatSlab lanes) {
    KernelChecks.sumOfSquares(x, lanes);
    return Optimization.sumOfSquares(x, lanes);
  }

  @Override
  public void blockSquares(FloatSlab x, FloatSlab sums) {
    KernelChecks.blockSquares(x, sums);
    Optimization.blockSquares(x, sums);
  }

  @Override
  public void adam(
      Adam adam,
      FloatSlab parameters,
      FloatSlab gradients,
      FloatSlab means,
      FloatSlab squares,
      long offset,
      long count) {
    KernelChecks.elements(parameters, offset, gradients, offset, count);
    KernelChecks.elements(means, offset, squares, offset, count);
    Optimization.adam(adam, parameters, gradients, means, squares, offset, offset + count);
  }

  @Override
  public void rmsProp(
      RmsProp rule,
      FloatSlab parameters,
      FloatSlab gradients,
      FloatSlab squares,
      long offset,
      long count) {
    KernelChecks.elements(parameters, offset, gradients, offset, count);
    KernelChecks.elements(parameters, offset, squares, offset, count);
    Optimization.rmsProp(rule, parameters, gradients, squares, offset, offset + count);
  }

  @Override
  public void sgd(float scale, FloatSlab parameters, FloatSlab gradients, long offset, long count) {
    KernelChecks.elements(parameters, offset, gradients, offset, count);
    Optimization.sgd(scale, parameters, gradients, offset, offset + count);
  }

  @Override
  public void lerp(FloatSlab target, FloatSlab source, float tau, long offset, long count) {
    KernelChecks.elements(target, offset, source, offset, count);
    Optimization.lerp(target, source, tau, offset, offset + count);
  }

  @Override
  public void dropTiny(FloatSlab x, long offset, long count) {
    KernelChecks.elements(x, offset, x, offset, count);
    Optimization.dropTiny(x, offset, offset + count);
  }
}
