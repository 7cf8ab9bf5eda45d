package stride.train;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Stream;
import stride.ale.Ale;
import stride.env.Task;
import stride.env.Tasks;
import stride.files.Checksum;
import stride.files.FileException;
import stride.home.Home;
import stride.mujoco.Mujoco;
import stride.mujoco.MujocoException;

/**
 * A Stride that was built: where all that its results depend on lies. Files are read when asked
 * for, which takes some 60 ms.
 *
 * @param home root of the project
 * @param classes what it runs, a folder or an archive
 * @param libraries archives beside the classes
 * @param assets folder of the tasks' models
 */
public record Installation(Path home, Path classes, List<Path> libraries, Path assets) {
  private static final String MISSING = "missing";

  /** The one that this process is of. */
  public static Installation here() {
    Path classes;
    try {
      classes =
          Path.of(Installation.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new TrainException("cannot find the code that runs", e);
    }
    List<Path> libraries =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .map(Path::of)
            .filter(Files::isRegularFile)
            .filter(file -> !file.toAbsolutePath().equals(classes))
            .toList();
    return new Installation(Home.folder(), classes, libraries, Mujoco.assets());
  }

  /**
   * One that lies elsewhere, as its build leaves it.
   *
   * @param home root of the project
   * @return where it lies
   */
  public static Installation at(Path home) {
    Path lib = home.resolve("target/lib");
    List<Path> libraries = List.of();
    if (Files.isDirectory(lib)) {
      try (Stream<Path> files = Files.list(lib)) {
        libraries = files.toList();
      } catch (IOException e) {
        throw unreadable(e);
      }
    }
    return new Installation(home, home.resolve("target/classes"), libraries, Mujoco.assets(home));
  }

  /**
   * What computes a task's results.
   *
   * @param task that is trained
   * @return all parts
   * @throws TrainException if a file cannot be read
   */
  public Code code(Task task) {
    return program().and(physics(List.of(task)));
  }

  /**
   * The flags that every JVM of it gets.
   *
   * @return lines of jvm.args without blanks around them; none if there is no such file
   * @throws TrainException if it cannot be read
   */
  public List<String> jvmArgs() {
    Path file = home.resolve("jvm.args");
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().map(String::strip).distinct().toList()
          : List.of();
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /**
   * The part that computes every task's results.
   *
   * @return classes, libraries and JDK
   * @throws TrainException if a file cannot be read
   */
  public Code program() {
    SequencedMap<String, String> parts = new LinkedHashMap<>();
    try {
      parts.put("classes", ifThere(classes));
      parts.put("libraries", Checksum.ofAll(inOrder(libraries)));
      parts.put("jvm.args", ifThere(home.resolve("jvm.args")));
    } catch (IOException e) {
      throw unreadable(e);
    }
    parts.put(
        "jdk", System.getProperty("java.vendor") + " " + System.getProperty("java.vm.version"));
    return new Code(parts);
  }

  /**
   * What the physics of tasks is computed by and read from.
   *
   * @param tasks that are trained
   * @return native code and models; no parts for tasks written in Java
   * @throws TrainException if a file cannot be read
   */
  public Code physics(Collection<Task> tasks) {
    SequencedMap<String, String> parts = new LinkedHashMap<>();
    try {
      if (tasks.stream().anyMatch(Task::runsOnMujoco)) {
        parts.put("libmujoco.so", libmujoco());
        parts.put("libstride_mujoco.so", ifThere(Mujoco.shim(home)));
      }
      if (tasks.stream().anyMatch(Task::runsOnAle)) {
        // games are known by their checksums
        parts.put("libstride_ale.so", ifThere(Ale.library(home)));
      }
      for (Task task : tasks) {
        parts.putAll(models(task));
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return new Code(parts);
  }

  /**
   * What computes the results of the JMH suites, and of profiles.
   *
   * @return all parts
   * @throws TrainException if a file cannot be read
   */
  public Code codeOfBenchmarks() {
    Code code = program().and(physics(Tasks.ids().stream().map(Tasks::of).toList()));
    try {
      return code.and(Map.of("suites", ifThere(home.resolve("target/jmh-classes"))));
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  /** Class paths name the same archives in different orders. */
  private static List<Path> inOrder(List<Path> files) {
    return files.stream().sorted((a, b) -> name(a).compareTo(name(b))).toList();
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private String libmujoco() throws IOException {
    try {
      return Checksum.of(Mujoco.library(home));
    } catch (MujocoException e) {
      return MISSING; // whoever needs it says so
    }
  }

  private Map<String, String> models(Task task) throws IOException {
    Map<String, String> models = new LinkedHashMap<>();
    Path folder = assets.toAbsolutePath().normalize();
    for (Path file : task.files(folder)) {
      models.put(folder.relativize(file).toString(), Checksum.of(file));
    }
    return models;
  }

  private static String ifThere(Path file) throws IOException {
    return Files.exists(file) ? Checksum.of(file) : MISSING;
  }

  private static TrainException unreadable(IOException e) {
    return new TrainException("cannot read the code that runs: " + FileException.reason(e), e);
  }
}
