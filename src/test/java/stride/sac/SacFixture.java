package stride.sac;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import stride.env.ActionSpace;
import stride.learn.Backends;
import stride.memory.ElementType;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Activation;
import stride.nn.Adam;
import stride.nn.Backend;
import stride.nn.Golden;
import stride.nn.Kernels;
import stride.nn.LayerOutputs;
import stride.nn.LinearLayout;
import stride.nn.Mlp;
import stride.nn.MlpLayout;
import stride.nn.MlpSpec;
import stride.nn.ParameterTensor;
import stride.nn.SquashedHead;
import stride.nn.TransposedLayout;

/** An actor and two critics that learn from batches of golden numbers; closes all. */
final class SacFixture implements AutoCloseable {
  static final int ROWS = 16;
  static final List<String> CRITICS = List.of("q1", "q2");

  private static final int OBSERVATIONS = 11;
  private static final int ACTIONS = 3;
  private static final List<Integer> HIDDEN = List.of(32, 32);
  private static final double ADAM_EPS = 1e-8;

  final Arena arena = Arena.ofConfined();
  final SquashedHead head;
  final MlpLayout actor;
  final List<MlpLayout> critics;
  final FloatSlab parameters;
  final FloatSlab targetParameters;
  final FloatSlab gradients;
  final DrawnActions drawn;
  final FloatSlab targets;
  final FloatSlab losses;
  private final Kernels kernels;
  private final SacKernels sac;
  private final Adam adam = new Adam(ADAM_EPS);
  private final FloatSlab means;
  private final FloatSlab squares;
  private final SlabBlock block;
  private final LayerOutputs acted;
  private final LayerOutputs actedGradients;
  private final List<LayerOutputs> judged = new ArrayList<>();
  private final List<LayerOutputs> judgedGradients = new ArrayList<>();
  private final FloatSlab observations; // [R, 12]
  private final FloatSlab inputs; // [R, 16] of critics: observation, action

  SacFixture(Backend backend, ActionSpace.Box bounds) {
    this.kernels = Backends.kernels(backend);
    this.sac = SacBackends.kernels(backend);
    this.head = new SquashedHead(bounds.low(), bounds.high());
    this.actor = new MlpLayout(spec(OBSERVATIONS, head.outputs()), "actor", 0);
    MlpLayout first = new MlpLayout(spec(OBSERVATIONS + ACTIONS, 1), "q1", actor.end());
    MlpLayout second = new MlpLayout(spec(OBSERVATIONS + ACTIONS, 1), "q2", first.end());
    this.critics = List.of(first, second);
    SlabPlan plan = new SlabPlan();
    for (String name : List.of("parameters", "target", "gradients", "means", "squares")) {
      plan.add(name, ElementType.FLOAT, second.end());
    }
    DrawnActions.plan(plan, "drawn", head, ROWS);
    for (MlpLayout each : List.of(actor, first, second)) {
      LayerOutputs.plan(plan, each.tensors().getFirst().name() + "y", each, ROWS);
      LayerOutputs.plan(plan, each.tensors().getFirst().name() + "d", each, ROWS);
    }
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.parameters = block.floats("parameters");
    this.targetParameters = block.floats("target");
    this.gradients = block.floats("gradients");
    this.means = block.floats("means");
    this.squares = block.floats("squares");
    this.drawn = DrawnActions.of(block, "drawn");
    this.acted = outputs(actor, "y");
    this.actedGradients = outputs(actor, "d");
    for (MlpLayout critic : critics) {
      judged.add(outputs(critic, "y"));
      judgedGradients.add(outputs(critic, "d"));
    }
    this.observations = FloatSlab.allocate(arena, ROWS, actor.inputStride());
    this.inputs = FloatSlab.allocate(arena, ROWS, first.inputStride());
    this.targets = FloatSlab.allocate(arena, ROWS);
    this.losses = FloatSlab.allocate(arena, ROWS);
  }

  private static MlpSpec spec(int inputs, int outputs) {
    return new MlpSpec(inputs, HIDDEN, outputs, Activation.RELU);
  }

