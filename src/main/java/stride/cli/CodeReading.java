package stride.cli;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import stride.cuda.CudaInfo;
import stride.nn.Backend;
import stride.train.Code;
import stride.train.Installation;
import stride.train.RunSpec;

/** What computes here, read on a thread of its own so that a training does not start later. */
final class CodeReading {
  private final Installation here = Installation.here();
  private final FutureTask<Code> reading = new FutureTask<>(here::program);

  private CodeReading() {}

  /** Begins. */
  static CodeReading begin() {
    var code = new CodeReading();
    Thread.ofPlatform().daemon().name("stride-code").start(code.reading);
    return code;
  }

  /** Waits for it, and adds what the physics of a run's task is read from. */
  Code get(RunSpec<?> run) {
    try {
      Code code = reading.get().and(here.physics(List.of(run.task())));
      return run.backend() == Backend.CUDA ? code.and(CudaInfo.code()) : code;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
