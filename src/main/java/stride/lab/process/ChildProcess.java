package stride.lab.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import stride.files.FileException;
import stride.lab.LabException;

/** Runs a program to its end. If this process ends first, the program and its children end too. */
public final class ChildProcess {
  /**
   * The variable by which a program learns the id of the process that started it. A Stride that has
   * it ends with that process, even where no signal can be passed on: after {@code kill -9}.
   */
  public static final String PARENT_PID = "STRIDE_PARENT_PID";

  private ChildProcess() {}

  /**
   * Runs a program.
   *
   * @param folder it runs in
   * @param log takes what it prints
   * @param command program and arguments
   * @return its exit code
   */
  public static int run(Path folder, Path log, List<String> command) {
    return run(
        folder, new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()));
  }

  /**
   * Runs a program whose stdout is wanted by itself. A thread that is interrupted meanwhile asks it
   * to end.
   *
   * @param folder it runs in
   * @param out takes its stdout
   * @param log takes its stderr
   * @param command program and arguments
   * @return its exit code, 128 more than the signal's number if one ended it
   * @throws LabException if it cannot be run
   * @throws StoppedException if the thread is interrupted, or this process is ending
   */
  public static int run(Path folder, Path out, Path log, List<String> command) {
    return run(
        folder,
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(log.toFile()));
  }

  private static int run(Path folder, ProcessBuilder builder) {
    builder.directory(folder.toFile());
    // a make above this process would hand down its own flags
    Stream.of("MAKEFLAGS", "MFLAGS", "MAKELEVEL").forEach(builder.environment()::remove);
    builder.environment().put(PARENT_PID, Long.toString(ProcessHandle.current().pid()));
    Process process;
    try {
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException e) {
      throw new LabException(
          "cannot run " + builder.command().getFirst() + ": " + FileException.reason(e), e);
    }
    Thread hook = new Thread(() -> end(process), "stride-end-" + process.pid());
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      return process.waitFor();
    } catch (InterruptedException e) {
      end(process);
      Thread.currentThread().interrupt();
      throw new StoppedException("interrupted");
    } catch (IllegalStateException e) {
      end(process); // this process is ending already, and takes no more hooks
      throw new StoppedException("interrupted");
    } finally {
      remove(hook);
    }
  }

  private static void end(Process process) {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // it is at work
    }
  }

  /**
   * Why a program failed: the first line in which it speaks of an error, as what follows is mostly
   * of its consequences, or else the last line.
   *
   * @param log what it printed
   * @return one line
   */
  public static String reason(Path log) {
    List<String> lines;
    try {
      lines =
          new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
              .lines()
              .map(String::strip)
              .filter(line -> !line.isEmpty())
              .toList();
    } catch (IOException e) {
      return "it failed, and its log cannot be read";
    }
    return lines.stream()
        .filter(line -> line.matches("(?i).*(exception|error|fatal|stride):? .*"))
        .findFirst()
        .orElse(lines.isEmpty() ? "it failed without a word" : lines.getLast());
  }
}
