package stride.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Makes JMH report what a transition takes in a memory. */
@AuxCounters(AuxCounters.Type.EVENTS)
@State(Scope.Thread)
public class BytesCounter {
  /** Bytes of the whole memory by its transitions. */
  public double bytesPerTransition;
}
