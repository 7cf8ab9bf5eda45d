package stride.bench;

import java.lang.foreign.Arena;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import stride.memory.FloatSlab;
import stride.nn.LinearLayout;
import stride.nn.cpu.PeakArithmetic;

/** Chains of multiply-adds from registers, which no kernel can beat, and what they end in. */
@State(Scope.Benchmark)
public class PeakChains {
  private static final int ROUNDS = 100_000; // about as long as a layer takes

  private final Arena arena = Arena.ofShared();
  private final FloatSlab sums = FloatSlab.allocate(arena, LinearLayout.ALIGNMENT);

  /**
   * Multiplies and adds.
   *
   * @param counter of operations
   */
  void run(OperationCounter counter) {
    PeakArithmetic.run(sums, ROUNDS);
    counter.floatOperations += ROUNDS * PeakArithmetic.flopPerRound();
  }

  /** Frees everything. */
  @TearDown
  public void close() {
    arena.close();
  }
}
