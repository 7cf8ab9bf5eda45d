package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A training in a process of its own, that prints to files beside its folder. */
final class TrainingProcess {
  private static final int SOME_LINES = 10_000; // bytes of metrics

  private final Path run;
  private final Process process;

  private TrainingProcess(Path run, Process process) {
    this.run = run;
    this.process = process;
  }

  /** Starts one, and waits until it is at work. */
  static TrainingProcess start(Path run, List<String> args)
      throws IOException, InterruptedException {
    List<String> command = StrideProcess.command(StrideProcess.quickFlags(), args);
    return start(run, StrideProcess.builder(command, run.getParent()));
  }

  /** The same, whatever is started. */
  static TrainingProcess start(Path run, ProcessBuilder command)
      throws IOException, InterruptedException {
    Process process =
        command.redirectOutput(out(run).toFile()).redirectError(err(run).toFile()).start();
    var training = new TrainingProcess(run, process);
    training.awaitMetrics();
    return training;
  }

  private void awaitMetrics() throws IOException, InterruptedException {
    Path metrics = run.resolve("metrics.jsonl");
    while (!Files.exists(metrics) || Files.size(metrics) < SOME_LINES) {
      assertThat(process.isAlive()).as(Files.readString(err(run))).isTrue();
      Thread.sleep(2);
    }
  }

  private static Path out(Path run) {
    return Path.of(run + ".out");
  }

  private static Path err(Path run) {
    return Path.of(run + ".err");
  }

  /** All that it has printed so far. */
  String printed() throws IOException {
    return Files.readString(out(run));
  }

  Process process() {
    return process;
  }

  long pid() {
    return process.pid();
  }

  /** Sends a signal, such as {@code -STOP}. */
  void signal(String signal) throws IOException, InterruptedException {
    String pid = Long.toString(pid());
    assertThat(new ProcessBuilder("kill", signal, pid).start().waitFor()).isZero();
  }

  /** What it has come to, once it has ended. */
  Outcome outcome() throws IOException, InterruptedException {
    assertThat(process.waitFor(10, TimeUnit.MINUTES)).as("has ended").isTrue();
    return new Outcome(process.exitValue(), Files.readString(out(run)), Files.readString(err(run)));
  }

  /** By SIGKILL; nothing if it has ended. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
