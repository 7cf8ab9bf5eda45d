package stride.lab.profile;

import com.sun.management.ThreadMXBean;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import stride.env.Task;
import stride.lab.profile.MeasuredWindows.Nanos;
import stride.lab.profile.MeasuredWindows.ReplayedIteration;
import stride.learn.Collector;
import stride.learn.Learner;
import stride.learn.Stage;
import stride.learn.StageSplit;
import stride.mujoco.Replay.Form;
import stride.parallel.Team;

/**
 * Iterations of training and C replays of their rollouts, in turn, timed by wall clock and by the
 * threads' processor time.
 *
 * <p>The limit is the faster of two forms of C. Which one that is shows in the warm-up, where both
 * replay every rollout; the measured windows have time for that one alone.
 */
final class PairedRates {
  /** The fewest windows that an interval is made from. */
  static final int FEWEST_WINDOWS = 5;

  // of more time there are more windows, not longer ones
  private static final double LONGEST_WINDOW_SECONDS = 2;

  private static final int USUAL_ENV_STEPS = 8192; // of an iteration

  // one iteration could be an odd one, unless it is as much work as two of the usual size
  private static final int FEWEST_ITERATIONS = 2;

  private static final long TICK_NANOS = 2_000_000_000L;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final Team team;
  private final Learner learner;
  private final Limit limit; // null: the task does not run on MuJoCo
  private final StepsAlone alone; // null: it does
  private final ArithmeticPeak peak;
  private final Latencies latencies;
  private final PrintWriter progress; // a dot every other second
  private final int fewestIterations;
  private final int heldThreads; // 0: each thread's own processor time is known
  private long lastTick;
  private Form form = Form.HOT;

  PairedRates(
      Team team,
      Learner learner,
      Limit limit,
      StepsAlone alone,
      ArithmeticPeak peak,
      Latencies latencies,
      PrintWriter progress) {
    this.team = team;
    this.learner = learner;
    this.limit = limit;
    this.alone = alone;
    this.peak = peak;
    this.latencies = latencies;
    this.progress = progress;
    Collector collector = learner.collector();
    this.fewestIterations = isLong(learner.envStepsPerIteration()) ? 1 : FEWEST_ITERATIONS;
    int threads = Math.min(team.size(), collector.numEnvs());
    this.heldThreads = collector.lockstep() && threads > 1 ? threads : 0;
  }

  /** The limit of a rollout; null for a task without MuJoCo. */
  static Limit limit(Task task, Team team, Collector collector) {
    return task.runsOnMujoco() ? new Limit(team, collector.shards(), collector.numSteps()) : null;
  }

  /** The physics of a task without MuJoCo; null for one with it. */
  static StepsAlone alone(Task task, Team team, Collector collector, long seed) {
    return task.runsOnMujoco() ? null : new StepsAlone(team, task, collector.numEnvs(), seed);
  }

  /** Whether an iteration is as much work as two of the usual size. */
  static boolean isLong(long envStepsPerIteration) {
    return envStepsPerIteration >= 2 * USUAL_ENV_STEPS;
  }

  /**
   * Runs iterations that count for nothing, so that code is compiled, and chooses the form of C.
   */
  void warmUp(double seconds) {
    learner.iterate(0); // begins the first episodes
    Map<Form, List<Double>> cpu = new EnumMap<>(Form.class);
    final long start = System.nanoTime();
    lastTick = start;
    for (int k = 0; k < fewestIterations || System.nanoTime() - start < seconds * 1e9; k++) {
      iteration();
      if (limit != null) {
        for (Form each : Form.values()) {
          cpu.computeIfAbsent(each, _ -> new ArrayList<>()).add((double) replay(each).cpu());
        }
      }
    }
    cpu.forEach((each, nanos) -> form = median(nanos) < median(cpu.get(form)) ? each : form);
    latencies.clear();
  }

  private static double median(List<Double> values) {
    return new Median().evaluate(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /**
   * Measures windows one after another.
   *
   * @param seconds all of them together, or longer where that is too short for their iterations
   * @return what five or more windows tell
   */
  MeasuredWindows measure(double seconds) {
    final int count = Math.max(FEWEST_WINDOWS, (int) (seconds / LONGEST_WINDOW_SECONDS));
    List<List<ReplayedIteration>> windows = new ArrayList<>();
    while (windows.size() < count) {
      windows.add(window(seconds / count));
    }
    return new MeasuredWindows(
        learner.envStepsPerIteration(), windows, limit == null ? null : form);
  }

  /** What physics and arithmetic would allow, by what was measured beside the windows. */
  Ceiling ceiling() {
    return new Ceiling(
        learner.flop() / learner.envStepsPerIteration(),
        peak.flopPerSecond(),
        alone == null ? 0 : alone.stepsPerSecond());
  }

  private List<ReplayedIteration> window(double seconds) {
    List<ReplayedIteration> iterations = new ArrayList<>();
    final long start = System.nanoTime();
    while (iterations.size() < fewestIterations || System.nanoTime() - start < seconds * 1e9) {
      ReplayedIteration done = iteration();
      iterations.add(limit == null ? done : done.with(replay(form)));
      peak.slice();
      if (alone != null) {
        alone.slice();
      }
    }
    return iterations;
  }

  /** An iteration, recorded for a replay that is yet to come. */
  private ReplayedIteration iteration() {
    tick();
    if (limit != null) {
      limit.record();
    }
    final long bytes = THREADS.getTotalThreadAllocatedBytes();
    final long cpu = team.cpuNanos();
    final long start = System.nanoTime();
    learner.iterate(0);
    final long nanos = System.nanoTime() - start;
    final long allCpu = team.cpuNanos() - cpu;
    final long allocated = THREADS.getTotalThreadAllocatedBytes() - bytes;
    final StageSplit split = learner.last();
    latencies.iteration(split, nanos);
    final long rollout = split.wallNanos(Stage.ROLLOUT);
    final long measuredCpu = split.cpuNanos(Stage.ROLLOUT);
    final long rolloutCpu = heldThreads > 0 ? heldThreads * rollout : measuredCpu;
    return new ReplayedIteration(
        new Nanos(rollout, rolloutCpu),
        new Nanos(nanos, rolloutCpu + allCpu - measuredCpu),
        null,
        allocated);
  }

  private Nanos replay(Form which) {
    final long cpu = team.cpuNanos();
    final long start = System.nanoTime();
    limit.replay(which);
    return new Nanos(System.nanoTime() - start, team.cpuNanos() - cpu);
  }

  private void tick() {
    for (; System.nanoTime() - lastTick > TICK_NANOS; lastTick += TICK_NANOS) {
      progress.print('.');
      progress.flush();
    }
  }
}
