package stride.lab.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stride.env.Task;
import stride.lab.LabException;
import stride.results.Machine;
import stride.train.Code;
import stride.train.Installation;
import stride.train.TrainException;

/**
 * A Stride that was built: what trains a task, and what its results are of.
 *
 * @param installation where it lies
 * @param task that it trains
 * @param stride what begins every command line of it: a program and its first arguments
 * @param more parts of what computes that do not lie there, such as flags and a GPU's libraries
 * @param origin of its results
 */
public record Build(
    Installation installation, Task task, List<String> stride, Code more, Origin origin) {
  private static final String LAUNCHERS_FLAGS = "STRIDE_JVM_ARGS";

  /**
   * One of an installation.
   *
   * @param installation where it lies
   * @param task that it trains
   * @param stride what begins a command line of it
   * @param more parts of what computes that do not lie there
   * @param machine this one, with the commit of what is installed
   * @return what is there now
   * @throws TrainException if the code cannot be read
   */
  public static Build of(
      Installation installation, Task task, List<String> stride, Code more, Machine machine) {
    Origin origin = Origin.of(machine, installation.code(task).and(more));
    return new Build(installation, task, stride, more, origin);
  }

  /**
   * That of another revision, by its own launcher.
   *
   * @param checkout where it was built
   * @param task that it trains
   * @param more parts of what computes that do not lie there, but for flags
   * @param machine this one, with that revision's commit
   * @return what is there now
   * @throws TrainException if the code cannot be read
   */
  public static Build of(Checkout checkout, Task task, Code more, Machine machine) {
    Path home = checkout.root();
    List<String> launcher = List.of(home.resolve("stride").toString());
    String inherited = System.getenv().getOrDefault(LAUNCHERS_FLAGS, "");
    Installation there = Installation.at(home);
    Code all = more.and(flags(there, Stream.of(inherited.split(" +"))));
    return of(there, task, launcher, all, machine);
  }

  /**
   * Makes sure that what runs is still the same: a build during a long comparison would change it.
   *
   * @throws LabException if it is not
   */
  public void requireUnchanged() {
    List<String> changes = origin.parts().differences(installation.code(task).and(more));
    if (!changes.isEmpty()) {
      throw new LabException(
          "Stride was built anew meanwhile (%s): what is finished is of the code before"
              .formatted(String.join(", ", changes)));
    }
  }

  /**
   * Flags that a user gave the JVM, which may change how fast code is.
   *
   * @param installation whose jvm.args are a part of their own, and left out
   * @param command line, or flags alone; those that name places are left out, and the one that the
   *     launcher sets by the number of cores
   * @return one part
   */
  public static Code flags(Installation installation, Stream<String> command) {
    Set<String> usual = Set.copyOf(installation.jvmArgs());
    return Code.NONE.with(
        "flags",
        command
            .filter(flag -> flag.matches("(-X|-D|--)[^/]*") && !usual.contains(flag))
            .filter(flag -> !flag.startsWith("-XX:CICompilerCount="))
            .collect(Collectors.joining("\n")));
  }
}
