package stride.ppo;

import java.lang.foreign.Arena;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import stride.collect.Rollout;
import stride.env.Task;
import stride.env.Tasks;
import stride.lab.verify.ReturnsComparison;
import stride.learn.Backends;
import stride.memory.DoubleSlab;
import stride.memory.FloatSlab;
import stride.memory.Slab;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.nn.PolicyLayout;
import stride.parallel.Team;
import stride.play.ActorCriticPolicy;
import stride.play.Evaluation;
import stride.play.Policy;

/**
 * Trains with a defect as {@link PpoLearner} does without one, several seeds, two at once, and
 * evaluates what comes of it. Nothing depends on time or on what else runs.
 *
 * @param task what to learn
 * @param options of all seeds, but for the steps
 * @param totalTimesteps env steps of each seed
 * @param episodes of each evaluation
 * @param threads of each training
 */
record PlantedTrainings(
    Task task, PpoOptions options, long totalTimesteps, int episodes, int threads) {
  private static final int AT_ONCE = 2;
  private static final long EVALUATION_SEED = 1_000_000;
  private static final double MARGIN = 0.1; // the default of stride verify

  /** What became of a seed: the mean return of its final policy, and a checksum of that policy. */
  record Trained(double returnMean, long parametersCrc) {}

  /** With the default preset, on one thread. */
  static PlantedTrainings of(String name, long totalTimesteps, int episodes) {
    Task task = Tasks.of(name);
    return new PlantedTrainings(task, new Ppo().preset("tuned", task), totalTimesteps, episodes, 1);
  }

  PlantedTrainings withThreads(int k) {
    return new PlantedTrainings(task, options, totalTimesteps, episodes, k);
  }

  /** Judges as {@code stride verify} does. */
  static ReturnsComparison judge(List<Trained> reference, List<Trained> candidate) {
    boolean identical =
        IntStream.range(0, reference.size())
            .allMatch(k -> reference.get(k).parametersCrc() == candidate.get(k).parametersCrc());
    return ReturnsComparison.of(
        returns(reference), returns(candidate), MARGIN, identical, Double.NaN);
  }

  private static double[] returns(List<Trained> seeds) {
    return seeds.stream().mapToDouble(Trained::returnMean).toArray();
  }

  /** One result a seed. */
  List<Trained> train(PlantedDefect defect, long firstSeed, int seeds) {
    try (ExecutorService pool = Executors.newFixedThreadPool(AT_ONCE)) {
      return LongStream.range(firstSeed, firstSeed + seeds)
          .mapToObj(seed -> pool.submit(() -> train(defect, seed)))
          .toList()
          .stream()
          .map(PlantedTrainings::get)
          .toList();
    }
  }

  private static Trained get(Future<Trained> result) {
    try {
      return result.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError("a training did not end", e);
    }
  }

  private Trained train(PlantedDefect defect, long seed) {
    PolicyLayout policy = options.policy(task);
    PpoConfig config = options.config(seed);
    try (Arena arena = Arena.ofShared();
        Team team = new Team(threads);
        Rollout rollout =
            new Rollout(
                task,
                policy,
                Backends.kernels(Backend.CPU),
                team,
                config.rollout(),
                SlabAllocator.PAGES);
        TeamBackend backend =
            new TeamBackend(
                rollout.slabs(),
                policy,
                Backends.kernels(Backend.CPU),
                defect.kernels(),
                team,
                config.gae(),
                config.update(),
                seed)) {
      train(rollout, backend, config);
      DoubleSlab saved = DoubleSlab.allocate(arena, rollout.stateSize());
      rollout.saveState(saved);
      Map<String, Slab> state = new LinkedHashMap<>(backend.state());
      state.put(Rollout.STATE, saved);
      return new Trained(evaluate(defect, state, arena), crc(backend.parameters()));
    }
  }

  private static long crc(FloatSlab parameters) {
    CRC32C crc = new CRC32C();
    crc.update(parameters.segment().asByteBuffer());
    return crc.getValue();
  }

  private void train(Rollout rollout, TeamBackend backend, PpoConfig config) {
    long iterations = totalTimesteps / config.rollout().envSteps();
    for (long k = 0; k < iterations; k++) {
      rollout.collect(backend.parameters());
      backend.computeGae();
      backend.update(config.update().learningRate() * (1 - (double) k / iterations));
    }
  }

  private double evaluate(PlantedDefect defect, Map<String, Slab> state, Arena arena) {
    DoubleSlab sums = DoubleSlab.allocate(arena, episodes, 2L * task.spec().observationElements());
    try (Policy policy =
            new ActorCriticPolicy(
                options.policy(task),
                options.normObs(),
                state,
                defect.evaluationKernels(sums),
                EVALUATION_SEED);
        var evaluation = new Evaluation(task, policy, episodes, false, EVALUATION_SEED)) {
      return evaluation.run().returnMean();
    }
  }
}
