package stride.lab;

import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import stride.env.Task;
import stride.learn.StageClock;
import stride.learn.StageRow;
import stride.learn.StageTimes;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.nn.PolicyLayout;
import stride.parallel.Team;
import stride.ppo.Policies;
import stride.ppo.PpoConfig;
import stride.ppo.PpoLearner;
import stride.ppo.PpoOptions;
import stride.ppo.Rollout;
import stride.ppo.RolloutConfig;
import stride.ppo.StatsUpdate;
import stride.ppo.Stepping;

/**
 * Env steps per second of one task over environment counts, against the limit of the same run.
 *
 * <p>Iterations of PPO, by CleanRL's coefficients, and C replays of what their rollouts did
 * alternate, so that a noisy machine hits both alike; shares are medians over the pairs. Stage
 * times come from further iterations with the clocks on.
 */
public final class Profile {
  /** The most environments of a row: their tape and slabs take some 10 GB. */
  public static final int MOST_ENVS = 100_000;

  /** The most threads of a row: more than any machine has cores, and few enough to start. */
  public static final int MOST_THREADS = 1024;

  /** Env steps of an iteration where that is a whole number for each environment. */
  private static final int ROWS = 8192;

  private static final int FEWEST_ENVS_OF_ROWS = 4;
  private static final int MOST_ENVS_OF_ROWS = 64;
  private static final int STEPS_OF_FEW = 2048;
  private static final int STEPS_OF_MANY = 128;

  private static final String PRESET = "cleanrl";
  private static final int MINIBATCHES = 32;

  private static final int STAGE_ITERATIONS = 4;

  private final Task task;
  private final long seed;
  private final Backend backend;
  private final double secondsPerRow;
  private final PrintWriter progress;
  private Double firstStepSeconds; // null: not measured
  private final List<Histogram> stepNanos = new ArrayList<>();

  /**
   * A profile to be run.
   *
   * @param task what to simulate
   * @param seed of environments, parameters and actions
   * @param backend what computes the policy
   * @param secondsPerRow how long each combination is measured, after as long a warm-up at most
   * @param progress takes a line for each combination
   */
  public Profile(
      Task task, long seed, Backend backend, double secondsPerRow, PrintWriter progress) {
    this.task = task;
    this.seed = seed;
    this.backend = backend;
    this.secondsPerRow = secondsPerRow;
    this.progress = progress;
  }

  /**
   * How many steps an environment does in an iteration, so that iterations of different numbers of
   * environments are comparable work: as many as 8192 rows allow that CleanRL's 32 minibatches
   * divide, where that leaves more than 128.
   *
   * @param envs environments
   * @return T
   */
  public static int numSteps(int envs) {
    if (envs < FEWEST_ENVS_OF_ROWS) {
      return STEPS_OF_FEW;
    }
    if (envs > MOST_ENVS_OF_ROWS) {
      return STEPS_OF_MANY;
    }
    int steps = ROWS / envs;
    while (steps * envs % MINIBATCHES != 0) {
      steps--;
    }
    return steps;
  }

  /**
   * Measures every combination.
   *
   * @param envs numbers of environments
   * @param threads numbers of threads
   * @return one row for each, in the order given, threads fastest
   */
  public ProfileResult run(List<Integer> envs, List<Integer> threads) {
    List<ProfileRow> rows = new ArrayList<>();
    for (int n : envs) {
      for (int k : threads) {
        rows.add(measureAloud(n, k));
      }
    }
    return new ProfileResult(
        ResultsFolder.SCHEMA_VERSION,
        task.spec().id(),
        seed,
        backend.toString(),
        firstStepSeconds,
        rows,
        Knee.ofRows(rows));
  }

  /**
   * The times of whole steps of a thread's environments.
   *
   * @return nanoseconds, one histogram for each row, tagged with task, environments and threads
   */
  public List<Histogram> stepNanos() {
    return List.copyOf(stepNanos);
  }

  /**
   * Makes one environment and steps it once: what a user waits for. Tells something only as the
   * first thing that a process does.
   */
  public void measureFirstStep() {
    PolicyLayout policy = Policies.of(task.spec());
    var config = RolloutConfig.of(1, 1, seed, Stepping.SHARDED);
    try (Team team = new Team(1);
        Arena arena = Arena.ofConfined();
        Rollout rollout =
            new Rollout(task, policy, backend.kernels(), team, config, SlabAllocator.PAGES)) {
      FloatSlab parameters = FloatSlab.allocate(arena, policy.size());
      policy.initialize(parameters, seed);
      rollout.collect(parameters);
    }
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    firstStepSeconds = (System.currentTimeMillis() - start) * 1e-3;
  }

  private PpoLearner learner(Team team, int envs, int numSteps) {
    PpoConfig preset = PpoOptions.preset(PRESET, task).config(seed);
    var rollout =
        new RolloutConfig(
            envs,
            numSteps,
            seed,
            Stepping.SHARDED,
            preset.rollout().gamma(),
            preset.rollout().normalizeObservations(),
            preset.rollout().normalizeRewards(),
            StatsUpdate.ROLLOUT,
            0);
    var config = new PpoConfig(rollout, preset.gae(), preset.update(), /* annealLr= */ false);
    return new PpoLearner(task, Policies.of(task.spec()), backend, team, config);
  }

  private ProfileRow measureAloud(int envs, int threads) {
    progress.print("  %d environments on %d threads ".formatted(envs, threads));
    progress.flush();
    String outcome = " failed";
    try {
      ProfileRow row = measure(envs, threads);
      outcome = " %.0f env steps/s".formatted(row.rolloutStepsPerSecond());
      return row;
    } finally {
      progress.println(outcome);
      progress.flush();
    }
  }

  private ProfileRow measure(int envs, int threads) {
    try (Team team = new Team(threads);
        PpoLearner learner = learner(team, envs, numSteps(envs));
        Limit limit = PairedRates.limit(task, team, learner.rollout())) {
      learner.warmUp(secondsPerRow);
      var pairs = new PairedRates(team, learner, limit, progress);
      pairs.warmUp(secondsPerRow);
      pairs.measure(secondsPerRow);
      Histogram steps = new Histogram(learner.rollout().clocks().getFirst().steps());
      List<StageRow> stages = stages(learner, steps);
      steps.setTag("%s_%dx%d".formatted(task.spec().id(), envs, threads));
      stepNanos.add(steps);
      learner.rollout().shards().forEach(shard -> shard.takeComplaints(this::complain));
      return pairs.row(threads, stages, Percentiles.of(steps));
    }
  }

  private void complain(String divergence) {
    progress.print("%n  diverged: %s".formatted(divergence));
  }

  /** Iterations with all clocks on; the times of a thread's steps are added to {@code steps}. */
  private static List<StageRow> stages(PpoLearner learner, Histogram steps) {
    var times = new StageTimes(learner.envStepsPerIteration());
    learner.clocks().forEach(StageClock::clear);
    learner.clocks().forEach(clock -> clock.switchTo(true));
    for (int k = 0; k < STAGE_ITERATIONS; k++) {
      long start = System.nanoTime();
      learner.collect(0);
      learner.learn();
      times.iteration(learner.lastNanos(), System.nanoTime() - start);
      learner.rollout().clocks().forEach(clock -> steps.add(clock.steps()));
      times.sample(learner.lastNanos(), learner.clocks());
    }
    learner.clocks().forEach(clock -> clock.switchTo(false));
    return times.rows();
  }
}
