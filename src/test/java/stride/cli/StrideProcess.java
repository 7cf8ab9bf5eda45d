package stride.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import stride.home.Home;

/** The command line in a JVM of its own, with the launcher's flags. */
public final class StrideProcess {
  private StrideProcess() {}

  public static List<String> command(List<String> flags, List<String> args) {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("@" + Home.folder().resolve("jvm.args"));
    command.addAll(flags);
    command.addAll(List.of("-cp", classPathWithoutSuites(), Stride.class.getName()));
    command.addAll(args);
    return command;
  }

  private static String classPathWithoutSuites() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entry -> !entry.contains("jmh-classes"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  static ProcessBuilder builder(List<String> command, Path workingFolder) {
    ProcessBuilder builder = new ProcessBuilder(command).directory(workingFolder.toFile());
    builder.environment().remove("JAVA_TOOL_OPTIONS"); // the JVM would say that it picked them up
    return builder;
  }

  /** Flags of a JVM that compiles little: what a test starts is over soon. */
  public static List<String> quickFlags() {
    return List.of("-Dstride.home=" + Home.folder(), "-XX:TieredStopAtLevel=1");
  }

  /** Starts a command that prints to files. */
  static Process start(List<String> args, Path workingFolder, Path out, Path err)
      throws IOException {
    return builder(command(quickFlags(), args), workingFolder)
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
  }
}
