package stride.sac;

import java.util.ArrayList;
import java.util.List;

/**
 * A network in double precision as a textbook has it, one row at a time: hidden layers, one after
 * the other, then heads beside one another.
 *
 * @param tensors weight [out, in] and bias [out] of each layer, in order
 * @param hidden how many of the layers are hidden
 * @param tanh whether hidden layers are followed by tanh; by the positive part if not
 */
record DoubleNet(List<double[]> tensors, int hidden, boolean tanh) {

  /** What a row was on its way: the input of each hidden layer and of the heads. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares whole ones
  record Pass(List<double[]> inputs, double[] outputs) {}

  /** Zeros, laid out as the tensors are. */
  List<double[]> zeros() {
    return tensors.stream().map(tensor -> new double[tensor.length]).toList();
  }

  Pass forward(double[] x) {
    List<double[]> inputs = new ArrayList<>(List.of(x));
    for (int layer = 0; layer < hidden; layer++) {
      double[] y = linear(layer, inputs.getLast());
      for (int i = 0; i < y.length; i++) {
        y[i] = tanh ? Math.tanh(y[i]) : Math.max(y[i], 0);
      }
      inputs.add(y);
    }
    double[] outputs = {};
    for (int head = hidden; head < tensors.size() / 2; head++) {
      outputs = concat(outputs, linear(head, inputs.getLast()));
    }
    return new Pass(inputs, outputs);
  }

  private double[] linear(int layer, double[] x) {
    double[] weight = tensors.get(2 * layer);
    double[] y = tensors.get(2 * layer + 1).clone();
    for (int o = 0; o < y.length; o++) {
      for (int i = 0; i < x.length; i++) {
        y[o] += weight[o * x.length + i] * x[i];
      }
    }
    return y;
  }

  /**
   * Takes a gradient of the outputs back.
   *
   * @param gradients of the tensors: added to
   * @return that of the input
   */
  double[] backward(Pass pass, double[] ofOutputs, List<double[]> gradients) {
    double[] last = pass.inputs.getLast();
    double[] ofX = new double[last.length];
    int at = 0;
    for (int head = hidden; head < tensors.size() / 2; head++) {
      double[] ofHead = new double[tensors.get(2 * head + 1).length];
      System.arraycopy(ofOutputs, at, ofHead, 0, ofHead.length);
      at += ofHead.length;
      double[] part = back(head, last, ofHead, gradients);
      for (int i = 0; i < ofX.length; i++) {
        ofX[i] += part[i];
      }
    }
    for (int layer = hidden - 1; layer >= 0; layer--) {
      double[] y = pass.inputs.get(layer + 1);
      for (int i = 0; i < ofX.length; i++) {
        ofX[i] *= tanh ? 1 - y[i] * y[i] : (y[i] > 0 ? 1 : 0);
      }
      ofX = back(layer, pass.inputs.get(layer), ofX, gradients);
    }
    return ofX;
  }

  private double[] back(int layer, double[] x, double[] ofY, List<double[]> gradients) {
    double[] weight = tensors.get(2 * layer);
    double[] ofX = new double[x.length];
    for (int o = 0; o < ofY.length; o++) {
      gradients.get(2 * layer + 1)[o] += ofY[o];
      for (int i = 0; i < x.length; i++) {
        gradients.get(2 * layer)[o * x.length + i] += ofY[o] * x[i];
        ofX[i] += ofY[o] * weight[o * x.length + i];
      }
    }
    return ofX;
  }

  static double[] concat(double[] first, double[] second) {
    double[] both = new double[first.length + second.length];
    System.arraycopy(first, 0, both, 0, first.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}
