package stride;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The JVM passes over a compiler directive for a method that is not there: a renamed kernel would
 * be slow in silence.
 */
class CompilerDirectivesTest {
  private static final String DONT_INLINE = "-XX:CompileCommand=dontinline,";

  static List<String> directives() throws IOException {
    return Files.readAllLines(Path.of("jvm.args")).stream()
        .filter(line -> line.startsWith(DONT_INLINE))
        .map(line -> line.substring(DONT_INLINE.length()))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("directives")
  void namesMethodsThatExist(String directive) throws ClassNotFoundException {
    String[] parts = directive.split("::", 2);
    Class<?> kernels = Class.forName(parts[0]);
    String pattern = parts[1].replace("*", ".*");
    assertThat(Arrays.stream(kernels.getDeclaredMethods()).map(Method::getName))
        .as(directive)
        .anyMatch(name -> name.matches(pattern));
  }

  /** A tile that is inlined into its caller is past what C2 keeps in registers. */
  @Test
  void coverEveryTile() throws IOException {
    List<String> tiles = tiles();
    assertThat(tiles).contains("stride.nn.cpu.Linear::tile2x4");
    List<String> patterns = directives().stream().map(line -> line.replace("*", ".*")).toList();
    assertThat(tiles).allMatch(tile -> patterns.stream().anyMatch(tile::matches));
  }

  private static List<String> tiles() {
    return new ClassFileImporter()
        .importPackages("stride").stream()
            .filter(kernels -> kernels.getPackageName().endsWith(".cpu"))
            .flatMap(kernels -> kernels.getMethods().stream())
            .filter(method -> method.getName().startsWith("tile"))
            .map(method -> method.getOwner().getName() + "::" + method.getName())
            .toList();
  }

  @Test
  void coverKernelsOfNetworksAndOfAlgorithms() throws IOException {
    assertThat(directives())
        .anyMatch(line -> line.startsWith("stride.nn.cpu."))
        .anyMatch(line -> line.startsWith("stride.ppo.cpu."))
        .anyMatch(line -> line.startsWith("stride.dqn.cpu."))
        .anyMatch(line -> line.startsWith("stride.sac.cpu."));
  }
}
