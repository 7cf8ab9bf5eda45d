package stride.ppo.cuda;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import stride.cuda.CompiledKernels;
import stride.cuda.CudaException;
import stride.cuda.KernelCompiler;

/**
 * Compiles the programs of one run, each when it is first wanted, several at once.
 *
 * <p>For one thread. Compilations that are no longer needed end by themselves.
 */
final class ProgramCompiler {
  private static final long STACK_BYTES = 16L << 20; // a compiler recurses

  private final KernelCompiler compiler;
  private final String architecture;
  private final String shape;
  private final String[] definitions;
  private final Map<Program, FutureTask<CompiledKernels>> compiled = new EnumMap<>(Program.class);

  /**
   * Nothing is compiled yet.
   *
   * @param compiler what compiles
   * @param architecture of the device
   * @param shape text of {@link ShapeHeader}
   * @param definitions further options of the compiler
   */
  ProgramCompiler(
      KernelCompiler compiler, String architecture, String shape, String... definitions) {
    this.definitions = definitions;
    this.compiler = compiler;
    this.architecture = architecture;
    this.shape = shape;
  }

  /** Starts to compile programs that will be wanted, each in a thread of its own. */
  void begin(Collection<Program> programs) {
    programs.forEach(program -> compiled.computeIfAbsent(program, this::start));
  }

  /**
   * A program's kernels, when they are compiled.
   *
   * @throws CudaException if it does not compile
   */
  CompiledKernels get(Program program) {
    return await(compiled.computeIfAbsent(program, this::start));
  }

  private FutureTask<CompiledKernels> start(Program program) {
    var task =
        new FutureTask<>(() -> compiler.compile(program.source(shape), architecture, definitions));
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
