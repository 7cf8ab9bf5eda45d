package stride.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Makes JMH report frames/s beside operations/s, for benchmarks in throughput mode. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class FrameCounter {
  /** Screens that were emulated or made smaller, or frames that were put into observations. */
  public long frames;
}
