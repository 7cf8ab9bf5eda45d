package stride.lab.trials;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import stride.files.FileException;
import stride.lab.Checkout;
import stride.lab.LabException;
import stride.lab.Machine;

/**
 * A Stride that was built: what trains, and what its results are of.
 *
 * @param home root of the project
 * @param classes what it runs, a folder or an archive
 * @param stride what begins every command line of it: a program and its first arguments
 * @param origin of its results
 */
public record Build(Path home, Path classes, List<String> stride, Origin origin) {
  private static final List<String> BESIDE_CLASSES =
      List.of("jvm.args", "build/native/libstride_mujoco.so");

  /**
   * The one that this process is of.
   *
   * @param home root of the project
   * @param stride what begins a command line of it
   * @param machine this one, with the commit
   * @return what is here now
   * @throws LabException if the code cannot be read
   */
  public static Build here(Path home, List<String> stride, Machine machine) {
    return of(home, ownClasses(), stride, machine);
  }

  /**
   * That of another revision, by its own launcher.
   *
   * @param checkout where it was built
   * @param machine this one, with that revision's commit
   * @return what is there now
   * @throws LabException if the code cannot be read
   */
  public static Build of(Checkout checkout, Machine machine) {
    Path home = checkout.root();
    return of(home, home.resolve("target/classes"), List.of(home.resolve("stride") + ""), machine);
  }

  private static Build of(Path home, Path classes, List<String> stride, Machine machine) {
    return new Build(
        home,
        classes,
        stride,
        new Origin(machine.commit(), machine.dirty(), digest(home, classes), machine.slug()));
  }

  /**
   * Makes sure that what runs is still the same: a build during a long comparison would change it.
   *
   * @throws LabException if it is not
   */
  void requireUnchanged() {
    if (!digest(home, classes).equals(origin.code())) {
      throw new LabException(
          "Stride was built anew meanwhile: what is finished is of the code before");
    }
  }

  private static String digest(Path home, Path classes) {
    var digest = new Digest();
    try {
      addAll(digest, classes);
      for (String name : BESIDE_CLASSES) {
        if (Files.exists(home.resolve(name))) {
          addAll(digest, home.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new LabException("cannot read the code that runs: " + FileException.reason(e), e);
    }
    return digest.hex();
  }

  private static Path ownClasses() {
    try {
      return Path.of(Build.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new LabException("cannot find the code that runs", e);
    }
  }

  private static void addAll(Digest digest, Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        digest.add(root.relativize(file).toString()).add(Files.readAllBytes(file));
      }
    }
  }
}
