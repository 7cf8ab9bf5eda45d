package stride.lab;

import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import stride.env.Task;
import stride.learn.StageClock;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.nn.Backend;
import stride.nn.KernelWarmUp;
import stride.nn.PolicyInference;
import stride.nn.PolicyLayout;
import stride.parallel.Team;
import stride.ppo.Policies;
import stride.ppo.Rollout;
import stride.ppo.RolloutConfig;
import stride.ppo.Stepping;

/**
 * Env steps per second of one task over environment counts, against the limit of the same run.
 *
 * <p>Rollouts and C replays of what they did alternate, so that a noisy machine hits both alike;
 * shares are medians over the pairs. Stage times come from further rollouts with the clocks on.
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
   * environments are comparable work.
   *
   * @param envs environments
   * @return T
   */
  public static int numSteps(int envs) {
    if (envs < FEWEST_ENVS_OF_ROWS) {
      return STEPS_OF_FEW;
    }
    return envs <= MOST_ENVS_OF_ROWS ? ROWS / envs : STEPS_OF_MANY;
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
        rows);
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
    try (Team team = new Team(1);
        Arena arena = Arena.ofConfined();
        Rollout rollout = rollout(team, RolloutConfig.of(1, 1, seed, Stepping.SHARDED))) {
      rollout.collect(parameters(arena));
    }
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    firstStepSeconds = (System.currentTimeMillis() - start) * 1e-3;
  }

  private PolicyLayout policy() {
    return Policies.of(task.spec());
  }

  private Rollout rollout(Team team, RolloutConfig config) {
    return new Rollout(task, policy(), backend.kernels(), team, config, SlabAllocator.PAGES);
  }

  private FloatSlab parameters(Arena arena) {
    PolicyLayout policy = policy();
    FloatSlab parameters = FloatSlab.allocate(arena, policy.size());
    policy.initialize(parameters, seed);
    return parameters;
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
    var config = RolloutConfig.of(envs, numSteps(envs), seed, Stepping.SHARDED);
    try (Team team = new Team(threads);
        Arena arena = Arena.ofShared();
        Rollout rollout = rollout(team, config);
        Limit limit = PairedRates.limit(task, team, rollout)) {
      FloatSlab parameters = parameters(arena);
      int rows = Math.min(Math.ceilDiv(envs, threads), PolicyInference.DEFAULT_CHUNK);
      KernelWarmUp.run(policy(), backend.kernels(), rows);
      var pairs = new PairedRates(team, rollout, parameters, limit, progress);
      pairs.warmUp(secondsPerRow);
      pairs.measure(secondsPerRow);
      List<StageRow> stages = stages(rollout, parameters);
      Histogram steps = new Histogram(rollout.clocks().getFirst().steps());
      rollout.clocks().forEach(clock -> steps.add(clock.steps()));
      steps.setTag("%s_%dx%d".formatted(task.spec().id(), envs, threads));
      stepNanos.add(steps);
      rollout.shards().forEach(shard -> shard.takeComplaints(this::complain));
      return pairs.row(threads, stages, Percentiles.of(steps));
    }
  }

  private void complain(String divergence) {
    progress.print("%n  diverged: %s".formatted(divergence));
  }

  private List<StageRow> stages(Rollout rollout, FloatSlab parameters) {
    List<StageClock> clocks = rollout.clocks();
    clocks.forEach(StageClock::clear);
    clocks.forEach(clock -> clock.switchTo(true));
    long start = System.nanoTime();
    for (int k = 0; k < STAGE_ITERATIONS; k++) {
      rollout.collect(parameters);
    }
    long wall = System.nanoTime() - start;
    clocks.forEach(clock -> clock.switchTo(false));
    return StageRow.ofRollout(clocks, wall, STAGE_ITERATIONS * rollout.config().envSteps());
  }
}
