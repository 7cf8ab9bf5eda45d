package stride.lab;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import stride.env.Task;
import stride.learn.StageRow;
import stride.mujoco.Replay.Form;
import stride.parallel.Team;
import stride.ppo.PpoLearner;
import stride.ppo.Rollout;

/**
 * Iterations of PPO and C replays of their rollouts, in turn, timed by wall clock and by the
 * threads' processor time.
 */
final class PairedRates {
  private static final int FEWEST_PAIRS = 5;
  private static final long TICK_NANOS = 2_000_000_000L;

  /** What one piece of work took. */
  private record Nanos(long wall, long cpu) {
    Nanos plus(Nanos more) {
      return new Nanos(wall + more.wall, cpu + more.cpu);
    }
  }

  private final Team team;
  private final PpoLearner learner;
  private final Rollout rollout;
  private final Limit limit; // null: the task does not run on MuJoCo
  private final PrintWriter progress; // a dot every other second
  private final List<Nanos> rollouts = new ArrayList<>();
  private final List<Nanos> iterations = new ArrayList<>(); // rollout and what is learnt from it
  private final Map<Form, List<Nanos>> replays = new EnumMap<>(Form.class);

  PairedRates(Team team, PpoLearner learner, Limit limit, PrintWriter progress) {
    this.team = team;
    this.learner = learner;
    this.rollout = learner.rollout();
    this.limit = limit;
    this.progress = progress;
  }

  /** The limit of a rollout; null for a task without MuJoCo. */
  static Limit limit(Task task, Team team, Rollout rollout) {
    return task.runsOnMujoco()
        ? new Limit(team, rollout.shards(), rollout.config().numSteps())
        : null;
  }

  /** Runs pairs until they no longer get faster by compilation, for the given time. */
  void warmUp(double seconds) {
    learner.collect(0); // begins the first episodes
    learner.learn();
    measure(seconds);
    rollouts.clear();
    iterations.clear();
    replays.clear();
  }

  void measure(double seconds) {
    final long start = System.nanoTime();
    int ticks = 0;
    while (System.nanoTime() - start < seconds * 1e9 || rollouts.size() < FEWEST_PAIRS) {
      for (; System.nanoTime() - start > ticks * TICK_NANOS; ticks++) {
        progress.print('.');
        progress.flush();
      }
      if (limit != null) {
        limit.record();
      }
      Nanos collected = time(() -> learner.collect(0));
      rollouts.add(collected);
      iterations.add(collected.plus(time(learner::learn)));
      if (limit != null) {
        for (Form form : Form.values()) {
          replays.computeIfAbsent(form, _ -> new ArrayList<>()).add(time(() -> limit.replay(form)));
        }
      }
    }
  }

  private Nanos time(Runnable work) {
    long cpu = team.cpuNanos();
    long wall = System.nanoTime();
    work.run();
    return new Nanos(System.nanoTime() - wall, team.cpuNanos() - cpu);
  }

  ProfileRow row(int threads, List<StageRow> stages, Percentiles stepMicros) {
    double envSteps = rollout.config().envSteps();
    double lengthMean = learner.episodes().lengthMean();
    Form fastest = limit == null ? null : fastest();
    List<Nanos> limits = fastest == null ? List.of() : replays.get(fastest);
    return new ProfileRow(
        rollout.config().numEnvs(),
        threads,
        rollout.config().numSteps(),
        rollouts.size(),
        fastest == null ? null : envSteps * 1e9 / median(limits.stream().mapToDouble(Nanos::wall)),
        fastest == null ? null : fastest.name().toLowerCase(Locale.ROOT),
        envSteps * 1e9 / median(rollouts.stream().mapToDouble(Nanos::wall)),
        fastest == null ? null : share(limits, rollouts, Nanos::cpu),
        fastest == null ? null : share(limits, rollouts, Nanos::wall),
        envSteps * 1e9 / median(iterations.stream().mapToDouble(Nanos::wall)),
        fastest == null ? null : share(limits, iterations, Nanos::cpu),
        fastest == null ? null : share(limits, iterations, Nanos::wall),
        Double.isNaN(lengthMean) ? null : lengthMean,
        stages,
        stepMicros);
  }

  private Form fastest() {
    Form best = null;
    double least = Double.POSITIVE_INFINITY;
    for (var entry : replays.entrySet()) {
      double cpu = median(entry.getValue().stream().mapToDouble(Nanos::cpu));
      if (cpu < least) {
        least = cpu;
        best = entry.getKey();
      }
    }
    return best;
  }

  /** Time of the limit over that of what it is the limit of, the median over pairs. */
  private static double share(List<Nanos> limits, List<Nanos> whole, ToLongFunction<Nanos> nanos) {
    double[] ratios = new double[whole.size()];
    for (int k = 0; k < ratios.length; k++) {
      ratios[k] = (double) nanos.applyAsLong(limits.get(k)) / nanos.applyAsLong(whole.get(k));
    }
    return new Median().evaluate(ratios);
  }

  private static double median(DoubleStream values) {
    return new Median().evaluate(values.toArray());
  }
}
