package stride.learn;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Where the wall time of iterations went. The first level is exact; shares within it are sampled in
 * some iterations, in which the clocks are on.
 *
 * <p>A table's first-level rows add up to the wall time, the rows below one of them to that one;
 * time that no clock counts is the row {@code other}: waiting for the slowest thread, merging
 * statistics, shuffling, the clocks themselves. Belongs to one thread.
 */
public final class StageTimes {
  private static final double SECONDS_PER_NANO = 1e-9;

  /** Samples of a stage's inner stages, from the iterations whose clocks were on. */
  private static final class Sample {
    private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class);
    private final Map<Stage, Long> hits = new EnumMap<>(Stage.class);
    private long threadNanos; // wall time of the stage, once for each thread at work in it
  }

  private final long envSteps; // of an iteration
  private final Map<Stage, Long> nanos = new EnumMap<>(Stage.class); // first level
  private final Map<Stage, Sample> samples = new EnumMap<>(Stage.class); // by first-level stage
  private long iterations;
  private long sampled;

  /** Times of no iteration yet, in env steps of all environments together. */
  public StageTimes(long envStepsPerIteration) {
    this.envSteps = envStepsPerIteration;
  }

  /**
   * Adds an iteration that has ended, with its first-level stages.
   *
   * @param wallNanos from the end of the one before to its own
   */
  public void iteration(StageSplit split, long wallNanos) {
    iterations++;
    for (Stage stage : split.stages()) {
      add(stage, split.wallNanos(stage));
    }
    outside(wallNanos - split.wallNanos());
  }

  /** Adds time outside of all stages, which becomes {@link Stage#OTHER}. */
  public void outside(long wallNanos) {
    add(Stage.OTHER, wallNanos);
  }

  private void add(Stage stage, long more) {
    nanos.merge(stage, more, Long::sum);
  }

  /**
   * Adds the clocks that were on in the iteration that has ended, and clears them.
   *
   * @param clocks one for each thread and first-level stage that it worked in
   */
  public void sample(StageSplit split, Iterable<StageClock> clocks) {
    sampled++;
    for (StageClock clock : clocks) {
      for (Stage stage : split.stages()) {
        sample(stage, split.wallNanos(stage), clock);
      }
      clock.clear();
    }
  }

  private void sample(Stage parent, long wallNanos, StageClock clock) {
    Sample sample = samples.computeIfAbsent(parent, _ -> new Sample());
    boolean atWork = false;
    for (Stage stage : Stage.values()) {
      if (stage.parent().filter(parent::equals).isPresent()) {
        sample.nanos.merge(stage, clock.nanos(stage), Long::sum);
        sample.hits.merge(stage, clock.hits(stage), Long::sum);
        atWork |= clock.hits(stage) > 0;
      }
    }
    sample.threadNanos += atWork ? wallNanos : 0;
  }

  /**
   * Wall time so far: seconds by first-level stage, in the order of {@link Stage}. They add up to
   * the whole.
   */
  public SequencedMap<String, Double> seconds() {
    SequencedMap<String, Double> seconds = new LinkedHashMap<>();
    nanos.forEach((stage, total) -> seconds.put(stage.key(), total * SECONDS_PER_NANO));
    return seconds;
  }

  /** The table: a row for each first-level stage, each followed by what was seen within it. */
  public List<StageRow> rows() {
    List<StageRow> rows = new ArrayList<>();
    nanos.forEach(
        (stage, total) -> {
          rows.add(row(stage.key(), iterations, total, (double) total / iterations));
          Sample sample = samples.get(stage);
          if (sample != null && sample.threadNanos > 0) {
            addInner(stage, total, sample, rows);
          }
        });
    return rows;
  }

  private void addInner(Stage parent, long total, Sample sample, List<StageRow> rows) {
    final double scale = (double) total / sample.threadNanos;
    double rest = total;
    for (Stage stage : sample.nanos.keySet()) {
      if (sample.hits.get(stage) == 0) {
        continue; // the algorithm has no such stage
      }
      double part = sample.nanos.get(stage) * scale;
      long hits = sample.hits.get(stage);
      double perHit = (double) sample.nanos.get(stage) / hits;
      rows.add(row(key(parent, stage), hits * iterations / sampled, part, perHit));
      rest -= part;
    }
    rows.add(row(key(parent, Stage.OTHER), iterations, rest, rest / iterations));
  }

  private static String key(Stage parent, Stage stage) {
    return parent.key() + "." + stage.key();
  }

  private StageRow row(String stage, long hits, double total, Double nanosPerHit) {
    double wall = nanos.values().stream().mapToLong(Long::longValue).sum();
    return new StageRow(
        stage,
        hits,
        total * SECONDS_PER_NANO,
        nanosPerHit,
        total / (envSteps * iterations),
        100 * total / wall);
  }
}
