package stride.lab;

import java.io.PrintWriter;
import java.util.Collection;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * Shows a running suite as one line a benchmark: a dot for each warm-up iteration, a plus for each
 * that counts, then the score.
 */
final class BenchProgress implements OutputFormat {
  private final PrintWriter out;

  BenchProgress(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void startBenchmark(BenchmarkParams params) {
    out.printf("  %s ", name(params));
    out.flush();
  }

  static String name(BenchmarkParams params) {
    String full = params.getBenchmark();
    var name =
        new StringBuilder(full.substring(full.lastIndexOf('.', full.lastIndexOf('.') - 1) + 1));
    for (String key : params.getParamsKeys()) {
      name.append(' ').append(key).append('=').append(params.getParam(key));
    }
    return name.toString();
  }

  @Override
  public void iteration(BenchmarkParams params, IterationParams iteration, int number) {}

  @Override
  public void iterationResult(
      BenchmarkParams params, IterationParams iteration, int number, IterationResult data) {
    out.print(iteration.getType() == IterationType.WARMUP ? '.' : '+');
    out.flush();
  }

  @Override
  public void endBenchmark(BenchmarkResult result) {
    if (result == null) {
      out.println(" failed");
    } else {
      var score = result.getPrimaryResult();
      out.printf(" %.4g %s%n", score.getScore(), score.getScoreUnit());
    }
    out.flush();
  }

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> results) {}

  /** What a fork printed: only failures, since benchmarks print nothing of their own. */
  @Override
  public void println(String text) {
    if (text.contains("xception") || text.contains("rror") || text.contains("at ")) {
      out.println(text);
      out.flush();
    }
  }

  @Override
  public void print(String text) {}

  @Override
  public void verbosePrintln(String text) {}

  @Override
  public void write(int b) {}

  @Override
  public void write(byte[] bytes) {}

  @Override
  public void flush() {
    out.flush();
  }

  @Override
  public void close() {
    out.flush();
  }
}
