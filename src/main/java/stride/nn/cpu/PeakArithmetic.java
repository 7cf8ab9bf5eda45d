package stride.nn.cpu;

import static stride.nn.cpu.Lanes.FLOATS;
import static stride.nn.cpu.Lanes.LANES;
import static stride.nn.cpu.Lanes.ORDER;
import static stride.nn.cpu.Lanes.load;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import stride.memory.FloatSlab;
import stride.nn.KernelChecks;
import stride.nn.LinearLayout;

/** Fused multiply-adds as fast as a core does them, from registers: what arithmetic can reach. */
public final class PeakArithmetic {
  /** Chains that do not wait for one another: two units with a latency of four or five cycles. */
  private static final int CHAINS = 10;

  private PeakArithmetic() {}

  /** Floating-point operations of a round, a fused multiply-add as two. */
  public static long flopPerRound() {
    return 2L * CHAINS * LANES;
  }

  /**
   * Does rounds of one operation for each chain.
   *
   * @param sums overwritten, so that no chain can be left out: [16]
   * @param rounds how many
   */
  public static void run(FloatSlab sums, int rounds) {
    KernelChecks.rows(sums, 0, 1, LinearLayout.ALIGNMENT);
    chains(sums.segment(), rounds);
  }

  private static void chains(MemorySegment sums, int rounds) {
    final FloatVector factor = FloatVector.broadcast(FLOATS, 0.999f);
    final FloatVector more = load(sums, 0);
    FloatVector s0 = more;
    FloatVector s1 = more;
    FloatVector s2 = more;
    FloatVector s3 = more;
    FloatVector s4 = more;
    FloatVector s5 = more;
    FloatVector s6 = more;
    FloatVector s7 = more;
    FloatVector s8 = more;
    FloatVector s9 = more;
    for (int i = 0; i < rounds; i++) {
      s0 = s0.fma(factor, more);
      s1 = s1.fma(factor, more);
      s2 = s2.fma(factor, more);
      s3 = s3.fma(factor, more);
      s4 = s4.fma(factor, more);
      s5 = s5.fma(factor, more);
      s6 = s6.fma(factor, more);
      s7 = s7.fma(factor, more);
      s8 = s8.fma(factor, more);
      s9 = s9.fma(factor, more);
    }
    FloatVector low = s0.add(s1).add(s2).add(s3).add(s4);
    FloatVector high = s5.add(s6).add(s7).add(s8).add(s9);
    low.add(high).mul(0).intoMemorySegment(sums, 0, ORDER); // as it was: begins at 0
  }
}
