package stride.lab;

import java.io.PrintWriter;
import java.util.Collection;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * Shows a running suite as one line a benchmark: a dot for each warm-up iteration, a plus for each
 * that counts, then the score.
 */
final class BenchProgress implements OutputFormat {
  /** Explains the signs of a line. */
  static final String LEGEND =
      "a . for each warm-up iteration, a + for each measured one, then the score ± its 99.9 % error";

  private final PrintWriter out;
  private final boolean profiled;

  /**
   * Shows lines.
   *
   * @param out takes them
   * @param profiled whether to show what profilers say too
   */
  BenchProgress(PrintWriter out, boolean profiled) {
    this.out = out;
    this.profiled = profiled;
  }

  @Override
  public void startBenchmark(BenchmarkParams params) {
    out.printf("  %s ", name(params));
    out.flush();
  }

  static String name(BenchmarkParams params) {
    String full = params.getBenchmark();
    var name = new StringBuilder(full.substring(full.lastIndexOf('.') + 1));
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
      out.println(" " + score(result.getPrimaryResult()));
      if (profiled) {
        result.getSecondaryResults().forEach((name, its) -> profiler(name, its));
      }
    }
    out.flush();
  }

  private static String score(Result<?> result) {
    double error = result.getScoreError();
    String score = Figures.significant(result.getScore(), 4);
    return (Double.isNaN(error) ? score : score + " ± " + Figures.significant(error, 2))
        + " "
        + result.getScoreUnit();
  }

  private void profiler(String name, Result<?> result) {
    out.printf("    %s %s%n", name, score(result));
    result.extendedInfo().lines().forEach(line -> out.println("    " + line));
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
