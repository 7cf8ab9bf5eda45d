package stride.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stride.cuda.Device;
import stride.cuda.KernelCompiler;
import stride.ppo.PpoOptions;
import stride.ppo.cuda.KernelsAhead;
import stride.train.RunSpec;

/** Compiles the kernels of a training ahead of it. */
@Command(
    name = "kernels",
    description = {
      "Compiles what a training with backend cuda needs, so that the training finds it in the"
          + " cache; shows what each kernel takes of a multiprocessor.",
      "Takes train's options: those that change sizes, coefficients or networks change the kernels."
          + " With --architecture it needs no GPU, but for the cache to be of use the NVRTC must be"
          + " the one of the training."
    },
    footer = {
      "",
      "Example: stride kernels Hopper-v5 --num-envs 64",
      "         stride kernels Hopper-v5 --preset cleanrl --architecture sm_90a"
    })
final class KernelsCommand implements Callable<Integer>, CommonOptions.Holder {
  @Mixin CommonOptions common;

  @Mixin RunOptions options;

  @Parameters(
      paramLabel = "TASK",
      completionCandidates = TaskNames.class,
      description = TaskNames.DESCRIPTION)
  String task;

  @Option(
      names = "--architecture",
      paramLabel = "NAME",
      description = "of the GPU, such as sm_80 or sm_90a (default: that of the GPU here)")
  String architecture;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    RunSpec<?> run = options.run(task, null, Map.of("backend", "cuda"));
    if (!(run.options() instanceof PpoOptions ppo)) {
      throw new IllegalArgumentException(
          "algo=%s has no kernels for a GPU, required: ppo".formatted(run.algorithm().name()));
    }
    Device.Limits limits;
    KernelCompiler compiler;
    if (architecture != null) {
      limits = Device.Limits.ofArchitecture(architecture);
      compiler = KernelCompiler.openWithoutDevice();
    } else {
      compiler = KernelCompiler.open();
      limits = Device.describe();
    }
    List<KernelsAhead.Compiled> programs =
        KernelsAhead.compile(compiler, limits, ppo.policy(run.task()), ppo.config(run.seed()));
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("compiler", compiler.toString());
    result.put("architecture", limits.architecture());
    result.put("cache", compiler.cacheFolder().toString());
    result.put("programs", programs);
    common.print(result, text(compiler, limits, programs));
    return 0;
  }

  private static String text(
      KernelCompiler compiler, Device.Limits limits, List<KernelsAhead.Compiled> programs) {
    var text = new StringBuilder();
    text.append(
        "%s for %s, cache %s%n".formatted(compiler, limits.architecture(), compiler.cacheFolder()));
    for (KernelsAhead.Compiled program : programs) {
      String how = program.cached() ? "cached" : "compiled in %.1f s".formatted(program.seconds());
      text.append("%-28s %s%n".formatted(program.program(), how));
      program
          .kernels()
          .forEach(
              (kernel, use) ->
                  text.append(
                      "  %-26s %3d registers, %5d bytes of static shared memory, %d bytes spilled%n"
                          .formatted(
                              kernel,
                              use.registers(),
                              use.sharedBytes(),
                              use.spillStoreBytes() + use.spillLoadBytes())));
    }
    return text.toString();
  }
}