  private LayerOutputs outputs(MlpLayout layout, String kind) {
    return new LayerOutputs(block, layout.tensors().getFirst().name() + kind, layout);
  }

  /** The bounds of a golden case. */
  static ActionSpace.Box bounds(JsonNode low, JsonNode high) {
    return new ActionSpace.Box(boxed(low), boxed(high));
  }

  private static List<Float> boxed(JsonNode list) {
    return DoubleStream.of(Golden.doubles(list)).mapToObj(each -> (float) each).toList();
  }

  /** Sets actor and critics, or critics of the target, by PyTorch's tensors. */
  void putParameters(JsonNode params) {
    for (ParameterTensor tensor : actor.tensors()) {
      tensor.put(parameters, ofActor(params, tensor));
    }
    for (int c = 0; c < critics.size(); c++) {
      putCritic(parameters, c, params.get(CRITICS.get(c)));
    }
  }

  void putCritic(FloatSlab into, int critic, JsonNode tensors) {
    for (ParameterTensor tensor : critics.get(critic).tensors()) {
      tensor.put(into, ofCritic(tensors, tensor));
    }
  }

  /** Values of a tensor of the actor, whose last layer is PyTorch's mean and logstd in one. */
  static float[] ofActor(JsonNode params, ParameterTensor tensor) {
    String name = tensor.name().replaceFirst("^actor\\.", "");
    if (!name.startsWith("4.")) {
      return Golden.floats(params.get("trunk").get(name));
    }
    String kind = name.replaceFirst("^4", "0");
    float[] mean = Golden.floats(params.get("mean").get(kind));
    float[] logstd = Golden.floats(params.get("logstd").get(kind));
    float[] both = new float[mean.length + logstd.length];
    System.arraycopy(mean, 0, both, 0, mean.length);
    System.arraycopy(logstd, 0, both, mean.length, logstd.length);
    return both;
  }

  static float[] ofCritic(JsonNode tensors, ParameterTensor tensor) {
    return Golden.floats(tensors.get(tensor.name().replaceFirst("^q[12]\\.", "")));
  }

  private void putObservations(JsonNode rows) {
    Golden.putRows(observations, actor.inputStride(), rows);
    Golden.putRows(inputs, critics.getFirst().inputStride(), rows);
  }

  /** Draws actions with given noise: the critics' inputs are then observations with these. */
  void draw(JsonNode rows, JsonNode noise) {
    putObservations(rows);
    for (int r = 0; r < ROWS; r++) {
      for (int k = 0; k < ACTIONS; k++) {
        float each = (float) noise.get(r).get(k).asDouble();
        drawn.noise().set((long) k * drawn.columnLength() + r, each);
      }
    }
    new Mlp(actor, kernels).forward(parameters, observations, 0, ROWS, acted);
    int stride = critics.getFirst().inputStride();
    sac.sample(head, acted.last(), drawn, inputs, OBSERVATIONS, stride, ROWS);
  }

  /** An element of a row's action. */
  float action(int row, int element) {
    return inputs.get((long) row * critics.getFirst().inputStride() + OBSERVATIONS + element);
  }

  private void judge(FloatSlab by) {
    for (int c = 0; c < critics.size(); c++) {
      new Mlp(critics.get(c), kernels).forward(by, inputs, 0, ROWS, judged.get(c));
    }
  }

  /** What values are to become, from actions drawn for the next observations. */
  void aim(JsonNode step, double gamma, float alpha) {
    draw(step.get("next_obs"), step.get("noise_next"));
    judge(targetParameters);
    FloatSlab rewards = FloatSlab.allocate(arena, ROWS);
    FloatSlab discounts = FloatSlab.allocate(arena, ROWS);
    rewards.set(0, Golden.floats(step.get("reward")));
    for (int r = 0; r < ROWS; r++) {
      discounts.set(r, (float) (gamma * (1 - step.get("terminated").get(r).asDouble())));
    }
    sac.targets(
        alpha,
        judged.getFirst().last(),
        judged.getLast().last(),
        drawn.logProbs(),
        rewards,
        discounts,
        targets,
        ROWS);
  }

