package stride.lab.profile;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stride.files.FileException;
import stride.lab.LabException;
import stride.lab.process.ChildProcess;

/** async-profiler by its own program, {@code asprof}, attached to this very process. */
final class AsyncProfiler {
  private static final String HOME = "ASYNC_PROFILER_HOME";

  // without the kernel's leave to count cycles there are still its timers
  private static final List<String> EVENTS = List.of("cpu", "itimer");

  /** What the program had to say against it. */
  static final class Failure extends Exception {
    private static final long serialVersionUID = 1;

    Failure(String message, Throwable cause) {
      super(message, cause);
    }
  }

  private final Path program;

  private AsyncProfiler(Path program) {
    this.program = program;
  }

  /** Looks in the folder that the environment names for it, then along its PATH. */
  static Optional<AsyncProfiler> find(Map<String, String> environment) {
    String home = environment.getOrDefault(HOME, "");
    if (!home.isEmpty() && isProgram(ofHome(home))) {
      return Optional.of(new AsyncProfiler(ofHome(home)));
    }
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      Path place = Path.of(folder).resolve("asprof").toAbsolutePath();
      if (!folder.isEmpty() && isProgram(place)) {
        return Optional.of(new AsyncProfiler(place));
      }
    }
    return Optional.empty();
  }

  /** Why nothing was found. */
  static String missing(Map<String, String> environment) {
    String home = environment.getOrDefault(HOME, "");
    return "no asprof on PATH, and "
        + (home.isEmpty() ? HOME + " is not set" : "no program " + ofHome(home));
  }

  private static Path ofHome(String home) {
    return Path.of(home).resolve("bin").resolve("asprof").toAbsolutePath();
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  Path program() {
    return program;
  }

  /**
   * Samples this process while work is done.
   *
   * @return a page of HTML
   * @throws Failure if the program fails; the work may not have been done then
   */
  byte[] record(Runnable work) throws Failure {
    // of a name that means nothing to the agent, which takes commas and percent signs for its own
    Path scratch = scratch();
    try {
      start(scratch);
      try {
        work.run();
      } catch (RuntimeException | Error e) {
        stop(scratch, e);
        throw e;
      }
      return page(scratch);
    } finally {
      delete(scratch);
    }
  }

  /** Ends what nobody will look at: it is the work's own failure that is told. */
  private void stop(Path scratch, Throwable failure) {
    try {
      asprof(scratch, "stop");
    } catch (Failure e) {
      failure.addSuppressed(e);
    }
  }

  private void start(Path scratch) throws Failure {
    for (String event : EVENTS) {
      if (asprof(scratch, "start", "-e", event) == 0) {
        return;
      }
    }
    throw failure(scratch);
  }

  private byte[] page(Path scratch) throws Failure {
    Path page = scratch.resolve("flame.html");
    if (asprof(scratch, "stop", "-o", "flamegraph", "-f", page.toString()) != 0) {
      throw failure(scratch);
    }
    try {
      return Files.readAllBytes(page);
    } catch (IOException e) {
      throw new Failure(program + " wrote no flame graph", e);
    }
  }

  private int asprof(Path scratch, String... arguments) throws Failure {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    command.add(Long.toString(ProcessHandle.current().pid()));
    try {
      return ChildProcess.run(scratch, log(scratch), command);
    } catch (LabException e) {
      throw new Failure(e.getMessage(), e);
    }
  }

  private Failure failure(Path scratch) {
    return new Failure(program + ": " + ChildProcess.reason(log(scratch)), null);
  }

  private static Path log(Path scratch) {
    return scratch.resolve("asprof.log");
  }

  private static Path scratch() throws Failure {
    try {
      return Files.createTempDirectory("stride-flame-");
    } catch (IOException e) {
      throw new Failure("no room for what asprof writes: " + FileException.reason(e), e);
    }
  }

  private static void delete(Path scratch) {
    try {
      for (String name : List.of("flame.html", "asprof.log")) {
        Files.deleteIfExists(scratch.resolve(name));
      }
      Files.delete(scratch);
    } catch (IOException e) {
      throw FileException.cannot("remove", scratch, e);
    }
  }
}
