package stride.lab.profile;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.apache.commons.math3.stat.descriptive.rank.Median;
import stride.learn.Learner;
import stride.learn.StageRow;
import stride.mujoco.Replay.Form;
import stride.results.Percentiles;
import stride.results.ProfileRow;
import stride.results.ProfileWindow;
import stride.results.Warnings;
import stride.stats.UncertainMean;

/**
 * What windows of iterations and their replays tell of a number of environments and threads.
 *
 * <p>Rates are means over windows, each the middle of its interval. Shares are medians over
 * iterations, which a disturbance in a few of them does not move.
 */
final class MeasuredWindows {
  private final List<ReplayedIteration> iterations;
  private final List<ProfileWindow> windows;
  private final Form form; // null: the task does not run on MuJoCo

  /**
   * An iteration and the C replay of its rollout, which came right after it.
   *
   * @param rollout what collecting took
   * @param iteration what collecting and learning took
   * @param limit what the replay took; null until then, and for a task without MuJoCo
   * @param allocatedBytes on the Java heap in the iteration, by all threads
   */
  record ReplayedIteration(Nanos rollout, Nanos iteration, Nanos limit, long allocatedBytes) {
    ReplayedIteration with(Nanos replay) {
      return new ReplayedIteration(rollout, iteration, replay, allocatedBytes);
    }
  }

  /**
   * How long a piece of work took.
   *
   * @param wall nanoseconds by the clock on the wall
   * @param cpu nanoseconds of processor time, of all threads
   */
  record Nanos(long wall, long cpu) {}

  MeasuredWindows(long envStepsPerIteration, List<List<ReplayedIteration>> windows, Form form) {
    this.iterations = windows.stream().flatMap(List::stream).toList();
    this.windows = windows.stream().map(window -> rates(window, envStepsPerIteration)).toList();
    this.form = form;
  }

  ProfileRow row(
      int threads,
      Learner learner,
      Ceiling ceiling,
      List<StageRow> stages,
      Map<String, Percentiles> latencies) {
    UncertainMean physics = form == null ? null : interval(ProfileWindow::physicsStepsPerSecond);
    UncertainMean rollout = interval(ProfileWindow::rolloutStepsPerSecond);
    UncertainMean train = interval(ProfileWindow::trainStepsPerSecond);
    double lengthMean = learner.episodes().lengthMean();
    double limit = ceiling.stepsPerSecond(physics == null ? null : (Double) physics.mean());
    boolean counted = ceiling.flopPerEnvStep() > 0;
    return new ProfileRow(
        learner.collector().numEnvs(),
        threads,
        learner.collector().numSteps(),
        iterations.size(),
        physics == null ? null : (Double) physics.mean(),
        form == null ? null : form.name().toLowerCase(Locale.ROOT),
        rollout.mean(),
        share(ReplayedIteration::rollout, Nanos::cpu),
        share(ReplayedIteration::rollout, Nanos::wall),
        train.mean(),
        share(ReplayedIteration::iteration, Nanos::cpu),
        share(ReplayedIteration::iteration, Nanos::wall),
        Double.isNaN(lengthMean) ? null : lengthMean,
        windows,
        physics == null ? null : physics.interval(),
        rollout.interval(),
        train.interval(),
        spread(),
        latencies,
        iterations.stream().mapToLong(ReplayedIteration::allocatedBytes).average().orElseThrow(),
        stages,
        counted ? (Double) ceiling.flopPerEnvStep() : null,
        counted ? (Double) ceiling.flopPeak() : null,
        counted ? (Double) limit : null,
        counted ? (Double) (train.mean() / limit) : null);
  }

  /** All env steps over all the time that they took. */
  static ProfileWindow rates(List<ReplayedIteration> window, long envStepsPerIteration) {
    double envSteps = (double) envStepsPerIteration * window.size();
    return new ProfileWindow(
        window.getFirst().limit() == null
            ? null
            : (Double) rate(envSteps, window, ReplayedIteration::limit),
        rate(envSteps, window, ReplayedIteration::rollout),
        rate(envSteps, window, ReplayedIteration::iteration));
  }

  private static double rate(
      double envSteps, List<ReplayedIteration> window, Function<ReplayedIteration, Nanos> work) {
    return envSteps * 1e9 / window.stream().map(work).mapToLong(Nanos::wall).sum();
  }

  private UncertainMean interval(ToDoubleFunction<ProfileWindow> rate) {
    return UncertainMean.of(windows.stream().mapToDouble(rate).toArray());
  }

  /** How far apart windows of the same are. */
  private double spread() {
    return Warnings.spread(
        windows.stream().mapToDouble(ProfileWindow::trainStepsPerSecond).toArray());
  }

  /** Time of the limit over that of what it is the limit of, the median over iterations. */
  private Double share(Function<ReplayedIteration, Nanos> whole, ToLongFunction<Nanos> nanos) {
    if (form == null) {
      return null;
    }
    return new Median()
        .evaluate(
            iterations.stream()
                .mapToDouble(
                    iteration ->
                        (double) nanos.applyAsLong(iteration.limit())
                            / nanos.applyAsLong(whole.apply(iteration)))
                .toArray());
  }
}
