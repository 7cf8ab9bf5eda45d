package stride.nn;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Runs a class of the tests in a JVM of its own, with other flags than ours. */
public final class ChildJvm {
  private static final String CLASS_PATH =
      location(Kernels.class) + ":" + location(Histogram.class) + ":"; // a stage clock has one

  private static final String ALL = System.getProperty("java.class.path");

  private static final long TIMEOUT_MINUTES = 10; // a net against hanging, however busy the machine

  private ChildJvm() {}

  /**
   * Runs a main class with the project's flags and our vector width, its threads waiting for the
   * compilers. What C2 makes of a method depends on all that ran before C2 got to it: this way that
   * is a matter of how often each method was called, and not of how busy the machine is.
   */
  public static Result runCompiled(Class<?> main, String... arguments) {
    List<String> flags = new ArrayList<>();
    flags.add("@" + Path.of(System.getProperty("stride.home", "")).toAbsolutePath() + "/jvm.args");
    flags.add("-Dstride.home=" + System.getProperty("stride.home", ""));
    flags.add("-Xbatch");
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("-XX:UseAVX"))
        .forEach(flags::add);
    return run(main, flags, arguments);
  }

  /** What a finished child left. */
  public record Result(int exitCode, String output) {}

  /**
   * The checksum that a program prints in a JVM whose threads wait for the compilers.
   *
   * @param main takes a number of threads and of rounds, and prints a line {@code checksum ...}
   */
  public static String checksum(Class<?> main, int threads, int rounds, String... flags) {
    List<String> all = new ArrayList<>(List.of(flags));
    all.add("--add-modules=jdk.incubator.vector");
    all.add("-Xbatch");
    Result result = run(main, all, Integer.toString(threads), Integer.toString(rounds));
    if (result.exitCode() != 0) {
      throw new AssertionError(result.output());
    }
    return result
        .output()
        .lines()
        .filter(line -> line.startsWith("checksum"))
        .findFirst()
        .orElseThrow();
  }

  /** Runs a main class with flags and arguments until it ends. */
  public static Result run(Class<?> main, List<String> flags, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", CLASS_PATH + location(main) + ":" + ALL, main.getName()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      CompletableFuture<String> output =
          CompletableFuture.supplyAsync(() -> all(process.getInputStream()));
      if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new IllegalStateException("still running: " + command + ": " + output.join());
      }
      return new Result(process.exitValue(), output.join());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String all(InputStream stream) {
    try {
      return new String(stream.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
