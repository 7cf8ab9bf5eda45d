package stride.mujoco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** What two threads at one object come to. */
final class TwoThreads {
  private TwoThreads() {}

  /** Lets two threads call until one is refused; every call must else go well. */
  static void assertRefused(String message, Runnable call) throws Exception {
    AtomicBoolean refused = new AtomicBoolean();
    List<Future<Throwable>> ends = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      for (int k = 0; k < 2; k++) {
        ends.add(
            threads.submit(
                () -> {
                  Throwable thrown = null;
                  while (thrown == null && !refused.get()) {
                    thrown = catchThrowable(call::run);
                  }
                  refused.set(true);
                  return thrown;
                }));
      }
    }
    List<Throwable> thrown = new ArrayList<>();
    for (Future<Throwable> end : ends) {
      if (end.get() != null) {
        thrown.add(end.get());
      }
    }
    assertThat(thrown)
        .isNotEmpty()
        .allSatisfy(
            it -> assertThat(it).isInstanceOf(IllegalStateException.class).hasMessage(message));
  }
}
