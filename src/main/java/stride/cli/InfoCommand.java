package stride.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import stride.ale.Ale;
import stride.algo.Algorithms;
import stride.cuda.CudaInfo;
import stride.env.Tasks;
import stride.home.Home;
import stride.mujoco.Mujoco;
import stride.nn.Backend;
import stride.results.Machine;
import stride.results.Revision;

/** Says what Stride runs on. */
@Command(
    name = "info",
    description = "Shows machine, JDK, MuJoCo, ALE, tasks, algorithms and compute backends.",
    footer = {"", "Example: stride info --json"})
final class InfoCommand implements Callable<Integer>, CommonOptions.Holder {
  @Mixin CommonOptions common;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    Revision revision = Revision.of(Home.folder());
    Machine machine = ThisMachine.at(revision);
    Map<String, String> backends = new LinkedHashMap<>();
    for (Backend backend : Backend.values()) {
      backends.put(backend.toString(), backend.missing().orElse("available"));
    }
    Map<String, Object> cuda = CudaInfo.facts();
    Map<String, Object> info = new LinkedHashMap<>();
    info.put("cpu", machine.cpu());
    info.put("cpu_vendor", machine.cpuVendor());
    info.put("cpu_family", machine.cpuFamily());
    info.put("cpu_model", machine.cpuModel());
    info.put("cpu_stepping", machine.cpuStepping());
    info.put("cores", machine.cores());
    info.put("memory_bytes", machine.memoryBytes());
    info.put("vector_bits", machine.vectorBits());
    info.put("os", machine.os());
    info.put("jdk", machine.jdk());
    info.put("mujoco_version", machine.mujoco());
    info.put("mujoco_library", Mujoco.library().toString());
    info.put("ale", Ale.missing().orElseGet(Ale::version));
    info.put("backends", backends);
    info.put("cuda", cuda);
    info.put("backend", Backend.CPU.toString());
    info.put("tasks", Tasks.ids());
    info.put("algorithms", Algorithms.names());
    info.put("commit", machine.commit() + (machine.dirty() ? " and changes" : ""));
    var text = new StringBuilder();
    Map<String, Object> lines = new LinkedHashMap<>(info);
    lines.put("cuda", CudaInfo.line(cuda));
    if (revision.why() != null) {
      lines.put("commit", machine.commit() + ": " + revision.why());
    }
    lines.forEach((key, value) -> text.append("%-16s %s%n".formatted(key, value)));
    common.print(info, text.toString());
    return 0;
  }
}
