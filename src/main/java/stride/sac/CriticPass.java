package stride.sac;

import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Kernels;
import stride.nn.LayerOutputs;
import stride.nn.Mlp;
import stride.nn.TransposedLayout;

/**
 * One critic's way there and back, with the memory that it takes. Owns the memory; belongs to one
 * thread.
 */
final class CriticPass implements AutoCloseable {
  private final Mlp critic;
  private final Mlp target;
  private final Kernels kernels;
  private final TransposedLayout transposedLayout;
  private final SlabBlock block;
  private final FloatSlab transposed; // weights
  private final LayerOutputs outputs;
  private final LayerOutputs gradients;
  private final FloatSlab inputGradients; // [R, padded(D + A)]
  private final FloatSlab losses; // [R]

  /**
   * Makes room.
   *
   * @param critic in the slab of what learns
   * @param target the same, in the slab of what follows
   * @param rows the most of a call
   */
  CriticPass(Mlp critic, Mlp target, Kernels kernels, int rows) {
    this.critic = critic;
    this.target = target;
    this.kernels = kernels;
    this.transposedLayout = TransposedLayout.withFirst(critic.layout());
    SlabPlan plan =
        new SlabPlan()
            .add("transposed", ElementType.FLOAT, transposedLayout.size())
            .add(
                "input_gradients",
                ElementType.FLOAT,
                rows,
                transposedLayout.layer(0).outputStride())
            .add("losses", ElementType.FLOAT, rows);
    LayerOutputs.plan(plan, "outputs", critic.layout(), rows);
    LayerOutputs.plan(plan, "gradients", critic.layout(), rows);
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.transposed = block.floats("transposed");
    this.inputGradients = block.floats("input_gradients");
    this.losses = block.floats("losses");
    this.outputs = new LayerOutputs(block, "outputs", critic.layout());
    this.gradients = new LayerOutputs(block, "gradients", critic.layout());
  }

  /** After the parameters were set: makes the ways back see them. */
  void transpose(FloatSlab parameters) {
    transposedLayout.update(kernels, parameters, transposed);
  }

  /** Values by the parameters that learn, which a way back needs: [R, outputStride]. */
  FloatSlab values(FloatSlab parameters, FloatSlab inputs, int rows) {
    return critic.forward(parameters, inputs, 0, rows, outputs);
  }

  /** Values by the parameters that follow: [R, outputStride]. */
  FloatSlab targetValues(FloatSlab parameters, FloatSlab inputs, int rows) {
    return target.forward(parameters, inputs, 0, rows, outputs);
  }

  /** The values that were computed last: [R, outputStride]. */
  FloatSlab values() {
    return outputs.last();
  }

  /** The gradients of the values, to be set before a way back: column 0 of [R, outputStride]. */
  FloatSlab valueGradients() {
    return gradients.last();
  }

  /** To be set by whoever computes them: [R]. */
  FloatSlab losses() {
    return losses;
  }

  /** Takes the values' gradients back to the critic's weights. */
  void backward(FloatSlab inputs, int rows, FloatSlab partGradients) {
    critic.backward(
        transposedLayout, transposed, inputs, 0, rows, outputs, gradients, partGradients);
  }

  /** Takes the values' gradients back to the inputs alone: [R, padded(D + A)]. */
  FloatSlab inputGradients(int rows) {
    critic.inputGradient(transposedLayout, transposed, rows, outputs, gradients, inputGradients);
    return inputGradients;
  }

  @Override
  public void close() {
    block.close();
  }
}
