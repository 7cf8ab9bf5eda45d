package stride.mujoco;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import stride.memory.Downcalls;

/**
 * Compiles an MJCF file in a thread of its own. MuJoCo cannot be interrupted, and some models take
 * hours, such as one that replicates a body a million times. The waiting caller can be: by an
 * interrupt, or by a signal that ends the process, which the command line acts on only when the
 * work in progress has ended. The thread then ends with the process.
 */
final class Compilation {
  private final Path mjcf;
  private final CompletableFuture<MemorySegment> model = new CompletableFuture<>();

  private Compilation(Path mjcf) {
    this.mjcf = mjcf;
  }

  /**
   * Compiles a file. The caller deletes the model.
   *
   * @throws MujocoException if MuJoCo refuses the file, its arrays are too large, or the waiting is
   *     interrupted
   */
  static MemorySegment of(Path mjcf) {
    Compilation compilation = new Compilation(mjcf);
    Thread compiler = new Thread(compilation::run, "stride-model");
    compiler.setDaemon(true);
    Thread signal = new Thread(compilation::interrupt);
    boolean listening = listen(signal);
    try {
      compiler.start();
      return compilation.await();
    } finally {
      if (listening) {
        ignore(signal);
      }
    }
  }

  /** Frees a model. */
  static void delete(MemorySegment model) {
    try {
      MujocoNative.mj_deleteModel.invokeExact(model);
    } catch (Throwable t) {
      throw Downcalls.rethrow(t);
    }
  }

  private static boolean listen(Thread signal) {
    try {
      Runtime.getRuntime().addShutdownHook(signal);
      return true;
    } catch (IllegalStateException e) {
      return false; // the process is ending already, and what still runs may finish
    }
  }

  private static void ignore(Thread signal) {
    try {
      Runtime.getRuntime().removeShutdownHook(signal);
    } catch (IllegalStateException e) {
      // the process is ending, and with it the hook
    }
  }

  private void interrupt() {
    model.completeExceptionally(new MujocoException("interrupted while MuJoCo compiled " + mjcf));
  }

  private MemorySegment await() {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return model.get();
        } catch (InterruptedException e) {
          interrupted = true;
          interrupt(); // and what is got next is that, unless the model was done first
        }
      }
    } catch (ExecutionException e) {
      throw Downcalls.rethrow(e.getCause());
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void run() {
    try {
      MemorySegment compiled = compile();
      if (!model.complete(compiled)) {
        delete(compiled); // the caller no longer waits for it
      }
    } catch (Throwable t) {
      model.completeExceptionally(t);
    }
  }

  private MemorySegment compile() throws Throwable {
    try (Arena scratch = Arena.ofConfined()) {
      MemorySegment text = scratch.allocate(Mujoco.TEXT_BYTES);
      MemorySegment name = scratch.allocateFrom(mjcf.toString());
      MemorySegment spec =
          (MemorySegment)
              MujocoNative.stride_parse_model.invokeExact(name, text, Mujoco.TEXT_BYTES);
      if (spec.address() == 0) {
        throw refusal("mj_parseXML: ", text);
      }
      if ((int) MujocoNative.stride_is_oversized.invokeExact(spec, text, Mujoco.TEXT_BYTES) != 0) {
        MujocoNative.mj_deleteSpec.invokeExact(spec);
        throw refusal("", text);
      }
      MemorySegment compiled =
          (MemorySegment)
              MujocoNative.stride_compile_model.invokeExact(spec, text, Mujoco.TEXT_BYTES);
      if (compiled.address() == 0) {
        throw refusal("mj_compile: ", text);
      }
      return compiled;
    }
  }

  private MujocoException refusal(String call, MemorySegment text) {
    String reason = text.getString(0).strip().replaceAll("\\s*\\R\\s*", "; ");
    return new MujocoException(call + mjcf + ": " + reason);
  }
}
