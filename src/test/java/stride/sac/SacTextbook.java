package stride.sac;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import stride.env.ActionSpace;
import stride.env.Task;
import stride.learn.Backends;
import stride.memory.FloatSlab;
import stride.memory.IntSlab;
import stride.memory.SlabAllocator;
import stride.memory.SlabBlock;
import stride.memory.SlabPlan;
import stride.nn.Backend;
import stride.nn.ParameterTensor;
import stride.nn.SquashedHead;
import stride.random.Purpose;
import stride.replay.ReplayBatch;
import stride.replay.ReplayGather;
import stride.replay.ReplayMemory;
import stride.replay.UniformSampler;

/**
 * SAC in double precision as a textbook has it: whole batches, row by row, one thing after the
 * other. Which rows are drawn and which noise is Stride's own; nothing else is.
 */
final class SacTextbook implements AutoCloseable {
  private static final double LOG_STD_LOW = -5;
  private static final double LOG_STD_HIGH = 2;

  /** An action that was drawn, and what it was drawn from. */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares whole ones
  private record Drawn(
      DoubleNet.Pass pass, double[] noise, double[] squashed, double[] action, double logProb) {}

  private final SacOptions options;
  private final ActionSpace.Box bounds;
  private final double targetEntropy;
  private final int size; // B
  private final int elements; // D
  private final ReplayMemory memory;
  private final UniformSampler sampler;
  private final ReplayGather gather;
  private final ReplayBatch batch;
  private final Noise noise;
  private final DrawnActions drawnNoise;
  private final SlabBlock block;
  private final Arena arena = Arena.ofConfined();
  private final IntSlab rows;
  private final FloatSlab weights;

  final DoubleNet actor;
  final List<DoubleNet> critics;
  final List<DoubleNet> targets;
  final double[] logAlpha;
  private final DoubleAdam actorSteps;
  private final List<DoubleAdam> criticSteps;
  private final DoubleAdam temperatureSteps;
  private int policySteps;

  /**
   * A textbook.
   *
   * @param first parameters that it begins with
   */
  SacTextbook(SacOptions options, Task task, long seed, ReplayMemory memory, FloatSlab first) {
    this.options = options;
    this.memory = memory;
    this.bounds = (ActionSpace.Box) task.spec().actionSpace();
    this.targetEntropy =
        options.targetEntropy() == null ? -bounds.elements() : options.targetEntropy();
    this.size = options.batchSize();
    this.elements = task.spec().observationElements();
    this.sampler = new UniformSampler(memory, options.nStep(), seed);
    this.gather = new ReplayGather(memory, options.nStep(), options.gamma());
    this.batch = new ReplayBatch(task.spec(), size, SlabAllocator.PAGES);
    this.noise = new Noise(Backends.kernels(Backend.REFERENCE), seed, bounds.elements(), size);
    SlabPlan plan = new SlabPlan();
    DrawnActions.plan(plan, "drawn", new SquashedHead(bounds.low(), bounds.high()), size);
    this.block = plan.allocate(SlabAllocator.PAGES);
    this.drawnNoise = DrawnActions.of(block, "drawn");
    this.rows = IntSlab.allocate(arena, size);
    this.weights = FloatSlab.allocate(arena, size);
    Function<String, double[]> tensors = name -> tensor(options, task, first, name);
    this.actor = net(tensors, "actor.", List.of("fc_mean", "fc_logstd"));
    String value = "fc" + (options.hidden().size() + 1);
    this.critics = List.of("q1.", "q2.").stream().map(q -> critic(tensors, q, value)).toList();
    this.targets = List.of("q1.", "q2.").stream().map(q -> critic(tensors, q, value)).toList();
    this.logAlpha = new double[1];
    this.actorSteps = new DoubleAdam(options.adamEps(), actor.tensors());
    this.criticSteps =
        critics.stream().map(q -> new DoubleAdam(options.adamEps(), q.tensors())).toList();
    this.temperatureSteps = new DoubleAdam(options.adamEps(), List.of(logAlpha));
  }

