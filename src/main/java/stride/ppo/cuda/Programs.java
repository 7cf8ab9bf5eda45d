package stride.ppo.cuda;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import stride.cuda.CudaException;
import stride.cuda.Device;
import stride.cuda.KernelCompiler;
import stride.cuda.KernelModule;

/**
 * The programs of one run on a device, each compiled when it is first wanted, several at once.
 *
 * <p>For the thread that drives the device, which owns what is loaded.
 */
final class Programs {
  /** A system property: kernels that stay on the device tell when they end each phase. */
  static final String TIMELINE = "stride.cuda.timeline";

  private final Device device;
  private final ProgramCompiler compiler;
  private final Map<Program, KernelModule> loaded = new EnumMap<>(Program.class);

  Programs(Device device, String shape) {
    this.device = device;
    String[] definitions =
        Boolean.getBoolean(TIMELINE) ? new String[] {"-DTIMELINE"} : new String[0];
    this.compiler =
        new ProgramCompiler(KernelCompiler.open(), device.architecture(), shape, definitions);
  }

  /** Starts to compile programs that will be wanted, each in a thread of its own. */
  void begin(Collection<Program> programs) {
    compiler.begin(programs);
  }

  /**
   * A program's kernels on the device.
   *
   * @throws CudaException if it does not compile
   */
  KernelModule module(Program program) {
    KernelModule module = loaded.get(program);
    if (module == null) {
      module = new KernelModule(device, compiler.get(program));
      loaded.put(program, module);
    }
    return module;
  }
}
