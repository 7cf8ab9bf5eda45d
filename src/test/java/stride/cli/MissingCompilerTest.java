package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.home.Home;

/** What does a checkout say whose C part is not compiled yet, where there is no compiler? */
class MissingCompilerTest {
  @TempDir Path temp;

  private Path project;

  /** The part of a checkout that builds, with all but the C part in its place. */
  @BeforeEach
  void checkOut() throws IOException {
    assumeTrue(
        Stream.of("/usr/bin/make", "/bin/make").map(Path::of).anyMatch(Files::isExecutable),
        "no make");
    project = Files.createDirectory(temp.resolve("project"));
    for (String folder : List.of("tools", "native/cuda", "target")) {
      Files.createDirectories(project.resolve(folder));
    }
    for (String file :
        List.of(
            "Makefile",
            "stride",
            "pom.xml",
            "tools/find-jdk.sh",
            "native/stride_mujoco.c",
            "native/requirements.txt")) {
      Files.copy(
          Home.folder().resolve(file),
          project.resolve(file),
          StandardCopyOption.COPY_ATTRIBUTES); // scripts stay executable
    }
    for (String library : List.of("mujoco", "gymnasium")) {
      Path folder = Files.createDirectories(project.resolve("build/fetched").resolve(library));
      Files.createFile(folder.resolve(".requirement"));
    }
    Files.createFile(project.resolve("target/.built"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "./stride profile Hopper-v5 --out results",
        "./stride bench --quick --out results",
        "make bench",
        "make profile"
      })
  void isOneLineThatNamesThePackage(String command) throws Exception {
    ProcessBuilder process = new ProcessBuilder(command.split(" ", -1)).directory(project.toFile());
    process.environment().keySet().removeAll(List.of("MAKEFLAGS", "MFLAGS", "MAKELEVEL"));
    process.environment().put("CC", "no-such-cc");
    process.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Outcome outcome = Outcome.of(process, temp);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err().lines().filter(line -> !line.startsWith("make: *** ")))
        .containsExactly(
            "stride: no C compiler 'no-such-cc': install one (package gcc) or name yours by CC=");
    assertThat(project.resolve("results")).doesNotExist();
    assertThat(project.resolve("build/native")).doesNotExist();
  }
}
