package stride.lab.bench;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.IterationType;
import org.openjdk.jmh.runner.format.OutputFormat;
import stride.results.Figures;
import stride.results.JmhResult;

/**
 * Shows a running suite as one line a benchmark: a dot for each warm-up iteration, a plus for each
 * that counts, then the score. Knows which benchmarks failed, of which JMH says no more than that
 * their results are missing, or are fewer than they should be.
 */
final class BenchProgress implements OutputFormat {
  /** Explains the signs of a line. */
  static final String LEGEND =
      "a . for each warm-up iteration, a + for each measured one, then the score ± its 99.9 % error";

  private final PrintWriter out;
  private final boolean profiled;
  private final Consumer<List<RunResult>> finishedOne;
  private final List<RunResult> finished = new ArrayList<>();
  private final Set<String> failures = new LinkedHashSet<>();
  private BenchmarkParams running; // null between benchmarks

  /**
   * Shows lines.
   *
   * @param out takes them
   * @param profiled whether to show what profilers say too
   * @param finishedOne takes all results there are whenever there is one more; those of several
   *     forks are joined in them
   */
  BenchProgress(PrintWriter out, boolean profiled, Consumer<List<RunResult>> finishedOne) {
    this.out = out;
    this.profiled = profiled;
    this.finishedOne = finishedOne;
  }

  /** Benchmarks that failed, or whose numbers are not those of the reference, in order. */
  List<String> failures() {
    return List.copyOf(failures);
  }

  /** Whether no iteration is missing. */
  static boolean isWhole(RunResult result) {
    BenchmarkParams params = result.getParams();
    long wanted = (long) Math.max(1, params.getForks()) * params.getMeasurement().getCount();
    return wanted
        == result.getBenchmarkResults().stream()
            .mapToLong(fork -> fork.getIterationResults().size())
            .sum();
  }

  @Override
  public void startBenchmark(BenchmarkParams params) {
    endFailed();
    running = params;
    out.printf("  %s ", name(params));
    out.flush();
  }

  /** JMH passes over a benchmark that failed, and says nothing at its end. */
  private void endFailed() {
    if (running != null) {
      failures.add(fullName(running));
      running = null;
      out.println(" failed");
      out.flush();
    }
  }

  private static String fullName(BenchmarkParams params) {
    return JmhResult.suite(JmhResult.withoutPackage(params.getBenchmark())) + "." + name(params);
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
      endFailed();
      return;
    }
    var joined = new RunResult(result.getParams(), List.of(result));
    if (!isWhole(joined)) {
      endFailed();
      return;
    }
    running = null;
    Result<?> unproved = result.getSecondaryResults().get(JmhResult.UNPROVED);
    if (unproved != null && unproved.getScore() > 0) {
      failures.add(fullName(result.getParams()) + " (timed, but its proof failed)");
    }
    out.println(" " + score(result.getPrimaryResult()));
    if (profiled) {
      result.getSecondaryResults().forEach((name, its) -> profiler(name, its));
    }
    out.flush();
    finished.add(joined);
    finishedOne.accept(List.copyOf(finished));
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
  public void endRun(Collection<RunResult> results) {
    endFailed();
  }

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
