package stride.lab.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.lab.process.Checkout;
import stride.lab.process.TimeLeft;
import stride.results.JmhResult;
import stride.results.ResultsFolder;

/**
 * Two revisions measured in turn: one fork of A, one of B, and again, so that noise from the
 * machine affects both. A round goes through all benchmarks of a suite, and the forks of a
 * benchmark are spread over as long a time as there is.
 */
public final class Against {
  private final Checkout a;
  private final Checkout b;
  private final Suites suitesA;
  private final Suites suitesB;
  private final boolean quick;
  private final int rounds;
  private final BiFunction<Checkout, BenchmarkCase, JsonNode> runner;
  private final PrintWriter progress;
  private Predicate<String> chosen = benchmark -> true;

  /**
   * Two revisions.
   *
   * @param a the one to compare with
   * @param b the one that is judged
   * @param quick few short iterations and the smaller parameters
   * @param rounds forks of each
   * @param progress takes lines while benchmarks run
   */
  public Against(Checkout a, Checkout b, boolean quick, int rounds, PrintWriter progress) {
    this(a, b, quick, rounds, new JmhProcess(quick)::run, progress);
  }

  Against(
      Checkout a,
      Checkout b,
      boolean quick,
      int rounds,
      BiFunction<Checkout, BenchmarkCase, JsonNode> runner,
      PrintWriter progress) {
    this.a = a;
    this.b = b;
    this.suitesA = Suites.of(a);
    this.suitesB = Suites.of(b);
    this.quick = quick;
    this.rounds = rounds;
    this.runner = runner;
    this.progress = progress;
  }

  /**
   * Leaves out benchmarks of the suites.
   *
   * @param benchmarks suite and method of those that are run
   * @return this
   */
  public Against only(List<String> benchmarks) {
    chosen = benchmarks::contains;
    return this;
  }

  /**
   * Which of the suites both revisions have.
   *
   * @param wanted those asked for by name; null for all that B has and that can run here
   * @return in order, one or more
   * @throws IllegalArgumentException if A lacks one that was asked for
   * @throws LabException if there is none
   */
  public List<String> suites(List<String> wanted) {
    List<String> there = suitesA.names();
    List<String> suites = new ArrayList<>();
    final Predicate<String> possible = suitesB.possible();
    for (String suite : wanted == null ? suitesB.names() : wanted) {
      if (wanted == null && !possible.test(suite)) {
        continue;
      }
      if (there.contains(suite)) {
        suites.add(suite);
      } else if (wanted == null) {
        progress.println("only here, not compared: " + suite);
      } else {
        throw new IllegalArgumentException(
            "revision %s has no suite %s, it has %s"
                .formatted(a.revision().abbreviated(), suite, String.join(", ", there)));
      }
    }
    if (suites.isEmpty()) {
      throw new LabException(
          "revision " + a.revision().abbreviated() + " has no suite in common with this one");
    }
    return suites;
  }

  /**
   * Runs suites, and writes each into both folders when all its forks have run.
   *
   * @param suites which
   * @param folderA takes A's results
   * @param folderB takes B's results
   * @throws LabException if a benchmark fails, or none of them is in both
   */
  public void run(List<String> suites, ResultsFolder folderA, ResultsFolder folderB) {
    Map<String, List<AlternatedForks>> pairs = new LinkedHashMap<>();
    suites.forEach(suite -> pairs.put(suite, matched(suite)));
    pairs.values().removeIf(List::isEmpty);
    double seconds =
        pairs.values().stream().flatMap(List::stream).mapToDouble(AlternatedForks::seconds).sum()
            * rounds;
    if (pairs.isEmpty()) {
      throw new LabException("no common benchmark in " + String.join(", ", suites));
    }
    var left = new TimeLeft(seconds);
    int number = 0;
    for (var entry : pairs.entrySet()) {
      progress.printf(
          "suite %d of %d: %s, %d benchmarks, %d rounds of A %s and B %s, %s%n",
          ++number,
          pairs.size(),
          entry.getKey(),
          entry.getValue().size(),
          rounds,
          a.revision().abbreviated(),
          b.revision().abbreviated(),
          left.words());
      for (int round = 1; round <= rounds; round++) {
        for (AlternatedForks both : entry.getValue()) {
          run(both, round);
          left.done(both.seconds());
        }
        progress.println("  " + left.words());
        progress.flush();
      }
      write(
          folderA,
          a,
          entry.getKey(),
          entry.getValue().stream().map(AlternatedForks::forksA).toList());
      write(
          folderB,
          b,
          entry.getKey(),
          entry.getValue().stream().map(AlternatedForks::forksB).toList());
    }
  }

  private void run(AlternatedForks both, int round) {
    progress.printf("  round %d of %d  %s ", round, rounds, both.b().key());
    progress.flush();
    both.forksA().add(runner.apply(a, both.a()));
    progress.printf(" A %s", score(both.forksA().getLast()));
    progress.flush();
    both.forksB().add(runner.apply(b, both.b()));
    progress.printf("  B %s%n", score(both.forksB().getLast()));
    progress.flush();
  }

  private static String score(JsonNode result) {
    JsonNode metric = result.path("primaryMetric");
    return "%.4g %s".formatted(metric.path("score").asDouble(), metric.path("scoreUnit").asText());
  }

  private List<AlternatedForks> matched(String suite) {
    Map<String, BenchmarkCase> others =
        cases(suitesA, suite).stream()
            .collect(Collectors.toMap(BenchmarkCase::key, benchmark -> benchmark));
    List<AlternatedForks> pairs = new ArrayList<>();
    others.keySet().removeIf(key -> !chosen.test(key.replaceFirst(" .*", "")));
    for (BenchmarkCase ours : cases(suitesB, suite)) {
      if (!chosen.test(JmhResult.withoutPackage(ours.name()))) {
        continue;
      }
      BenchmarkCase theirs = others.remove(ours.key());
      if (theirs == null) {
        progress.println("only in B, not compared: " + ours.key());
      } else {
        pairs.add(new AlternatedForks(theirs, ours, new ArrayList<>(), new ArrayList<>()));
      }
    }
    others.keySet().forEach(key -> progress.println("only in A, not compared: " + key));
    return pairs;
  }

  /** In the quick run both get the parameters that B's suite says: others could not be paired. */
  private List<BenchmarkCase> cases(Suites suites, String suite) {
    return quick ? suites.quickCases(suitesB.of(suite)) : suites.cases(suite);
  }

  private static void write(
      ResultsFolder folder, Checkout checkout, String suite, List<List<JsonNode>> benchmarks) {
    List<ObjectNode> merged = benchmarks.stream().map(JmhMerge::merge).toList();
    // the forks' flags contain the path of the project, so replace it with '.'
    folder.writeText(
        "jmh-" + suite + ".json", JsonText.file(merged).replace(checkout.root().toString(), "."));
  }

  /** One benchmark in both revisions, and what its forks gave. */
  private record AlternatedForks(
      BenchmarkCase a, BenchmarkCase b, List<JsonNode> forksA, List<JsonNode> forksB) {
    double seconds() {
      return a.seconds() + b.seconds();
    }
  }
}
