package stride.lab;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import stride.env.FinishedEpisodes;
import stride.env.Shard;
import stride.env.Task;
import stride.memory.FloatSlab;
import stride.mujoco.Replay.Form;
import stride.parallel.Team;
import stride.ppo.Rollout;

/**
 * Rollouts and C replays of each, in turn, timed by wall clock and by the threads' processor time.
 */
final class PairedRates {
  private static final int FEWEST_PAIRS = 5;
  private static final long TICK_NANOS = 2_000_000_000L;

  /** What one piece of work took. */
  private record Nanos(long wall, long cpu) {}

  private final Team team;
  private final Rollout rollout;
  private final FloatSlab parameters;
  private final Limit limit; // null: the task does not run on MuJoCo
  private final PrintWriter progress; // a dot every other second
  private final List<Nanos> rollouts = new ArrayList<>();
  private final Map<Form, List<Nanos>> replays = new EnumMap<>(Form.class);
  private long episodes;
  private long episodeSteps;

  PairedRates(Team team, Rollout rollout, FloatSlab parameters, Limit limit, PrintWriter progress) {
    this.team = team;
    this.rollout = rollout;
    this.parameters = parameters;
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
    rollout.collect(parameters); // begins the first episodes
    measure(seconds);
    rollouts.clear();
    replays.clear();
    episodes = 0;
    episodeSteps = 0;
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
      rollouts.add(time(() -> rollout.collect(parameters)));
      countEpisodes();
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

  private void countEpisodes() {
    for (Shard shard : rollout.shards()) {
      FinishedEpisodes finished = shard.finishedEpisodes();
      for (int k = 0; k < finished.size(); k++) {
        episodes++;
        episodeSteps += finished.length(k);
      }
      finished.clear();
    }
  }

  ProfileRow row(int threads, List<StageRow> stages, Percentiles stepMicros) {
    double envSteps = rollout.config().envSteps();
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
        fastest == null ? null : share(limits, false),
        fastest == null ? null : share(limits, true),
        episodes == 0 ? null : (double) episodeSteps / episodes,
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

  private double share(List<Nanos> limits, boolean wall) {
    double[] ratios = new double[rollouts.size()];
    for (int k = 0; k < ratios.length; k++) {
      ratios[k] =
          wall
              ? (double) limits.get(k).wall() / rollouts.get(k).wall()
              : (double) limits.get(k).cpu() / rollouts.get(k).cpu();
    }
    return new Median().evaluate(ratios);
  }

  private static double median(DoubleStream values) {
    return new Median().evaluate(values.toArray());
  }
}
