package stride.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import stride.files.FileException;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.lab.process.Checkout;
import stride.lab.process.ChildProcess;

/**
 * Runs forks by JMH's own command line, with the classes and the flags of the revision that is
 * measured. JMH lets its forks inherit the flags.
 */
final class JmhProcess {
  private final boolean quick;

  JmhProcess(boolean quick) {
    this.quick = quick;
  }

  /**
   * Runs a fork.
   *
   * @param checkout whose code
   * @param benchmark what
   * @return JMH's result
   */
  JsonNode run(Checkout checkout, BenchmarkCase benchmark) {
    Path scratch = null;
    try {
      scratch = Files.createTempDirectory("stride-fork-");
      Path json = scratch.resolve("result.json");
      Path log = scratch.resolve("log");
      int exit = ChildProcess.run(checkout.root(), log, command(checkout, benchmark, json));
      if (exit != 0 || !Files.exists(json)) {
        throw new LabException(
            "%s of %s: %s"
                .formatted(
                    benchmark.key(), checkout.revision().abbreviated(), ChildProcess.reason(log)));
      }
      return JsonText.read(json).path(0);
    } catch (IOException e) {
      throw new LabException("cannot keep a fork's result: " + FileException.reason(e), e);
    } finally {
      delete(scratch);
    }
  }

  private List<String> command(Checkout checkout, BenchmarkCase benchmark, Path json) {
    Path root = checkout.root();
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("@" + root.resolve("jvm.args"), "-Dstride.home=" + root));
    command.addAll(List.of("-cp", checkout.classPath(), "org.openjdk.jmh.Main"));
    command.add("^" + benchmark.name().replace(".", "\\.") + "$");
    command.addAll(List.of("-f", "1", "-foe", "true", "-prof", "gc"));
    command.addAll(List.of("-rf", "json", "-rff", json.toString()));
    if (quick) {
      String time = BenchmarkCase.QUICK_TIME.toString().replace(" ", "");
      command.addAll(List.of("-wi", "" + BenchmarkCase.QUICK_WARM_UPS, "-w", time));
      command.addAll(List.of("-i", "" + BenchmarkCase.QUICK_ITERATIONS, "-r", time));
    }
    benchmark.params().forEach((name, value) -> command.addAll(List.of("-p", name + "=" + value)));
    return command;
  }

  private static void delete(Path scratch) {
    if (scratch == null) {
      return;
    }
    try {
      Files.deleteIfExists(scratch.resolve("result.json"));
      Files.deleteIfExists(scratch.resolve("log"));
      Files.deleteIfExists(scratch);
    } catch (IOException e) {
      return; // a small folder among the temporary ones
    }
  }
}
