package stride.train;

import java.util.function.LongSupplier;

/** A time that passes only when told to. */
final class FakeClock implements LongSupplier {
  private long nanos;

  void advance(long by) {
    nanos += by;
  }

  @Override
  public long getAsLong() {
    return nanos;
  }
}
