package stride.results;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import stride.files.JsonObject;
import stride.files.OrNull;
import stride.lab.LabException;
import stride.mujoco.Model;
import stride.mujoco.Mujoco;
import stride.mujoco.SimulationBatch;

/**
 * What the machine itself gives at a moment: fixed work that no change of the project touches.
 * Measured at the start and the end of a run, it tells a slower machine from slower code.
 *
 * @param mjStepsPerSecond bare physics steps of one Hopper lying still, one thread
 * @param copyGigabytesPerSecond memory copied within one thread
 * @param loadAverage of the last minute, before this was measured; null if it is not known
 */
public record Anchor(
    double mjStepsPerSecond, double copyGigabytesPerSecond, @OrNull Double loadAverage) {
  private static final long SLICE_NANOS = 300_000_000L;
  private static final int SUBSTEPS = 1_000;
  private static final long COPY_BYTES = 64L << 20;

  /**
   * Rates alone.
   *
   * @param mjStepsPerSecond bare physics steps
   * @param copyGigabytesPerSecond memory copied
   */
  public Anchor(double mjStepsPerSecond, double copyGigabytesPerSecond) {
    this(mjStepsPerSecond, copyGigabytesPerSecond, null);
  }

  /**
   * Measures for about half a second.
   *
   * @return the load average and both rates
   */
  public static Anchor measure() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return new Anchor(physics(), copies(), load < 0 ? null : (Double) load);
  }

  /** Of a file, where the load average may be missing: it was not always recorded. */
  static Anchor of(JsonObject part) {
    return new Anchor(
        part.number("mj_steps_per_second"),
        part.number("copy_gigabytes_per_second"),
        part.numberIfAny("load_average"));
  }

  private static double physics() {
    try (Model model = Model.load(Mujoco.assets().resolve("hopper.xml"));
        SimulationBatch batch = new SimulationBatch(model, 1, 1, false)) {
      long steps = 0;
      long start = System.nanoTime();
      do {
        batch.reset(0);
        if (batch.step(SUBSTEPS) != 0) {
          throw new LabException("anchor: " + batch.failure(0));
        }
        steps += SUBSTEPS;
      } while (System.nanoTime() - start < SLICE_NANOS);
      return steps * 1e9 / (System.nanoTime() - start);
    }
  }

  private static double copies() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment from = arena.allocate(COPY_BYTES);
      MemorySegment to = arena.allocate(COPY_BYTES);
      to.fill((byte) 1); // so that its pages exist
      long bytes = 0;
      long start = System.nanoTime();
      do {
        to.copyFrom(from);
        bytes += COPY_BYTES;
      } while (System.nanoTime() - start < SLICE_NANOS);
      return bytes / (double) (System.nanoTime() - start);
    }
  }
}
