package stride.ppo.cuda;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import stride.cuda.CompiledKernels;
import stride.cuda.CudaException;
import stride.cuda.Device;
import stride.cuda.KernelCompiler;
import stride.cuda.KernelModule;

/**
 * The programs of one run on a device, each compiled when it is first wanted, several at once.
 *
 * <p>For the thread that drives the device, which owns what is loaded. What is still being compiled
 * when nobody wants it any more ends by itself.
 */
final class Programs {
  /** A system property: kernels that stay on the device tell when they end each phase. */
  static final String TIMELINE = "stride.cuda.timeline";

  private static final long STACK_BYTES = 16L << 20; // a compiler recurses

  private final Device device;
  private final String shape;
  private final String[] definitions;
  private final KernelCompiler compiler = KernelCompiler.open();
  private final Map<Program, FutureTask<CompiledKernels>> compiled = new EnumMap<>(Program.class);
  private final Map<Program, KernelModule> loaded = new EnumMap<>(Program.class);

  /**
   * Nothing is compiled yet.
   *
   * @param device the owner
   * @param shape text of {@link ShapeHeader}
   */
  Programs(Device device, String shape) {
    this.device = device;
    this.shape = shape;
    this.definitions = Boolean.getBoolean(TIMELINE) ? new String[] {"-DTIMELINE"} : new String[0];
  }

  /** Starts to compile programs that will be wanted, each in a thread of its own. */
  void begin(Collection<Program> programs) {
    programs.forEach(program -> compiled.computeIfAbsent(program, this::start));
  }

  /**
   * A program's kernels on the device.
   *
   * @throws CudaException if it does not compile
   */
  KernelModule module(Program program) {
    KernelModule module = loaded.get(program);
    if (module == null) {
      module = new KernelModule(device, await(compiled.computeIfAbsent(program, this::start)));
      loaded.put(program, module);
    }
    return module;
  }

  private FutureTask<CompiledKernels> start(Program program) {
    var task =
        new FutureTask<>(
            () -> compiler.compile(program.source(shape), device.architecture(), definitions));
    var thread = new Thread(null, task, "compile " + program, STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    return task;
  }

  private static CompiledKernels await(FutureTask<CompiledKernels> task) {
    try {
      return task.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while kernels were compiled", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof CudaException reason) {
        throw reason;
      }
      throw new IllegalStateException("kernels were not compiled", e.getCause());
    }
  }
}
