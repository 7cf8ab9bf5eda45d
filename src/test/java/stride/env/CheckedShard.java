package stride.env;

import java.util.concurrent.atomic.AtomicReference;
import stride.memory.FloatSlab;

/**
 * A shard that throws where its thread rule is broken: a thread entered while another was inside.
 */
final class CheckedShard implements AutoCloseable {
  private final AtomicReference<Thread> inside = new AtomicReference<>();
  private final Shard shard;

  CheckedShard(Shard shard) {
    this.shard = shard;
  }

  void act(FloatSlab actions, long at) {
    checked(() -> shard.act(actions, at));
  }

  void advance() {
    checked(shard::advance);
  }

  void finish(StepOutputs out, long obsAt, long at) {
    checked(() -> shard.finish(out, obsAt, at));
  }

  void checked(Runnable call) {
    Thread other = inside.compareAndExchange(null, Thread.currentThread());
    if (other != null) {
      throw new IllegalStateException(
          Thread.currentThread().getName() + " entered while " + other.getName() + " is inside");
    }
    try {
      call.run();
    } finally {
      inside.set(null);
    }
  }

  @Override
  public void close() {
    checked(shard::close);
  }
}
