package stride.dqn;

import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.nn.Backend;
import stride.nn.Kernels;
import stride.nn.LayerOutputs;
import stride.nn.Mlp;
import stride.nn.QLayout;
import stride.nn.TransposedLayout;

/**
 * A network from observations to a value for each action: its layout, and the kernels that run it.
 * Holds no weights. Stateless.
 */
final class QNetwork {
  private final QLayout layout;
  private final Kernels kernels;
  private final DqnKernels dqn;
  private final Mlp mlp;

  /** A network that a backend computes. */
  QNetwork(QLayout layout, Backend backend) {
    this.layout = layout;
    this.kernels = Backends.kernels(backend);
    this.dqn = DqnBackends.kernels(backend);
    this.mlp = new Mlp(layout.mlp(), kernels);
  }

  /** Where its weights lie. */
  QLayout layout() {
    return layout;
  }

  /** What computes layers. */
  Kernels kernels() {
    return kernels;
  }

  /** What computes everything else. */
  DqnKernels dqn() {
    return dqn;
  }

  /**
   * The values of all actions.
   *
   * @param x observations: [rows, inputStride]
   * @param xOffset where row 0 starts, in floats
   * @param outputs overwritten
   * @return the last of the outputs: [rows, outputStride], A values in each
   */
  FloatSlab values(
      FloatSlab parameters, FloatSlab x, long xOffset, int rows, LayerOutputs outputs) {
    final FloatSlab y = mlp.forward(parameters, x, xOffset, rows, outputs);
    if (layout.dueling()) {
      dqn.duel(layout.actions(), y, rows);
    }
    return y;
  }

  /**
   * Takes gradients of the values back through all layers.
   *
   * @param transposed where the transposed weights lie
   * @param weights the transposed weights, up to date
   * @param x observations: [rows, inputStride], from the start
   * @param outputs what {@link #values} left
   * @param d the last is the gradient of the values; all are overwritten
   * @param gradients overwritten: [layout.size]
   */
  void backward(
      TransposedLayout transposed,
      FloatSlab weights,
      FloatSlab x,
      int rows,
      LayerOutputs outputs,
      LayerOutputs d,
      FloatSlab gradients) {
    if (layout.dueling()) {
      dqn.duelBackward(layout.actions(), d.last(), rows);
    }
    mlp.backward(transposed, weights, x, 0, rows, outputs, d, gradients);
  }
}
