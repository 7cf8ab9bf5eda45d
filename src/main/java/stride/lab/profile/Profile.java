package stride.lab.profile;

import java.io.PrintWriter;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;
import stride.collect.Rollout;
import stride.collect.RolloutConfig;
import stride.collect.Stepping;
import stride.env.Tasks;
import stride.learn.Backends;
import stride.learn.Learner;
import stride.learn.Networks;
import stride.learn.StageClock;
import stride.learn.StageRow;
import stride.learn.StageTimes;
import stride.memory.FloatSlab;
import stride.memory.SlabAllocator;
import stride.nn.PolicyLayout;
import stride.parallel.Team;
import stride.results.Figures;
import stride.results.Knee;
import stride.results.ProfileResult;
import stride.results.ProfileRow;
import stride.results.ResultsFolder;
import stride.results.Warnings;

/**
 * Env steps per second of one task over environment counts, against the limit of the same run.
 *
 * <p>Iterations and C replays of what their rollouts did alternate, so that a noisy machine hits
 * both alike. They are measured in five or more windows, whose differences give the intervals.
 * Stage times, and the latencies of what is within a stage, come from further iterations with the
 * clocks on, flame graphs from still others.
 *
 * <p>Time goes to the windows: only the first combination is warmed up for as long as it is
 * measured, since the next ones find most code compiled; a window has two iterations, or one where
 * an iteration is as long as two; and of C's two forms only the one that was the faster in the
 * warm-up is replayed there.
 */
public final class Profile {
  /** The most environments of a row: their tape and slabs take some 10 GB. */
  public static final int MOST_ENVS = 100_000;

  /** The most threads of a row: more than any machine has cores, and few enough to start. */
  public static final int MOST_THREADS = 1024;

  private static final int STAGE_ITERATIONS = 4;
  private static final int LONG_STAGE_ITERATIONS = 2;
  private static final double LATER_WARM_UP = 0.25;

  private final ProfilePlan plan;
  private final PrintWriter progress;
  private final FlameGraphs flames; // null: none
  private Double firstStepSeconds; // null: not measured
  private final Map<String, List<Histogram>> histograms = new LinkedHashMap<>();

  /**
   * A profile to be run.
   *
   * @param plan what to measure
   * @param progress takes a line for each combination
   */
  public Profile(ProfilePlan plan, PrintWriter progress) {
    this(plan, progress, null);
  }

