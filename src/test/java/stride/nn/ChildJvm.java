package stride.nn;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Runs a class of the tests in a JVM of its own, with other flags than ours. */
public final class ChildJvm {
  private static final String CLASS_PATH =
      location(Kernels.class) + ":" + location(Histogram.class) + ":"; // a stage clock has one

  private static final String ALL = System.getProperty("java.class.path");

  // code compiled badly stays so, and which way it goes is chance on a busy machine
  private static final int ATTEMPTS = 5;

  private ChildJvm() {}

  /**
   * Runs a main class with the project's flags, and our vector width, until one of a few JVMs ends
   * with exit code 0: what C2 makes of a method depends on when it gets to it, and on all that ran
   * before.
   *
   * @return the outputs of the JVMs that failed; null if one did not
   */
  public static String failures(Class<?> main, String... arguments) {
    List<String> flags = new ArrayList<>();
    flags.add("@" + Path.of(System.getProperty("stride.home", "")).toAbsolutePath() + "/jvm.args");
    flags.add("-Dstride.home=" + System.getProperty("stride.home", ""));
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-XX:UseAVX"))
        .forEach(flags::add);
    StringBuilder outputs = new StringBuilder();
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Result result = run(main, flags, arguments);
      if (result.exitCode() == 0) {
        return null;
      }
      outputs.append(result.output());
    }
    return outputs.toString();
  }

  /** What a finished child left. */
  public record Result(int exitCode, String output) {}

  /** Runs a main class with flags and arguments until it ends. */
  public static Result run(Class<?> main, List<String> flags, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", CLASS_PATH + location(main) + ":" + ALL, main.getName()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (!process.waitFor(1, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException("still running: " + command);
      }
      return new Result(process.exitValue(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String location(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
