package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.home.Home;

/**
 * What the script that makes the bundle says when it cannot; {@link BundleRunTest} has the other.
 */
class BundleScriptTest {
  @TempDir Path temp;

  private record Ended(int exitCode, String output) {}

  private static Path tool(String name) {
    Optional<Path> found =
        Stream.of("/usr/bin", "/bin")
            .map(folder -> Path.of(folder, name))
            .filter(Files::isExecutable)
            .findFirst();
    assumeTrue(found.isPresent(), "no " + name);
    return found.orElseThrow();
  }

  private Ended run(String path, List<String> command) throws IOException, InterruptedException {
    var process = new ProcessBuilder(command).directory(temp.toFile()).redirectErrorStream(true);
    process.environment().put("PATH", path);
    Process started = process.start();
    String output =
        new String(started.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    return new Ended(started.waitFor(), output);
  }

  @Test
  void namesAllToolsThatAreMissing() throws IOException, InterruptedException {
    for (String needed : List.of("dirname", "readlink")) {
      Files.createSymbolicLink(temp.resolve(needed), tool(needed));
    }
    String script = Home.folder().resolve("tools/portable-bundle.sh").toString();
    Ended ended = run(temp.toString(), List.of(tool("sh").toString(), script, "--check"));
    assertThat(ended.output())
        .startsWith("stride: the bundle needs strip xz python3 tar: install them")
        .hasLineCount(1);
    assertThat(ended.exitCode()).isEqualTo(2);
  }
}
