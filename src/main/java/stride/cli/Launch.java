package stride.cli;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import stride.cuda.CudaInfo;
import stride.env.Tasks;
import stride.home.Home;
import stride.lab.process.Build;
import stride.results.Machine;
import stride.train.Code;
import stride.train.Installation;

/** How this Stride is launched once more, in a process of its own. */
final class Launch {
  private Launch() {}

  /** What trains a task, where nothing else is said: this Stride. */
  static Build build(CommandSpec command, String task, Machine machine) {
    List<String> words = words(command.root().userObject().getClass());
    Installation here = Installation.here();
    Code more = Code.NONE.and(CudaInfo.code()).and(Build.flags(here, words.stream()));
    return Build.of(here, Tasks.of(task), words, more, machine);
  }

  /** What begins a command line, with the flags of this process. */
  private static List<String> words(Class<?> main) {
    List<String> words = new ArrayList<>();
    words.add(System.getProperty("java.home") + "/bin/java");
    words.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    words.addAll(
        List.of("-Dstride.home=" + Home.folder(), "-cp", System.getProperty("java.class.path")));
    words.add(main.getName());
    return words;
  }
}
