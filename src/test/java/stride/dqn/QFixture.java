package stride.dqn;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.List;
import stride.env.ActionSpace;
import stride.env.EnvSpec;
import stride.env.ObservationType;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Shape;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.Golden;
import stride.nn.ParameterTensor;
import stride.nn.QLayout;
import stride.optim.GradientParts;
import stride.optim.OptimizerKind;
import stride.optim.ParameterCopy;
import stride.optim.TargetCopy;
import stride.random.Purpose;
import stride.random.RandomStream;
import stride.replay.ReplayBatch;

/** A batch of given rows, of one part, and what learns from it; closes all. */
final class QFixture implements AutoCloseable {
  static final double MAX_GRAD_NORM = 10;

  private final Arena arena = Arena.ofConfined();
  final QNetwork network;
  final ParameterCopy copy;
  final TargetCopy target;
  final PartLoss loss;
  final int rows;
  final FloatSlab weights;
  final FloatSlab errors;
  private final GradientParts parts;
  private final DoubleSlab sums;

  QFixture(Backend backend, QLayout layout, TdLoss kind, boolean doubleQ, int rows) {
    this(backend, layout, kind, doubleQ, rows, OptimizerKind.ADAM);
  }

  QFixture(
      Backend backend,
      QLayout layout,
      TdLoss kind,
      boolean doubleQ,
      int rows,
      OptimizerKind optimizer) {
    this.network = new QNetwork(layout, backend);
    this.rows = rows;
    this.copy =
        new ParameterCopy(
            layout.size(), network.kernels(), optimizer.optimizer(1e-8), MAX_GRAD_NORM);
    this.target = TargetCopy.of(layout.size(), network.kernels());
    this.loss = new PartLoss(network, spec(layout), kind, doubleQ, rows);
    this.parts = new GradientParts(layout.size(), 1, network.kernels(), 1);
    this.weights = FloatSlab.allocate(arena, rows);
    this.errors = FloatSlab.allocate(arena, rows);
    this.sums = DoubleSlab.allocate(arena, PartLoss.SUMS);
    weights.fill(1);
  }

  static QLayout layout(int inputs, List<Integer> hidden, int actions, boolean dueling) {
    return new QLayout(inputs, hidden, actions, dueling, Activation.RELU);
  }

  private static EnvSpec spec(QLayout layout) {
    return new EnvSpec(
        "Test",
        Shape.of(layout.mlp().spec().inputs()),
        ObservationType.F32,
        new ActionSpace.Discrete(layout.actions()),
        1000,
        1,
        1);
  }

  /** Sets parameters by the names that PyTorch gives them; those of a lone network begin there. */
  void putParameters(FloatSlab parameters, JsonNode tensors) {
    for (ParameterTensor tensor : network.layout().tensors()) {
      tensor.put(parameters, Golden.floats(tensors.get(name(tensor))));
    }
  }

  static String name(ParameterTensor tensor) {
    return tensor.name().replaceFirst("^q\\.", "");
  }

  /** Sets the rows of a step; importance is 1 where the step has none. */
  void putRows(JsonNode step, double gamma) {
    final ReplayBatch batch = loss.batch();
    final int stride = network.layout().inputStride();
    Golden.putRows(batch.observations(), stride, step.get("obs"));
    Golden.putRows(batch.nextObservations(), stride, step.get("next_obs"));
    batch.rewards().set(0, Golden.floats(step.get("reward")));
    for (int r = 0; r < rows; r++) {
      batch.actions().choices().set(r, step.get("action").get(r).asInt());
      batch.discounts().set(r, (float) (gamma * (1 - step.get("terminated").get(r).asDouble())));
    }
    if (step.has("weights")) {
      weights.set(0, Golden.floats(step.get("weights")));
    }
  }

  /** Sets parameters and rows to seeded noise. */
  QFixture fill(long seed) {
    final var random = new RandomStream(seed, Purpose.BENCHMARK);
    final ReplayBatch batch = loss.batch();
    for (FloatSlab parameters : List.of(copy.parameters(), target.parameters())) {
      for (ParameterTensor tensor : network.layout().tensors()) {
        float[] values = new float[Math.toIntExact(tensor.shape().elements())];
        for (int i = 0; i < values.length; i++) {
          values[i] = (float) (0.4 * random.nextGaussian());
        }
        tensor.put(parameters, values);
      }
    }
    final int stride = network.layout().inputStride();
    for (int r = 0; r < rows; r++) {
      for (int k = 0; k < network.layout().mlp().spec().inputs(); k++) {
        batch.observations().set((long) r * stride + k, (float) random.nextGaussian());
        batch.nextObservations().set((long) r * stride + k, (float) random.nextGaussian());
      }
      batch.actions().choices().set(r, random.nextInt(network.layout().actions()));
      batch.rewards().set(r, (float) random.nextGaussian());
      batch.discounts().set(r, random.nextInt(5) == 0 ? 0 : 0.99f);
      weights.set(r, (float) (0.1 + random.nextDouble()));
    }
    return this;
  }

  /** Targets, losses and gradients; returns the mean loss. */
  double differentiate() {
    loss.transpose(copy.parameters());
    loss.aim(copy.parameters(), target.parameters(), rows);
    return again();
  }

  /** Losses and gradients for the targets that there are; returns the mean loss. */
  double again() {
    loss.differentiate(
        copy.parameters(), rows, weights, 0, 1f / rows, errors, parts.slot(parts.firstSlot(0)));
    loss.writeSums(rows, sums, 0);
    return sums.get(0) / rows;
  }

  /** The gradients of the last pass. */
  FloatSlab gradients() {
    return parts.slot(parts.firstSlot(0));
  }

  /** A step against the gradients of the last pass, clipped; returns their norm. */
  double step(long number, double learningRate) {
    final double norm = copy.reduce(parts, 0, 1);
    copy.step(number, learningRate, norm);
    return norm;
  }

  @Override
  public void close() {
    copy.close();
    target.close();
    loss.close();
    parts.close();
    arena.close();
  }
}
