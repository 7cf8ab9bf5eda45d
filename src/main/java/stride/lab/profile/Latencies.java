package stride.lab.profile;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.HdrHistogram.Histogram;
import stride.learn.Stage;
import stride.learn.StageClock;
import stride.learn.StageSplit;
import stride.results.Percentiles;
import stride.results.TimedPiece;

/**
 * How long the pieces of work of one combination took, one by one, in nanoseconds.
 *
 * <p>Stages and iterations are all measured ones. Steps of a shard and of the update come from the
 * clocks within them, which are on in some further iterations; each is one thread's, so that there
 * are as many of an update as threads, each with its wait for the others. A device has no clock in
 * its updates. A stage that only starts work on a device takes as long as starting it: a later
 * stage waits for the result.
 */
final class Latencies {
  private static final int DIGITS = 2; // as those of StageClock

  private final String tag;
  private final SequencedMap<String, Histogram> histograms = new LinkedHashMap<>();

  Latencies(String tag) {
    this.tag = tag;
    clear();
  }

  /** Forgets what was measured. */
  void clear() {
    for (TimedPiece piece : TimedPiece.ALL) {
      var histogram = new Histogram(DIGITS); // grows as it must
      histogram.setTag(tag);
      histogram.setStartTimeStamp(System.currentTimeMillis());
      histograms.put(piece.key(), histogram);
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
    histograms.get(TimedPiece.ITERATION.key()).recordValue(nanos);
  }

  /** The clocks were on in the iteration that has ended. */
  void sample(Iterable<StageClock> rollout, Iterable<StageClock> update) {
    rollout.forEach(clock -> histograms.get(TimedPiece.SHARD_STEP.key()).add(clock.steps()));
    update.forEach(clock -> histograms.get(TimedPiece.UPDATE_STEP.key()).add(clock.steps()));
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
