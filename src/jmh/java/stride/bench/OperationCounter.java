package stride.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Makes JMH report FLOP/s beside operations/s, for benchmarks in throughput mode. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class OperationCounter {
  /** Floating-point operations, a fused multiply-add as two. */
  public long floatOperations;
}
