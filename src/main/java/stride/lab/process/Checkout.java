package stride.lab.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import stride.lab.LabException;
import stride.results.Revision;

/**
 * A built revision of the project.
 *
 * @param root where it lies
 * @param revision of it
 */
public record Checkout(Path root, Revision revision) {
  /** Its own classes, as the launcher puts them together. */
  public String classPath() {
    return String.join(
        File.pathSeparator,
        List.of(
            root.resolve("target/classes").toString(),
            suiteClasses().toString(),
            root.resolve("target/lib") + "/*"));
  }

  /** Where its compiled JMH suites are. */
  public Path suiteClasses() {
    return root.resolve("target/jmh-classes");
  }

  /**
   * Makes sure that what would be measured is what the sources say.
   *
   * @throws LabException if a source has changed since the build
   */
  public void requireFresh() {
    try {
      FileTime built = Files.getLastModifiedTime(root.resolve("target/.built"));
      for (String sources : List.of("pom.xml", "src/main", "src/jmh", "native/cuda")) {
        try (Stream<Path> files = Files.walk(root.resolve(sources))) {
          for (Path file : (Iterable<Path>) files::iterator) {
            if (Files.getLastModifiedTime(file).compareTo(built) > 0) {
              throw new LabException(
                  root.relativize(file) + " has changed since the build: run `make build`");
            }
          }
        }
      }
    } catch (IOException e) {
      throw new LabException(root + " is not built: run `make build`", e);
    }
  }
}
