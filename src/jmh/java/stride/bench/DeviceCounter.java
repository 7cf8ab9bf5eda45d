package stride.bench;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import stride.cuda.Device;

/**
 * Makes JMH report what a device did, by its own clock, beside operations/s, for benchmarks in
 * throughput mode.
 *
 * <p>JMH divides every counter by wall time. By the device's time they are quotients: {@code flop /
 * deviceSeconds} is FLOP/s while the device is at work, {@code flopLimitSeconds / deviceSeconds} is
 * that as a share of the card's limit.
 */
@AuxCounters(AuxCounters.Type.OPERATIONS)
@State(Scope.Thread)
public class DeviceCounter {
  /** Seconds between the events around the work. */
  public double deviceSeconds;

  /** Floating-point operations that the work needs. */
  public double flop;

  /** Bytes that the work must move, each input read and each output written once. */
  public double bytes;

  /** Seconds that the operations would take at the card's highest clock, no lane idle. */
  public double flopLimitSeconds;

  /** Seconds that the bytes would take between the device's memory and its multiprocessors. */
  public double byteLimitSeconds;

  /** More than 0 if a proof has failed: what was timed is not what it should be. */
  public double unproved;

  /** Adds a piece of work. */
  void add(double seconds, double operations, double moved, Device.Limits limits) {
    add(seconds, moved);
    flop += operations;
    flopLimitSeconds += operations / limits.flopPerSecond();
    byteLimitSeconds += moved / limits.memoryBytesPerSecond();
  }

  /** Adds a piece of work that is bound by neither of the limits. */
  void add(double seconds, double moved) {
    deviceSeconds += seconds;
    bytes += moved;
    unproved += DeviceProof.failed() ? 1 : 0;
  }
}