  private DoubleNet critic(Function<String, double[]> tensors, String prefix, String head) {
    return net(tensors, prefix, List.of(head));
  }

  private DoubleNet net(Function<String, double[]> tensors, String prefix, List<String> heads) {
    List<String> layers = new ArrayList<>();
    for (int k = 1; k <= options.hidden().size(); k++) {
      layers.add("fc" + k);
    }
    layers.addAll(heads);
    List<double[]> all = new ArrayList<>();
    for (String layer : layers) {
      all.add(tensors.apply(prefix + layer + ".weight"));
      all.add(tensors.apply(prefix + layer + ".bias"));
    }
    return new DoubleNet(all, options.hidden().size(), options.activation().equals("tanh"));
  }

  private static double[] tensor(SacOptions options, Task task, FloatSlab from, String name) {
    ParameterTensor tensor = options.network(task).layout().network().tensor(name);
    return doubles(tensor.get(from));
  }

  static double[] doubles(float[] values) {
    double[] doubles = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      doubles[i] = values[i];
    }
    return doubles;
  }

  private double alpha() {
    return options.autotune() ? Math.exp(logAlpha[0]) : options.alpha();
  }

  /** An update, from 0 on. */
  void update(int number) {
    sampler.rows(memory.steps(), number, 0, size, rows, weights);
    gather.rows(rows, 0, size, batch);
    learnCritics(number);
    if ((number + 1) % options.policyFrequency() == 0) {
      for (int k = 0; k < options.policyFrequency(); k++) {
        learnPolicy();
      }
    }
    if ((number + 1) % options.targetNetworkFrequency() == 0) {
      follow();
    }
  }

  private void follow() {
    for (int q = 0; q < 2; q++) {
      List<double[]> to = targets.get(q).tensors();
      List<double[]> from = critics.get(q).tensors();
      for (int t = 0; t < to.size(); t++) {
        for (int i = 0; i < to.get(t).length; i++) {
          to.get(t)[i] += options.tau() * (from.get(t)[i] - to.get(t)[i]);
        }
      }
    }
  }

  private void learnCritics(int number) {
    List<Drawn> next = draw(batch.nextObservations(), Purpose.TARGET_NOISE, number);
    List<List<double[]>> gradients = List.of(critics.get(0).zeros(), critics.get(1).zeros());
    for (int r = 0; r < size; r++) {
      double[] nextInput =
          DoubleNet.concat(row(batch.nextObservations(), r, elements), next.get(r).action);
      double worth =
          Math.min(value(targets.get(0), nextInput), value(targets.get(1), nextInput))
              - alpha() * next.get(r).logProb;
      double target = batch.rewards().get(r) + batch.discounts().get(r) * worth;
      double[] action = row(batch.actions().real(), r, bounds.elements());
      double[] input = DoubleNet.concat(row(batch.observations(), r, elements), action);
      for (int q = 0; q < 2; q++) {
        DoubleNet.Pass pass = critics.get(q).forward(input);
        double[] ofValue = {2 * (pass.outputs()[0] - target) / size};
        critics.get(q).backward(pass, ofValue, gradients.get(q));
      }
    }
    for (int q = 0; q < 2; q++) {
      criticSteps.get(q).step(critics.get(q).tensors(), gradients.get(q), options.qLr());
    }
  }

  private void learnPolicy() {
    final double alpha = alpha();
    List<Drawn> drawn = draw(batch.observations(), Purpose.POLICY_NOISE, 2L * policySteps);
    List<double[]> gradients = actor.zeros();
    for (int r = 0; r < size; r++) {
      double[] ofOutputs = ofPolicy(drawn.get(r), r, alpha);
      actor.backward(drawn.get(r).pass, ofOutputs, gradients);
    }
    actorSteps.step(actor.tensors(), gradients, options.policyLr());
    if (options.autotune()) {
      List<Drawn> judged =
          options.freshLogProbs()
              ? draw(batch.observations(), Purpose.POLICY_NOISE, 2L * policySteps + 1)
              : drawn;
      double excess = 0;
      for (Drawn each : judged) {
        excess += (each.logProb + targetEntropy) / size;
      }
      temperatureSteps.step(
          List.of(logAlpha), List.of(new double[] {-alpha * excess}), options.qLr());
    }
    policySteps++;
  }

  /** The gradient of a row's share of the policy's loss with respect to the actor's outputs. */
  private double[] ofPolicy(Drawn drawn, int r, double alpha) {
    double[] input = DoubleNet.concat(row(batch.observations(), r, elements), drawn.action);
    List<DoubleNet.Pass> judged = critics.stream().map(q -> q.forward(input)).toList();
    int smaller = judged.get(0).outputs()[0] <= judged.get(1).outputs()[0] ? 0 : 1;
    double[] ofInput =
        critics
            .get(smaller)
            .backward(judged.get(smaller), new double[] {-1.0 / size}, critics.get(0).zeros());
    int actions = bounds.elements();
    double[] ofOutputs = new double[2 * actions];
    for (int k = 0; k < actions; k++) {
      double y = drawn.squashed[k];
      double density = scale(k) * (1 - y * y);
      double ofDraw =
          ofInput[elements + k] * density
              + alpha / size * 2 * y * scale(k) * (1 - y * y) / (density + 1e-6);
      double raw = Math.tanh(drawn.pass.outputs()[actions + k]);
      double std = Math.exp(logStd(raw));
      double ofLogStd = ofDraw * std * drawn.noise[k] - alpha / size;
      ofOutputs[k] = ofDraw;
      ofOutputs[actions + k] = ofLogStd * (LOG_STD_HIGH - LOG_STD_LOW) / 2 * (1 - raw * raw);
    }
    return ofOutputs;
  }

  private double scale(int k) {
    return (bounds.high().get(k) - bounds.low().get(k)) / 2.0;
  }

  private static double logStd(double squashed) {
    return LOG_STD_LOW + (LOG_STD_HIGH - LOG_STD_LOW) / 2 * (squashed + 1);
  }

  private List<Drawn> draw(FloatSlab observations, Purpose purpose, long position) {
    noise.draw(purpose, 0, size, position, drawnNoise);
    List<Drawn> all = new ArrayList<>();
    for (int r = 0; r < size; r++) {
      all.add(draw(actor.forward(row(observations, r, elements)), r));
    }
    return all;
  }

  private Drawn draw(DoubleNet.Pass pass, int r) {
    int actions = bounds.elements();
    double[] normals = new double[actions];
    double[] squashed = new double[actions];
    double[] action = new double[actions];
    double logProb = 0;
    for (int k = 0; k < actions; k++) {
      normals[k] = drawnNoise.noise().get((long) k * drawnNoise.columnLength() + r);
      double logStd = logStd(Math.tanh(pass.outputs()[actions + k]));
      double u = pass.outputs()[k] + Math.exp(logStd) * normals[k];
      squashed[k] = Math.tanh(u);
      action[k] = scale(k) * squashed[k] + (bounds.high().get(k) + bounds.low().get(k)) / 2.0;
      logProb -= normals[k] * normals[k] / 2 + logStd + Math.log(2 * Math.PI) / 2;
      logProb -= Math.log(scale(k) * (1 - squashed[k] * squashed[k]) + 1e-6);
    }
    return new Drawn(pass, normals, squashed, action, logProb);
  }

  private static double value(DoubleNet critic, double[] input) {
    return critic.forward(input).outputs()[0];
  }

  private static double[] row(FloatSlab slab, int r, int width) {
    double[] row = new double[width];
    for (int k = 0; k < width; k++) {
      row[k] = slab.get(r * slab.shape().dim(1) + k);
    }
    return row;
  }

  @Override
  public void close() {
    noise.close();
    block.close();
    batch.close();
    sampler.close();
    arena.close();
  }
}
