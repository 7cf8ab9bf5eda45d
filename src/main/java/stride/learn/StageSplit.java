package stride.learn;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.function.LongSupplier;

/**
 * Wall and processor time of the first-level stages of one iteration. The learner fills it; its
 * next iteration overwrites it. Belongs to one thread; filling it allocates nothing.
 */
@SuppressWarnings("EnumOrdinal") // arrays indexed by stage: a map would box
public final class StageSplit {
  private static final double SECONDS_PER_NANO = 1e-9;
  private static final int STAGES = Stage.values().length;

  private final LongSupplier cpuClock;
  private final long[] wall = new long[STAGES];
  private final long[] cpu = new long[STAGES];
  private final List<Stage> stages = new ArrayList<>();
  private long lapWall;
  private long lapCpu;

  /**
   * Times of no iteration yet.
   *
   * @param cpuClock processor time of all threads at work so far, in nanoseconds
   */
  public StageSplit(LongSupplier cpuClock) {
    this.cpuClock = cpuClock;
  }

  /** Begins an iteration and its first lap. */
  public void begin() {
    Arrays.fill(wall, 0);
    Arrays.fill(cpu, 0);
    start();
  }

  /** Begins a lap: what passed since the last one belongs to no stage. */
  public void start() {
    lapCpu = cpuClock.getAsLong();
    lapWall = System.nanoTime();
  }

  /**
   * Ends a lap and begins the next.
   *
   * @param stage of the first level: what was done in the lap
   */
  public void lap(Stage stage) {
    final long now = System.nanoTime();
    final long nowCpu = cpuClock.getAsLong();
    add(stage, now - lapWall, nowCpu - lapCpu);
    lapWall = now;
    lapCpu = nowCpu;
  }

  /**
   * Counts a lap of known length.
   *
   * @param stage of the first level
   * @param wallNanos its wall time
   * @param cpuNanos its processor time, of all threads
   */
  public void add(Stage stage, long wallNanos, long cpuNanos) {
    wall[stage.ordinal()] += wallNanos;
    cpu[stage.ordinal()] += cpuNanos;
    if (!stages.contains(stage)) {
      stages.add(stage);
      stages.sort(null);
    }
  }

  /**
   * The stages with a lap in this iteration or an earlier one, in the order of {@link Stage}, live.
   */
  public List<Stage> stages() {
    return stages;
  }

  /** Wall time of a first-level stage. */
  public long wallNanos(Stage stage) {
    return wall[stage.ordinal()];
  }

  /** Processor time of a first-level stage, of all threads. */
  public long cpuNanos(Stage stage) {
    return cpu[stage.ordinal()];
  }

  /** Wall time of all stages. */
  public long wallNanos() {
    return Arrays.stream(wall).sum();
  }

  /**
   * Where the wall time of an iteration went: seconds by stage, in the order of {@link Stage}. What
   * is left of {@code iterationNanos} is {@link Stage#OTHER}.
   */
  public SequencedMap<String, Double> seconds(long iterationNanos) {
    SequencedMap<String, Double> seconds = new LinkedHashMap<>();
    stages.forEach(stage -> seconds.put(stage.key(), wallNanos(stage) * SECONDS_PER_NANO));
    seconds.put(Stage.OTHER.key(), Math.max(0, iterationNanos - wallNanos()) * SECONDS_PER_NANO);
    return seconds;
  }
}
