package stride.train;

import java.util.Arrays;
import java.util.List;
import java.util.SequencedMap;
import stride.learn.StageClock;
import stride.learn.StageRow;
import stride.learn.StageSplit;
import stride.learn.StageTimes;

/**
 * How fast the iterations of a sitting are, and where their time goes.
 *
 * <p>An iteration lasts from the end of the one before, so that the logs and checkpoints between
 * them are in it.
 */
final class Pace {
  private static final double NANOS_PER_SECOND = 1e9;

  // the first two are those in which code is still compiled
  private static final int UNCOUNTED = 2;

  // a sampled iteration is up to 3 % slower: this keeps the whole well below 1 %
  private static final int SAMPLED_EVERY = 16;

  private final long envSteps; // an iteration
  private final long startNanos;
  private final StageTimes times;
  private long[] nanos = new long[1024];
  private int count;
  private long lastNanos;

  Pace(long envStepsPerIteration, long startNanos) {
    this.envSteps = envStepsPerIteration;
    this.times = new StageTimes(envStepsPerIteration);
    this.startNanos = startNanos;
    this.lastNanos = startNanos;
  }

  /** An iteration has ended; returns where its time went. */
  SequencedMap<String, Double> iteration(long nowNanos, StageSplit split) {
    if (count == nanos.length) {
      nanos = Arrays.copyOf(nanos, 2 * count);
    }
    nanos[count++] = nowNanos - lastNanos;
    times.iteration(split, nowNanos - lastNanos);
    SequencedMap<String, Double> seconds = split.seconds(nowNanos - lastNanos);
    lastNanos = nowNanos;
    return seconds;
  }

  /** What followed the last iteration has ended. */
  void end(long nowNanos) {
    times.outside(nowNanos - lastNanos);
    lastNanos = nowNanos;
  }

  /** Seconds of the sitting by first-level stage; they add up to its wall time. */
  SequencedMap<String, Double> stageSeconds() {
    return times.seconds();
  }

  /** Whether the clocks of inner stages are to be on in the next iteration. */
  boolean samplesNext() {
    return count % SAMPLED_EVERY == UNCOUNTED;
  }

  /** They were on in the last one. */
  void sample(StageSplit split, Iterable<StageClock> clocks) {
    times.sample(split, clocks);
  }

  /** The stage table of the sitting. */
  List<StageRow> stageTable() {
    return count == 0 ? List.of() : times.rows();
  }

  double meanSeconds() {
    return seconds() / count;
  }

  /** From the sitting's begin to the end of the last iteration. */
  double seconds() {
    return (lastNanos - startNanos) / NANOS_PER_SECOND;
  }

  /** Env steps per second from the third iteration on; of all if there are fewer. */
  double rate() {
    int from = count > UNCOUNTED ? UNCOUNTED : 0;
    long sum = Arrays.stream(nanos, from, count).sum();
    return (count - from) * envSteps * NANOS_PER_SECOND / sum;
  }

  /** Env steps per second, the median over the last half of the iterations. */
  double steadyRate() {
    long[] sorted = Arrays.copyOfRange(nanos, count / 2, count);
    if (sorted.length == 0) {
      return Double.NaN;
    }
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2.0;
    return envSteps * NANOS_PER_SECOND / median;
  }
}
