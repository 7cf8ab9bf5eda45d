package stride.bench;

import stride.cuda.Device;
import stride.cuda.Event;
import stride.cuda.Stream;

/** Times what is put on a stream by the device's own clock; the device closes it. */
final class DeviceTimer {
  private static final double SECONDS_OF_MILLIS = 1e-3;

  private final Stream stream;
  private final Event start;
  private final Event end;

  DeviceTimer(Device device, Stream stream) {
    this.stream = stream;
    this.start = new Event(device);
    this.end = new Event(device);
  }

  /** What is put on the stream from now on counts. */
  void start() {
    start.record(stream);
  }

  /** Waits until all of it is done; how many seconds that took. */
  double stop() {
    end.record(stream);
    end.synchronize();
    return end.millisSince(start) * SECONDS_OF_MILLIS;
  }
}
