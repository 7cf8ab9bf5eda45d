package stride.learn;

import java.util.Map;

/** Clocks with known times, for tests of those who read them. */
public final class Clocks {
  private Clocks() {}

  /** A clock on which each stage was done so many times, and took so long each time. */
  public static StageClock of(int hits, Map<Stage, Long> nanosPerHit) {
    StageClock clock = new StageClock();
    for (int k = 0; k < hits; k++) {
      nanosPerHit.forEach(clock::count);
    }
    return clock;
  }
}
