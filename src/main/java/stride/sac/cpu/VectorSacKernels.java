package stride.sac.cpu;

import stride.memory.FloatSlab;
import stride.nn.Kernels;
import stride.nn.SquashedHead;
import stride.sac.DrawnActions;
import stride.sac.SacKernels;

/** Kernels with the Vector API, a class per topic. Stateless. */
public final class VectorSacKernels implements SacKernels {
  private final Kernels kernels;

  public VectorSacKernels(Kernels kernels) {
    this.kernels = kernels;
  }

  @Override
  public void sample(
      SquashedHead head,
      FloatSlab outputs,
      DrawnActions drawn,
      FloatSlab actions,
      long at,
      int stride,
      int rows) {
    Sampling.sample(kernels, head, outputs, drawn, rows);
    Sampling.write(head, drawn, actions.segment(), 4 * at, 4L * stride, rows);
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
    Sampling.mode(kernels, head, outputs, drawn, rows);
    Sampling.write(head, drawn, actions.segment(), 4 * at, 4L * stride, rows);
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
    Losses.targets(
        alpha,
        first.segment(),
        second.segment(),
        rowBytes(first),
        logProbs.segment(),
        rewards.segment(),
        discounts.segment(),
        targets.segment(),
        rows);
  }

  @Override
  public void criticLoss(
      FloatSlab values,
      FloatSlab targets,
      float weight,
      FloatSlab gradients,
      FloatSlab losses,
      int rows) {
    Losses.critic(
        values.segment(),
        rowBytes(values),
        targets.segment(),
        2 * weight,
        gradients.segment(),
        losses.segment(),
        rows);
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
    Losses.actor(
        alpha,
        first.segment(),
        second.segment(),
        rowBytes(first),
        logProbs.segment(),
        losses.segment(),
        rows);
    Losses.smaller(
        weight,
        first.segment(),
        second.segment(),
        rowBytes(first),
        firstGradients.segment(),
        secondGradients.segment(),
        rows);
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
    ActorGradient.gradient(head, drawn, weight * alpha, actionGradients, column, gradients, rows);
  }

  private static long rowBytes(FloatSlab rows) {
    return 4 * rows.shape().dim(1);
  }
}
