package stride.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import stride.cuda.CudaInfo;
import stride.env.Tasks;
import stride.files.JsonText;
import stride.home.Home;
import stride.lab.process.Build;
import stride.mujoco.Mujoco;
import stride.mujoco.MujocoException;
import stride.results.Machine;
import stride.results.Revision;
import stride.train.Code;
import stride.train.Installation;

/** What several commands ask of their options and of the place they run in. */
final class Options {
  /** The range of a time in seconds, for help and check alike. */
  static final String SECONDS = "in (0, 3600]";

  /** That of a time that may be none. */
  static final String WARM_UP = "in [0, 3600]";

  private Options() {}

  /** Throws, naming the option and its range, unless all values are in it. */
  static <T> void require(String option, List<T> values, Predicate<T> holds, String range) {
    for (T value : values) {
      if (!holds.test(value)) {
        throw new IllegalArgumentException(option + "=" + value + ", required: " + range);
      }
    }
  }

  /** Throws, naming the option and its range, unless there are values and all are in it. */
  static void requireEach(String option, List<Integer> values, int least, int most) {
    String range = "one or more, each in [" + least + ", " + most + "]";
    if (values.isEmpty()) {
      throw new IllegalArgumentException(option + " is empty, required: " + range);
    }
    require(option, values, value -> value >= least && value <= most, range);
  }

  /** The given numbers of threads; by default one, and all cores. */
  static List<Integer> threads(List<Integer> given) {
    return given != null ? given : Stream.of(1, ThreadLimit.cores()).distinct().toList();
  }

  /** Root of the project: where it was built, where results go. */
  static Path home() {
    return Home.folder();
  }

  /** What begins a command line of Stride in a process of its own, with the flags of this one. */
  private static List<String> stride() {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(
        List.of("-Dstride.home=" + home(), "-cp", System.getProperty("java.class.path")));
    command.add(Stride.class.getName());
    return command;
  }

  /** What trains a task, where nothing else is said: this Stride. */
  static Build build(String task, Machine machine) {
    List<String> command = stride();
    Installation here = Installation.here();
    Code more = Code.NONE.and(CudaInfo.code()).and(Build.flags(here, command.stream()));
    return Build.of(here, Tasks.of(task), command, more, machine);
  }

  /** This machine and this code, for a results folder; says why if the commit is not known. */
  static Machine measuring(PrintWriter err) {
    return measuring(machine(err), Installation.here());
  }

  /** A machine with what is measured on it. */
  static Machine measuring(Machine machine, Installation installation) {
    return machine.with(
        installation
            .codeOfBenchmarks()
            .and(CudaInfo.code())
            .and(Build.flags(installation, machine.jvmFlags().stream()))
            .parts());
  }

  /** What a file says, and where it lies. */
  static ObjectNode withPath(Object found, Path path) {
    ObjectNode json = (ObjectNode) JsonText.tree(found);
    return json.put("path", path.toString());
  }

  /** Where results go if nothing else is said. */
  static Path results() {
    return home().resolve("bench-results");
  }

  /** A path as a user in this folder would type it. */
  static String typed(Path path) {
    Path here = Path.of("").toAbsolutePath();
    Path absolute = path.toAbsolutePath().normalize();
    return (absolute.startsWith(here) ? here.relativize(absolute) : absolute).toString();
  }

  /** A command of Stride as a user in this folder would type it. */
  static String typed(String arguments) {
    String launcher = typed(home().resolve("stride"));
    return (launcher.equals("stride") ? "./stride" : launcher) + " " + arguments;
  }

  /** This machine, at work on this project; says why if the commit is not known. */
  static Machine machine(PrintWriter err) {
    Revision revision = Revision.of(home());
    if (revision.why() != null) {
      err.println("warning: the commit is not known: " + revision.why());
      err.flush();
    }
    return machine(revision);
  }

  /** This machine, at work on another revision. */
  static Machine machine(Revision revision) {
    return Machine.here(revision, Mujoco.version(), CudaInfo.gpu().orElse(null));
  }

  /** Shows what MuJoCo warned of. */
  static void printWarnings(PrintWriter err) {
    Set<String> different = new LinkedHashSet<>(); // every shard loads its model, and says the same
    try {
      Mujoco.takeWarnings(text -> different.add(text.strip()));
    } catch (MujocoException e) {
      // it cannot be loaded, so it was not asked anything: tasks written in Java do without
    }
    different.forEach(text -> err.println("mujoco: " + text));
    err.flush();
  }
}
