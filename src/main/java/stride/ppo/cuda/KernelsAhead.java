package stride.ppo.cuda;

import java.util.ArrayList;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import stride.cuda.CompiledKernels;
import stride.cuda.Device;
import stride.cuda.KernelCompiler;
import stride.cuda.KernelUsage;
import stride.learn.UpdateMode;
import stride.memory.Shape;
import stride.nn.PolicyLayout;
import stride.ppo.PpoConfig;

/** Compiles all kernels that a training may need, in advance and without a device. */
public final class KernelsAhead {
  private KernelsAhead() {}

  /**
   * A program of a training.
   *
   * @param program its main file
   * @param cached whether it had been compiled before
   * @param seconds that the compiler took, 0 if it was cached
   * @param kernels what each takes of a multiprocessor; empty where the compiler does not say
   */
  public record Compiled(
      String program, boolean cached, double seconds, SequencedMap<String, KernelUsage> kernels) {}

  /**
   * Compiles what is not yet in the compiler's cache, all programs at once. They come in order.
   *
   * @throws stride.cuda.CudaException with the compiler's log if one does not compile
   */
  public static List<Compiled> compile(
      KernelCompiler compiler, Device.Limits limits, PolicyLayout policy, PpoConfig config) {
    Shape rollout = Shape.of(config.rollout().numSteps(), config.rollout().numEnvs());
    ProgramPlan plan =
        ProgramPlan.of(limits, policy, rollout, config.gae(), config.update(), UpdateMode.AUTO);
    Set<Program> programs = plan.programs();
    if (config.rollout().policyOnDevice() && !plan.chunking().wide()) {
      programs.add(Program.POLICY);
    }
    var programCompiler = new ProgramCompiler(compiler, limits.architecture(), plan.shape());
    programCompiler.begin(programs);
    List<Compiled> all = new ArrayList<>();
    for (Program program : programs) {
      CompiledKernels made = programCompiler.get(program);
      all.add(new Compiled(program.toString(), made.cached(), made.seconds(), made.usage()));
    }
    return all;
  }
}
