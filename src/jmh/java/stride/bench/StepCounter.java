package stride.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Makes JMH report env steps/s beside operations/s, for benchmarks in throughput mode. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class StepCounter {
  /** Policy decisions, never multiplied by the frame skip. */
  public long envSteps;

  /** Episodes that ended in them: env steps by episodes tells walking from falling robots. */
  public long episodes;
}
