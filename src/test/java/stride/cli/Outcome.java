package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;

/**
 * What a command line led to.
 *
 * @param exitCode 0 done, 1 failed, 2 bad usage
 * @param out all of stdout
 * @param err stderr but for what every JVM says about modules that incubate
 */
record Outcome(int exitCode, String out, String err) {
  private static final int TIMEOUT_MINUTES = 10; // a net against hanging

  /** Runs a command in this JVM. */
  static Outcome of(String... args) {
    return of(Stride.commandLine(), args);
  }

  /** Runs a command of a command line made for the purpose. */
  static Outcome of(CommandLine commandLine, String... args) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    int exitCode = commandLine.execute(args);
    return new Outcome(exitCode, out.toString(), err.toString());
  }

  /** Runs a process; what it prints goes through files in a folder that has none of that name. */
  static Outcome of(ProcessBuilder command, Path folder) throws IOException, InterruptedException {
    Path out = Files.createTempFile(folder, "stdout", "");
    Path err = Files.createTempFile(folder, "stderr", "");
    Process process = command.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
    try {
      process.getOutputStream().close();
      assertThat(process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)).as("has ended").isTrue();
    } finally {
      process.destroyForcibly();
    }
    String noise = "(?m)^WARNING: Using incubator modules: .*\\R";
    return new Outcome(
        process.exitValue(), Files.readString(out), Files.readString(err).replaceAll(noise, ""));
  }

  /** The one line of JSON that is all of stdout. */
  JsonNode json() throws JsonProcessingException {
    assertThat(exitCode).as(err).isZero();
    return jsonWhateverTheExitCode();
  }

  JsonNode jsonWhateverTheExitCode() throws JsonProcessingException {
    assertThat(out).as(err).hasLineCount(1).endsWith("\n");
    JsonNode json =
        new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(out);
    assertThat(json.isObject()).isTrue();
    return json;
  }

  /** Checks the form of every failure: one line that says why, perhaps one with advice. */
  String complaint(int expectedExitCode) {
    assertThat(exitCode).as(out + err).isEqualTo(expectedExitCode);
    assertThat(out).isEmpty();
    List<String> lines = err.lines().toList();
    assertThat(lines).hasSizeBetween(1, 2);
    assertThat(lines.getFirst()).startsWith("stride: ").hasSizeGreaterThan(20);
    assertThat(lines.subList(1, lines.size())).allMatch(line -> line.startsWith("try: "));
    assertNoTrace();
    return lines.getFirst();
  }

  /** Checks the form of a failure that came after some progress was shown: one line, the last. */
  String failure() {
    assertThat(exitCode).as(out + err).isOne();
    assertThat(out).isEmpty();
    List<String> lines = err.lines().toList();
    assertThat(lines).filteredOn(line -> line.startsWith("stride: ")).hasSize(1);
    assertThat(lines.getLast()).startsWith("stride: ").hasSizeGreaterThan(20);
    assertNoTrace();
    return lines.getLast();
  }

  void assertNoTrace() {
    assertThat(err).doesNotContain("\tat ", "Caused by", "Exception in thread");
  }
}
