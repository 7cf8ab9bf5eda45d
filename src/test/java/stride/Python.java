package stride;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the scripts of src/test/python, on the packages that {@code make fetch-readers} fetches. */
public final class Python {
  private static final Path HOME = Path.of(System.getProperty("stride.home"));
  private static final Path SCRIPTS = HOME.resolve("src/test/python");
  private static final Path PACKAGES = HOME.resolve("build/fetched/readers");
  private static final Path PEERS = HOME.resolve("build/peers/venv/bin/python");
  private static final long TIMEOUT_MINUTES = 10;

  private Python() {}

  /**
   * Runs a script; the test is skipped where the packages could not be fetched.
   *
   * @param folder for what it prints
   * @return its stdout
   */
  public static String run(Path folder, String script, Object... args)
      throws IOException, InterruptedException {
    assumeTrue(
        Files.exists(PACKAGES.resolve(".complete")),
        "the readers are not there: make fetch-readers says why");
    return run("python3", folder, script, args);
  }

  /** Runs a script with the PyTorch of {@code make peers}; the test is skipped where it is not. */
  public static String runWithTorch(Path folder, String script, Object... args)
      throws IOException, InterruptedException {
    assumeTrue(
        Files.exists(PACKAGES.resolve(".complete"))
            && Files.isExecutable(PEERS)
            && start(PEERS.toString(), folder, List.of("-c", "import torch")).waitFor() == 0,
        "no PyTorch: make peers ARGS='--only train' fetches it");
    return run(PEERS.toString(), folder, script, args);
  }

  private static String run(String python, Path folder, String script, Object... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve(script).toString()));
    for (Object arg : args) {
      command.add(arg.toString());
    }
    Process process = start(python, folder, command);
    try {
      assertThat(process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)).as("has ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String complaint = Files.readString(folder.resolve("stderr"));
    assertThat(process.exitValue()).as(script + ": " + complaint).isZero();
    return Files.readString(folder.resolve("stdout"));
  }

  /** With nothing of the user's own, and without leaving compiled code beside the scripts. */
  private static Process start(String python, Path folder, List<String> args) throws IOException {
    List<String> command = new ArrayList<>(List.of(python, "-sB"));
    command.addAll(args);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PYTHONPATH", PACKAGES.toString());
    return builder
        .redirectOutput(folder.resolve("stdout").toFile())
        .redirectError(folder.resolve("stderr").toFile())
        .start();
  }
}
