package stride.lab.profile;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.HdrHistogram.Histogram;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.learn.StageSplit;
import stride.results.Percentiles;

/**
 * How long the pieces of work of one combination took, one by one, in nanoseconds.
 *
 * <p>Rollout, GAE and iteration are of every measured iteration. Steps of a shard and minibatches
 * come from the clocks within them, which are on in some further iterations; each is one thread's,
 * so that there are as many of a minibatch as threads, each with its wait for the others. A device
 * has no clock in its minibatches; what GAE takes there is to start it, since the update waits for
 * it.
 */
final class Latencies {
  private static final String SHARD_STEP = "shard_step";
  private static final String MINIBATCH = "minibatch";
  private static final String ITERATION = "iteration";

  // in the order in which they are shown
  private static final List<String> STAGES =
      List.of(SHARD_STEP, Stage.ROLLOUT.key(), Stage.GAE.key(), MINIBATCH, ITERATION);

  private static final int DIGITS = 2; // as those of StageClock

  private final String tag;
  private final SequencedMap<String, Histogram> histograms = new LinkedHashMap<>();

  Latencies(String tag) {
    this.tag = tag;
    clear();
  }

  /** Forgets what was measured. */
  void clear() {
    for (String stage : STAGES) {
      var histogram = new Histogram(DIGITS); // grows as it must
      histogram.setTag(tag);
      histogram.setStartTimeStamp(System.currentTimeMillis());
      histograms.put(stage, histogram);
    }
  }

  /** An iteration has ended. */
  void iteration(StageSplit split, long nanos) {
    for (Stage stage : split.stages()) {
      Histogram histogram = histograms.get(stage.key());
      if (histogram != null) {
        histogram.recordValue(split.wallNanos(stage));
      }
    }
    histograms.get(ITERATION).recordValue(nanos);
  }

  /** The clocks were on in the iteration that has ended. */
  void sample(Iterable<StageClock> rollout, Iterable<StageClock> update) {
    rollout.forEach(clock -> histograms.get(SHARD_STEP).add(clock.steps()));
    update.forEach(clock -> histograms.get(MINIBATCH).add(clock.steps()));
  }

  /** The measurement has ended: what was not in it is left out. */
  SequencedMap<String, Histogram> finished() {
    histograms.values().removeIf(histogram -> histogram.getTotalCount() == 0);
    histograms.values().forEach(h -> h.setEndTimeStamp(System.currentTimeMillis()));
    return histograms;
  }

  /** Microseconds, by stage. */
  static Map<String, Percentiles> percentiles(Map<String, Histogram> nanos) {
    Map<String, Percentiles> percentiles = new LinkedHashMap<>();
    nanos.forEach((stage, histogram) -> percentiles.put(stage, Percentiles.of(histogram)));
    return percentiles;
  }
}
