package stride.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Makes JMH report rows/s beside operations/s, for benchmarks in throughput mode. */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class RowCounter {
  /** Rows of a rollout that were worked on, in each epoch anew. */
  public long rows;
}