  /** Losses and gradients of the critics at the actions that were taken; returns the loss. */
  double differentiateCritics(JsonNode step) {
    putObservations(step.get("obs"));
    int stride = critics.getFirst().inputStride();
    for (int r = 0; r < ROWS; r++) {
      inputs.set((long) r * stride + OBSERVATIONS, Golden.floats(step.get("action").get(r)));
    }
    judge(parameters);
    double loss = 0;
    for (int c = 0; c < critics.size(); c++) {
      LayerOutputs d = judgedGradients.get(c);
      sac.criticLoss(judged.get(c).last(), targets, 1f / ROWS, d.last(), losses, ROWS);
      loss += mean(losses);
      TransposedLayout transposed = new TransposedLayout(critics.get(c));
      FloatSlab weights = FloatSlab.allocate(arena, transposed.size());
      transposed.update(kernels, parameters, weights);
      new Mlp(critics.get(c), kernels)
          .backward(transposed, weights, inputs, 0, ROWS, judged.get(c), d, gradients);
    }
    return loss;
  }

  /** Loss and gradients of the actor at the actions that were just drawn; returns the loss. */
  double differentiateActor(float alpha) {
    judge(parameters);
    sac.actorLoss(
        alpha,
        1f / ROWS,
        judged.getFirst().last(),
        judged.getLast().last(),
        drawn.logProbs(),
        judgedGradients.getFirst().last(),
        judgedGradients.getLast().last(),
        losses,
        ROWS);
    FloatSlab sum = FloatSlab.allocate(arena, ROWS, LinearLayout.padded(OBSERVATIONS + ACTIONS));
    for (int c = 0; c < critics.size(); c++) {
      kernels.add(sum, inputGradient(c), sum);
    }
    FloatSlab d = actedGradients.last();
    sac.actorGradient(head, acted.last(), drawn, alpha, 1f / ROWS, sum, OBSERVATIONS, d, ROWS);
    TransposedLayout transposed = new TransposedLayout(actor);
    FloatSlab weights = FloatSlab.allocate(arena, transposed.size());
    transposed.update(kernels, parameters, weights);
    new Mlp(actor, kernels)
        .backward(transposed, weights, observations, 0, ROWS, acted, actedGradients, gradients);
    return mean(losses);
  }

  private FloatSlab inputGradient(int critic) {
    TransposedLayout transposed = TransposedLayout.withFirst(critics.get(critic));
    FloatSlab weights = FloatSlab.allocate(arena, transposed.size());
    transposed.update(kernels, parameters, weights);
    FloatSlab gradient =
        FloatSlab.allocate(arena, ROWS, LinearLayout.padded(OBSERVATIONS + ACTIONS));
    new Mlp(critics.get(critic), kernels)
        .inputGradient(
            transposed, weights, ROWS, judged.get(critic), judgedGradients.get(critic), gradient);
    return gradient;
  }

  /** The mean excess of the drawn actions' log-probabilities. */
  double excess(double targetEntropy) {
    return sac.excess(drawn.logProbs(), targetEntropy, ROWS) / ROWS;
  }

  void stepActor(long number, double learningRate) {
    step(0, actor.end(), number, learningRate);
  }

  void stepCritics(long number, double learningRate) {
    step(actor.end(), parameters.length() - actor.end(), number, learningRate);
  }

  private void step(long offset, long count, long number, double learningRate) {
    adam.prepare(number, learningRate, 1);
    kernels.adam(adam, parameters, gradients, means, squares, offset, count);
  }

  void follow(double tau) {
    long from = actor.end();
    kernels.lerp(targetParameters, parameters, (float) tau, from, parameters.length() - from);
  }

  private static double mean(FloatSlab column) {
    double sum = 0;
    for (float each : column.toArray()) {
      sum += each;
    }
    return sum / column.length();
  }

  @Override
  public void close() {
    block.close();
    arena.close();
  }
}
