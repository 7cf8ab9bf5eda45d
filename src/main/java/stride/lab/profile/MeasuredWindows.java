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
import stride.results.Pair;
import stride.results.Pair.Nanos;
import stride.results.Percentiles;
import stride.results.ProfileRow;
import stride.results.ProfileWindow;
import stride.results.Warnings;
import stride.stats.UncertainMean;

/**
 * What windows of pairs tell of a number of environments and threads.
 *
 * <p>Rates are means over windows, each the middle of its interval. Shares are medians over pairs,
 * which a disturbance in a few of them does not move.
 */
final class MeasuredWindows {
  private final long envSteps;
  private final List<Pair> pairs;
  private final List<ProfileWindow> windows;
  private final Form form; // null: the task does not run on MuJoCo

  MeasuredWindows(long envStepsPerIteration, List<List<Pair>> windows, Form form) {
    this.envSteps = envStepsPerIteration;
    this.pairs = windows.stream().flatMap(List::stream).toList();
    this.windows = windows.stream().map(pairs -> ProfileWindow.of(pairs, envSteps)).toList();
    this.form = form;
  }

  ProfileRow row(
      int threads, Learner learner, List<StageRow> stages, Map<String, Percentiles> latencies) {
    UncertainMean physics = form == null ? null : interval(ProfileWindow::physicsStepsPerSecond);
    UncertainMean rollout = interval(ProfileWindow::rolloutStepsPerSecond);
    UncertainMean train = interval(ProfileWindow::trainStepsPerSecond);
    double lengthMean = learner.episodes().lengthMean();
    return new ProfileRow(
        learner.collector().numEnvs(),
        threads,
        learner.collector().numSteps(),
        pairs.size(),
        physics == null ? null : (Double) physics.mean(),
        form == null ? null : form.name().toLowerCase(Locale.ROOT),
        rollout.mean(),
        share(Pair::rollout, Nanos::cpu),
        share(Pair::rollout, Nanos::wall),
        train.mean(),
        share(Pair::iteration, Nanos::cpu),
        share(Pair::iteration, Nanos::wall),
        Double.isNaN(lengthMean) ? null : lengthMean,
        windows,
        physics == null ? null : physics.interval(),
        rollout.interval(),
        train.interval(),
        spread(),
        latencies,
        pairs.stream().mapToLong(Pair::allocatedBytes).average().orElseThrow(),
        stages);
  }

  private UncertainMean interval(ToDoubleFunction<ProfileWindow> rate) {
    return UncertainMean.of(windows.stream().mapToDouble(rate).toArray());
  }

  /** How far apart windows of the same are. */
  private double spread() {
    return Warnings.spread(
        windows.stream().mapToDouble(ProfileWindow::trainStepsPerSecond).toArray());
  }

  /** Time of the limit over that of what it is the limit of, the median over pairs. */
  private Double share(Function<Pair, Nanos> whole, ToLongFunction<Nanos> nanos) {
    if (form == null) {
      return null;
    }
    return new Median()
        .evaluate(
            pairs.stream()
                .mapToDouble(
                    pair ->
                        (double) nanos.applyAsLong(pair.limit())
                            / nanos.applyAsLong(whole.apply(pair)))
                .toArray());
  }
}
