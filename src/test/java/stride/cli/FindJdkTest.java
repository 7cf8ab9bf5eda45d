package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.home.Home;

/** Which JDK does tools/find-jdk.sh take, and what does it say where none is new enough? */
class FindJdkTest {
  private static final Path SHELL = Path.of("/bin/sh");
  private static final Path SCRIPT = Home.folder().resolve("tools/find-jdk.sh");

  private static final String TOOLS = "/usr/bin:/bin";

  @TempDir Path temp;

  @BeforeEach
  void requireShell() {
    assumeTrue(Files.isExecutable(SHELL), "no " + SHELL);
  }

  private static Path executable(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  /** A JDK that is nothing but its release file. */
  private Path jdk(String version) throws IOException {
    Path home = temp.resolve("jdk-" + version);
    executable(home.resolve("bin/java"), "#!/bin/sh\nexit 1\n");
    executable(home.resolve("bin/javac"), "#!/bin/sh\nexit 1\n");
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    return home;
  }

  private Outcome findJdk(Path javaHome, String path) throws IOException, InterruptedException {
    ProcessBuilder command = new ProcessBuilder(SHELL.toString(), SCRIPT.toString());
    command.environment().clear();
    command.environment().put("JAVA_HOME", javaHome.toString());
    command.environment().put("PATH", path);
    command.environment().put("HOME", temp.toString());
    return Outcome.of(command, temp);
  }

  @Test
  void takesTheJdkOfTheseTests() throws Exception {
    Path here = Path.of(System.getProperty("java.home"));
    Outcome outcome = findJdk(here, TOOLS);
    assertThat(outcome).isEqualTo(new Outcome(0, here + "\n", ""));
  }

  @Test
  void takesAnyNewerOne() throws Exception {
    for (String version : List.of("25", "25.0.3", "26-ea", "100.1")) {
      Path jdk = jdk(version);
      assertThat(findJdk(jdk, TOOLS)).isEqualTo(new Outcome(0, jdk + "\n", ""));
    }
  }

  @Test
  void passesByOneThatIsTooOld() throws Exception {
    Path newer = jdk("25.0.1");
    String path = newer.resolve("bin") + ":" + TOOLS;
    for (String version : List.of("17.0.9", "1.8.0_392", "24.0.2")) {
      assertThat(findJdk(jdk(version), path)).isEqualTo(new Outcome(0, newer + "\n", ""));
    }
  }

  @Test
  void passesByARuntimeWithoutACompiler() throws Exception {
    Path newer = jdk("25.0.1");
    Path runtime = jdk("25.0.2");
    Files.delete(runtime.resolve("bin/javac"));
    String path = newer.resolve("bin") + ":" + TOOLS;
    assertThat(findJdk(runtime, path).out()).isEqualTo(newer + "\n");
  }

  /**
   * The machine's own JDKs cannot be hidden from the script, but the sed that reads their versions
   * can be replaced by one that finds 17 everywhere.
   */
  @Test
  void namesWhatItFoundWhereNoneIsNewEnough() throws Exception {
    Path tools = temp.resolve("tools");
    executable(tools.resolve("sed"), "#!/bin/sh\necho 17.0.9\n");
    for (String tool : List.of("readlink", "dirname")) {
      executable(tools.resolve(tool), "#!/bin/sh\nPATH=" + TOOLS + " exec " + tool + " \"$@\"\n");
    }
    Path old = jdk("17.0.9");
    String complaint = findJdk(old, tools.toString()).complaint(2);
    assertThat(complaint)
        .startsWith("stride: no JDK 25 or newer among JAVA_HOME, ")
        .contains(old.toRealPath() + " (17)", "; install one, such as ", " or set JAVA_HOME");
    // the launcher ends the same way
    ProcessBuilder launcher =
        new ProcessBuilder(SHELL.toString(), Home.folder().resolve("stride").toString(), "info");
    launcher.environment().clear();
    launcher.environment().put("JAVA_HOME", old.toString());
    launcher.environment().put("PATH", tools.toString());
    launcher.environment().put("HOME", temp.toString());
    assertThat(Outcome.of(launcher, temp).complaint(2)).isEqualTo(complaint);
  }
}
