package stride.lab.profile;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import stride.memory.FloatSlab;
import stride.nn.LinearLayout;
import stride.nn.cpu.PeakArithmetic;
import stride.parallel.Team;

/**
 * The most floating-point operations per second that the threads of a team do together, measured in
 * short slices between iterations: the best of them, since nothing makes a core faster than it is.
 */
final class ArithmeticPeak implements AutoCloseable {
  private static final int ROUNDS = 200_000; // well under a millisecond

  private final Team team;
  private final Arena arena = Arena.ofShared();
  private final List<FloatSlab> sums = new ArrayList<>(); // [16] for each member
  private double best;

  ArithmeticPeak(Team team) {
    this.team = team;
    for (int member = 0; member < team.size(); member++) {
      sums.add(FloatSlab.allocate(arena, 2L * LinearLayout.ALIGNMENT)); // a pair of cache lines
    }
  }

  /** Measures one slice. */
  void slice() {
    final long start = System.nanoTime();
    team.run(member -> PeakArithmetic.run(sums.get(member), ROUNDS));
    final double nanos = System.nanoTime() - start;
    best = Math.max(best, 1e9 * team.size() * ROUNDS * PeakArithmetic.flopPerRound() / nanos);
  }

  /** Floating-point operations per second of all threads together; 0 before the first slice. */
  double flopPerSecond() {
    return best;
  }

  @Override
  public void close() {
    arena.close();
  }
}
