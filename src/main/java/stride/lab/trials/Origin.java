package stride.lab.trials;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import stride.lab.LabException;
import stride.lab.Machine;
import stride.train.TrainException;

/**
 * Which code a result is of, and which machine.
 *
 * @param commit full hash, or {@code unknown} outside of a git checkout
 * @param dirty whether tracked files differed from it
 * @param code digest of what runs: the classes, the C library, the JVM's flags. It tells trees
 *     apart that have changes of no commit, and builds that are older than their commit
 * @param machine a short name
 */
public record Origin(String commit, boolean dirty, String code, String machine) {
  private static final List<String> BESIDE_CLASSES =
      List.of("jvm.args", "build/native/libstride_mujoco.so");

  /**
   * That of results which this process makes.
   *
   * @param home root of the project
   * @param machine this one, with the commit
   * @return what is here now
   * @throws LabException if the code cannot be read
   */
  public static Origin here(Path home, Machine machine) {
    return new Origin(machine.commit(), machine.dirty(), digest(home), machine.slug());
  }

  /**
   * What makes results doubtful that are of here.
   *
   * @return a sentence without a full stop, or nothing
   */
  public Optional<String> doubt() {
    return dirty ? Optional.of("of no commit: tracked files differ from it") : Optional.empty();
  }

  /**
   * Makes sure that what runs is still the same: a build during a long comparison would change it.
   *
   * @param home root of the project
   * @throws LabException if it is not
   */
  void requireUnchanged(Path home) {
    if (!digest(home).equals(code)) {
      throw new LabException(
          "Stride was built anew meanwhile: what is finished is of the code before");
    }
  }

  private static String digest(Path home) {
    var digest = new Digest();
    try {
      addAll(digest, classes());
      for (String name : BESIDE_CLASSES) {
        if (Files.exists(home.resolve(name))) {
          addAll(digest, home.resolve(name));
        }
      }
    } catch (IOException e) {
      throw new LabException("cannot read the code that runs: " + TrainException.reason(e), e);
    }
    return digest.hex();
  }

  /** A folder of classes, or a library of them. */
  private static Path classes() {
    try {
      return Path.of(Origin.class.getProtectionDomain().getCodeSource().getLocation().toURI());
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
