package stride.nn.cpu;

import java.lang.foreign.MemorySegment;
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

/** Kernels with the Vector API: checks here, arithmetic in a class per topic. Stateless. */
public final class VectorKernels implements Kernels {
  /** Kernels without state; loads what they need. */
  public VectorKernels() {
    FirstUse.of(this);
  }

  @Override
  public Backend backend() {
    return Backend.CPU;
  }

  /** Says how long the vectors are. */
  @Override
  public String toString() {
    return Backend.CPU + " (" + Lanes.LANES + " lanes)";
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
    final MemorySegment in = x.segment();
    final MemorySegment p = parameters.segment();
    final MemorySegment out = y.segment();
    if (WideLinear.takes(layer, rows)) {
      WideLinear.linear(in, 4 * xOffset, p, layer, out, 4 * yOffset, rows);
    } else {
      Linear.linear(in, 4 * xOffset, p, layer, 0, out, 4 * yOffset, rows);
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
    Convolution.forward(
        x.segment(), 4 * xOffset, parameters.segment(), layer, y.segment(), 4 * yOffset, images);
  }

  @Override
  public void convolutionGradient(
      FloatSlab x, long xOffset, FloatSlab d, ConvLayout layer, FloatSlab gradients, int images) {
    KernelChecks.convolution(x, xOffset, gradients, layer, d, 0, images);
    Convolution.gradient(x.segment(), 4 * xOffset, d.segment(), layer, gradients.segment(), images);
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
    Convolution.inputGradient(
        d.segment(), transposed.segment(), 4 * transposedAt, layer, dx.segment(), images);
  }

  @Override
  public void stackFrames(
      ByteSlab[] frames, long[] offsets, int pixels, FloatSlab out, long outOffset) {
    KernelChecks.stackFrames(frames, offsets, pixels, out, outOffset);
    Frames.stack(frames, offsets, pixels, out.segment(), 4 * outOffset);
  }

  @Override
  public void activate(Activation activation, FloatSlab y, long offset, long count) {
    KernelChecks.activate(y, offset, count);
    final int vectors = Math.toIntExact(count / Lanes.LANES);
    switch (activation) {
      case TANH -> Activations.tanh(y.segment(), 4 * offset, vectors);
      case RELU -> Activations.relu(y.segment(), 4 * offset, vectors);
    }
  }

  @Override
  public void normals(
      IntSlab radiusWords, IntSlab angleWords, FloatSlab cosines, FloatSlab sines, int count) {
    KernelChecks.normals(radiusWords, angleWords, cosines, sines, count);
    Normals.normals(
        radiusWords.segment(),
        angleWords.segment(),
        cosines.segment(),
        sines.segment(),
        count / Lanes.LANES);
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
    Gaussian.sample(
        head, parameters, workspace, actions, actionsOffset, logProbs, logProbsOffset, rows);
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
    Gaussian.logProb(
        head, parameters, workspace, actions, actionsOffset, logProbs, logProbsOffset, rows);
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
    Categorical.sample(head, workspace, actions, actionsOffset, logProbs, logProbsOffset, rows);
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
    Categorical.logProb(head, workspace, actions, actionsOffset, logProbs, logProbsOffset, rows);
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
    Normalization.accumulate(statistics, x, offset, sums, firstEnvironment, rows);
  }

  @Override
  public void normalize(RunningStatistics statistics, FloatSlab x, long offset, int rows) {
    KernelChecks.rows(x, offset, rows, statistics.stride());
    Normalization.normalize(statistics, x, offset, rows);
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
    final MemorySegment in = x.segment();
    final MemorySegment out = d.segment();
    final MemorySegment g = gradients.segment();
    final MemorySegment room = scratch == null ? null : scratch.segment();
    if (WideGradient.takes(layer, rows, room)) {
      WideGradient.linearGradient(in, 4 * xOffset, out, layer, g, rows, room);
    } else {
      LinearGradient.linearGradient(in, 4 * xOffset, out, layer, g, rows, room);
    }
  }

  @Override
  public void transpose(
      FloatSlab parameters, LinearLayout layer, FloatSlab transposed, LinearLayout backward) {
    KernelChecks.transpose(parameters, layer, transposed, backward);
    Transpose.transpose(parameters.segment(), layer, transposed.segment(), backward);
  }

  @Override
  public void activateBackward(Activation activation, FloatSlab y, FloatSlab d, long count) {
    KernelChecks.elements(y, 0, d, 0, count);
    final int vectors = Math.toIntExact(count / Lanes.LANES);
    switch (activation) {
      case TANH -> Activations.tanhBackward(y.segment(), d.segment(), vectors);
      case RELU -> Activations.reluBackward(y.segment(), d.segment(), vectors);
    }
  }

  @Override
  public void exp(FloatSlab x, long xOffset, FloatSlab y, long yOffset, long count) {
    KernelChecks.elements(x, xOffset, y, yOffset, count);
    final int vectors = Math.toIntExact(count / Lanes.LANES);
    Elementary.exponentials(x.segment(), 4 * xOffset, y.segment(), 4 * yOffset, vectors);
  }

  @Override
  public void log(FloatSlab x, long xOffset, FloatSlab y, long yOffset, long count) {
    KernelChecks.elements(x, xOffset, y, yOffset, count);
    final int vectors = Math.toIntExact(count / Lanes.LANES);
    Elementary.logarithms(x.segment(), 4 * xOffset, y.segment(), 4 * yOffset, vectors);
  }

  @Override
  public void add(FloatSlab x, FloatSlab y, FloatSlab sum) {
    KernelChecks.add(x, y, sum);
    final int vectors = Math.toIntExact(sum.length() / Lanes.LANES);
    Optimization.add(x.segment(), y.segment(), sum.segment(), vectors);
  }

  @Override
  public double sumOfSquares(FloatSlab x, FloatSlab lanes) {
    KernelChecks.sumOfSquares(x, lanes);
    return Optimization.sumOfSquares(x.segment(), x.length(), lanes.segment());
  }

  @Override
  public void blockSquares(FloatSlab x, FloatSlab sums) {
    KernelChecks.blockSquares(x, sums);
    Optimization.blockSquares(x.segment(), x.length(), sums.segment());
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
    Optimization.adam(
        adam,
        parameters.segment(),
        gradients.segment(),
        means.segment(),
        squares.segment(),
        4 * offset,
        Math.toIntExact(count / Lanes.LANES));
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
    Optimization.rmsProp(
        rule,
        parameters.segment(),
        gradients.segment(),
        squares.segment(),
        4 * offset,
        Math.toIntExact(count / Lanes.LANES));
  }

  @Override
  public void sgd(float scale, FloatSlab parameters, FloatSlab gradients, long offset, long count) {
    KernelChecks.elements(parameters, offset, gradients, offset, count);
    final int vectors = Math.toIntExact(count / Lanes.LANES);
    Optimization.sgd(scale, parameters.segment(), gradients.segment(), 4 * offset, vectors);
  }

  @Override
  public void lerp(FloatSlab target, FloatSlab source, float tau, long offset, long count) {
    KernelChecks.elements(target, offset, source, offset, count);
    if (tau == 1) {
      MemorySegment.copy(source.segment(), 4 * offset, target.segment(), 4 * offset, 4 * count);
    } else {
      final int vectors = Math.toIntExact(count / Lanes.LANES);
      Optimization.lerp(target.segment(), source.segment(), tau, 4 * offset, vectors);
    }
  }

  @Override
  public void dropTiny(FloatSlab x, long offset, long count) {
    KernelChecks.elements(x, offset, x, offset, count);
    Optimization.dropTiny(x.segment(), 4 * offset, Math.toIntExact(count / Lanes.LANES));
  }
}