  /**
   * A profile to be run.
   *
   * @param plan what to measure
   * @param progress takes a line for each combination
   * @param flames take a flame graph for each combination; null for none
   */
  public Profile(ProfilePlan plan, PrintWriter progress, FlameGraphs flames) {
    this.plan = plan;
    this.progress = progress;
    this.flames = flames;
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
        double warmUp = plan.seconds() * (rows.isEmpty() ? 1 : LATER_WARM_UP);
        rows.add(measureAloud(n, k, warmUp));
      }
    }
    var result =
        new ProfileResult(
            ResultsFolder.SCHEMA_VERSION,
            plan.task().spec().id(),
            plan.seed(),
            plan.backend().toString(),
            plan.option("stepping", "sharded"),
            plan.option("policy_device", "cpu"),
            firstStepSeconds,
            rows,
            Knee.ofRows(rows),
            List.of());
    return result.withDoubts(Warnings.ofSpreads(result.spreads()));
  }

  /**
   * The times of each piece of work, behind the percentiles of the rows.
   *
   * @return nanoseconds, by the names of {@link ProfileRow#latencies}: one histogram for each row,
   *     tagged with task, environments and threads
   */
  public Map<String, List<Histogram>> histograms() {
    return histograms;
  }

  /**
   * Makes one environment and steps it once: what a user waits for. Tells something only as the
   * first thing that a process does.
   */
  public void measureFirstStep() {
    if (plan.task().spec().frames()) {
      stepOnceAlone();
    } else {
      stepOnceWithPolicy();
    }
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    firstStepSeconds = (System.currentTimeMillis() - start) * 1e-3;
  }

  /** Actor-critics see no frames, so that of those tasks this is the step alone. */
  private void stepOnceAlone() {
    try (Team team = new Team(1);
        StepsAlone alone = new StepsAlone(team, plan.task(), 1, 1, plan.seed())) {
      alone.slice();
    }
  }

  private void stepOnceWithPolicy() {
    PolicyLayout policy = Networks.of(plan.task().spec());
    var config = RolloutConfig.of(1, 1, plan.seed(), Stepping.SHARDED);
    try (Team team = new Team(1);
        Arena arena = Arena.ofConfined();
        Rollout rollout =
            new Rollout(
                plan.task(),
                policy,
                Backends.kernels(plan.backend()),
                team,
                config,
                SlabAllocator.PAGES)) {
      FloatSlab parameters = FloatSlab.allocate(arena, policy.size());
      policy.initialize(parameters, plan.seed());
      rollout.collect(parameters);
    }
  }

  private ProfileRow measureAloud(int envs, int threads, double warmUpSeconds) {
    progress.print(
        "  %s on %s "
            .formatted(Figures.plural(envs, "environment"), Figures.plural(threads, "thread")));
    progress.flush();
    String outcome = " failed";
    try {
      ProfileRow row = measure(envs, threads, warmUpSeconds);
      outcome = " %.0f env steps/s".formatted(row.rolloutStepsPerSecond());
      return row;
    } finally {
      progress.println(outcome);
      progress.flush();
    }
  }

  private ProfileRow measure(int envs, int threads, double warmUpSeconds) {
    String tag = "%s_%dx%d".formatted(Tasks.fileName(plan.task().spec().id()), envs, threads);
    var latencies = new Latencies(tag);
    try (Team team = new Team(threads);
        Learner learner = plan.learner(team, envs);
        Limit limit = PairedRates.limit(plan.task(), team, learner.collector());
        StepsAlone alone = PairedRates.alone(plan.task(), team, learner.collector(), plan.seed());
        var peak = new ArithmeticPeak(team)) {
      learner.warmUp(warmUpSeconds);
      var rates = new PairedRates(team, learner, limit, alone, peak, latencies, progress);
      rates.warmUp(warmUpSeconds);
      MeasuredWindows windows = rates.measure(plan.seconds());
      List<StageRow> stages = stages(learner, latencies);
      if (flames != null) {
        flame(tag, learner);
      }
      learner.collector().shards().forEach(shard -> shard.takeDivergenceMessages(this::complain));
      Map<String, Histogram> nanos = latencies.finished();
      nanos.forEach(
          (stage, each) -> histograms.computeIfAbsent(stage, _ -> new ArrayList<>()).add(each));
      return windows.row(threads, learner, rates.ceiling(), stages, Latencies.percentiles(nanos));
    }
  }

  private void complain(String divergence) {
    progress.print("%n  diverged: %s".formatted(divergence));
  }

  /** Iterations with all clocks on. */
  private static List<StageRow> stages(Learner learner, Latencies latencies) {
    var times = new StageTimes(learner.envStepsPerIteration());
    int iterations =
        PairedRates.isLong(learner.envStepsPerIteration())
            ? LONG_STAGE_ITERATIONS
            : STAGE_ITERATIONS;
    learner.clocks().forEach(StageClock::clear);
    learner.clocks().forEach(clock -> clock.switchTo(true));
    for (int k = 0; k < iterations; k++) {
      long start = System.nanoTime();
      learner.iterate(0);
      times.iteration(learner.last(), System.nanoTime() - start);
      latencies.sample(learner.collector().clocks(), learner.updateClocks());
      times.sample(learner.last(), learner.clocks());
    }
    learner.clocks().forEach(clock -> clock.switchTo(false));
    return times.rows();
  }

  /** Iterations that are looked at from outside, for as long as a combination is measured. */
  private void flame(String tag, Learner learner) {
    Optional<String> complaint =
        flames.record(
            "flame-" + tag,
            () -> {
              final long start = System.nanoTime();
              do {
                learner.iterate(0);
              } while (System.nanoTime() - start < plan.seconds() * 1e9);
            });
    complaint.ifPresent(line -> progress.print("%n  %s%n  ".formatted(line)));
  }
}
