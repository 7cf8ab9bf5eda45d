package stride.lab.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import stride.lab.LabException;
import stride.mujoco.Model;
import stride.mujoco.Mujoco;
import stride.mujoco.SimulationBatch;
import stride.results.Anchor;

/** Measures what the machine itself gives at a moment: an {@link Anchor}. */
public final class MachineProbe {
  private static final long SLICE_NANOS = 300_000_000L;
  private static final int SUBSTEPS = 1_000;
  private static final long COPY_BYTES = 64L << 20;

  private MachineProbe() {}

  /** Measures the load average and both rates, for about half a second. */
  public static Anchor measure() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return new Anchor(physics(), copies(), load < 0 ? null : (Double) load);
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
