package stride.ppo;

import java.util.Collections;
import java.util.List;
import stride.collect.RolloutSlabs;
import stride.env.ActionSpace;
import stride.env.EnvSpec;
import stride.env.ObservationType;
import stride.learn.UpdateMode;
import stride.memory.FloatSlab;
import stride.memory.Shape;
import stride.memory.SlabAllocator;
import stride.nn.Activation;
import stride.nn.Backend;
import stride.nn.PolicyLayout;
import stride.nn.PolicySpec;
import stride.nn.PolicySpec.Distribution;
import stride.parallel.Team;
import stride.ppo.cuda.CudaInsides;
import stride.ppo.cuda.CudaPpoBackend;
import stride.random.Purpose;
import stride.random.RandomStream;

/** A rollout of made-up numbers, and a backend that learns from it; closes all. */
final class UpdateFixture implements AutoCloseable {
  static final long SEED = 3;

  final PolicyLayout policy;
  final RolloutSlabs rollout;
  final Team team;
  final PpoBackend ppo;
  final Insides insides;
  final int rows;

  /** What does not matter to most tests. */
  record Sizes(int steps, int envs, int observations, int actions, List<Integer> hidden) {
    static Sizes of(int steps, int envs) {
      return new Sizes(steps, envs, 11, 3, List.of(64, 64));
    }
  }

  UpdateFixture(
      Backend backend,
      Distribution distribution,
      Sizes sizes,
      int threads,
      GaeConfig gaeConfig,
      UpdateConfig config) {
    this(backend, distribution, Activation.TANH, sizes, threads, gaeConfig, config);
  }

  UpdateFixture(
      Backend backend,
      Distribution distribution,
      Activation activation,
      Sizes sizes,
      int threads,
      GaeConfig gaeConfig,
      UpdateConfig config) {
    this(backend, distribution, activation, sizes, threads, gaeConfig, config, UpdateMode.LAUNCHES);
  }

  UpdateFixture(
      Backend backend,
      Distribution distribution,
      Activation activation,
      Sizes sizes,
      int threads,
      GaeConfig gaeConfig,
      UpdateConfig config,
      UpdateMode mode) {
    this(
        backend,
        PolicySpec.of(distribution, sizes.observations, sizes.actions, sizes.hidden, activation),
        sizes.steps,
        sizes.envs,
        threads,
        gaeConfig,
        config,
        mode);
  }

  /** Of networks that need not have the same hidden layers. */
  UpdateFixture(
      Backend backend,
      PolicySpec networks,
      int steps,
      int envs,
      int threads,
      GaeConfig gaeConfig,
      UpdateConfig config,
      UpdateMode mode) {
    this.policy = new PolicyLayout(networks);
    int actions = networks.actions();
    ActionSpace space =
        networks.distribution() == Distribution.CATEGORICAL
            ? new ActionSpace.Discrete(actions)
            : new ActionSpace.Box(
                Collections.nCopies(actions, -1f), Collections.nCopies(actions, 1f));
    Shape observation = Shape.of(networks.actor().inputs());
    EnvSpec spec = new EnvSpec("Test", observation, ObservationType.F32, space, 1000, 1, 1);
    this.rows = steps * envs;
    this.rollout = new RolloutSlabs(spec, steps, envs, policy.inputStride(), SlabAllocator.PAGES);
    this.team = new Team(threads);
    try {
      this.ppo = PpoBackends.of(backend, rollout, policy, team, gaeConfig, config, SEED, mode);
      this.insides =
          ppo instanceof CudaPpoBackend cuda
              ? new CudaInsides(cuda)
              : Insides.of((TeamBackend) ppo);
    } catch (RuntimeException e) {
      team.close();
      rollout.close();
      throw e;
    }
  }

  /** Fills the rollout and the parameters with seeded noise; advantages follow by GAE. */
  UpdateFixture fill(long seed) {
    RandomStream random = new RandomStream(seed, Purpose.BENCHMARK);
    int stride = policy.inputStride();
    int inputs = policy.spec().actor().inputs();
    for (long row = 0; row < rollout.values().length(); row++) {
      for (int k = 0; k < inputs; k++) {
        rollout.observations().set(row * stride + k, (float) random.nextGaussian());
      }
      rollout.values().set(row, (float) (0.3 * random.nextGaussian()));
    }
    int actions = policy.spec().actions();
    for (int row = 0; row < rows; row++) {
      if (rollout.discrete()) {
        rollout.discreteActions().set(row, random.nextInt(actions));
        rollout.logProbs().set(row, (float) (-Math.log(actions) + 0.2 * random.nextGaussian()));
      } else {
        double logProb = 0.15 * random.nextGaussian();
        for (int k = 0; k < actions; k++) {
          double noise = random.nextGaussian();
          rollout.actions().set((long) row * actions + k, (float) noise);
          logProb += -noise * noise / 2 - Math.log(2 * Math.PI) / 2;
        }
        rollout.logProbs().set(row, (float) logProb);
      }
      rollout.rewards().set(row, (float) random.nextGaussian());
      rollout.truncatedValues().set(row, (float) random.nextGaussian());
      rollout.terminated().set(row, (byte) (random.nextInt(20) == 0 ? 1 : 0));
      rollout.truncated().set(row, (byte) (random.nextInt(20) == 0 ? 1 : 0));
    }
    FloatSlab parameters = ppo.parameters();
    policy
        .tensors()
        .forEach(
            tensor -> {
              float[] values = tensor.get(parameters);
              for (int i = 0; i < values.length; i++) {
                values[i] += (float) (0.05 * random.nextGaussian());
              }
              tensor.put(parameters, values);
            });
    ppo.computeGae();
    return this;
  }

  /** One minibatch, one epoch, all rows: what the gradients below are of. */
  static UpdateConfig once() {
    return UpdateConfig.DEFAULTS.withMinibatches(1, 1);
  }

  /** The largest difference of two elements, over the largest element that is wanted. */
  static double largestDifference(float[] got, float[] want) {
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < want.length; i++) {
      largest = Math.max(largest, Math.abs(want[i]));
      difference = Math.max(difference, Math.abs(got[i] - want[i]));
    }
    return difference / largest;
  }

  @Override
  public void close() {
    ppo.close();
    team.close();
    rollout.close();
  }
}
