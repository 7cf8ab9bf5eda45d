package stride.nn.cpu;

import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.CategoricalHead;
import stride.nn.GaussianHead;
import stride.nn.KernelChecks;
import stride.nn.Kernels;
import stride.nn.LinearLayout;
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
    Linear.linear(
        x.segment(), 4 * xOffset, parameters.segment(), layer, y.segment(), 4 * yOffset, rows);
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
      GaussianHead head,
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
      GaussianHead head,
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
      CategoricalHead head,
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
      CategoricalHead head,
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
    KernelChecks.accumulate(statistics, x, offset, sums, firstEnvironment, rows);
    Normalization.accumulate(statistics, x, offset, sums, firstEnvironment, rows);
  }

  @Override
  public void normalize(RunningStatistics statistics, FloatSlab x, long offset, int rows) {
    KernelChecks.rows(x, offset, rows, statistics.stride());
    Normalization.normalize(statistics, x, offset, rows);
  }
}
