package stride.lab.bench;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import stride.lab.LabException;
import stride.results.AnchorKind;
import stride.results.Anchors;
import stride.results.Figures;
import stride.results.JmhResult;
import stride.results.Results;
import stride.results.ResultsFolder;
import stride.results.Revision;
import stride.results.Table;
import stride.results.Warnings;
import stride.stats.Holm;
import stride.stats.UncertainMean;

/**
 * Two results folders, benchmark by benchmark: is B faster than A, and how sure is that?
 *
 * <p>Benchmarks are paired by name and parameters. A fork is one observation, since iterations of
 * one JVM share its compiled code and its memory: the ratio is that of the geometric means over
 * forks, its interval is Welch's, from the forks' logarithms.
 *
 * <p>The ratio is corrected by what the machine itself gave, as {@link AnchorKind} says, and the
 * uncertainty grows by as much as each folder's two anchors disagree. But half a second in one
 * process is a rough measure: between three runs on one machine it varied by 5 % where bare {@code
 * mj_step} in JVMs of its own varied by 3 %, and not the same way. So a difference counts only if
 * it shows with the correction and without it, and the interval holds both: that keeps the level if
 * the machine was the same, and also if it was not and the anchors tell by how much (an
 * intersection-union test: Berger, Technometrics 24 (1982), 295-300). Two folders with the very
 * same anchors were measured in turn, and are not corrected.
 *
 * <p>A verdict needs {@value #LEAST_FORKS} forks on both sides, and {@link Holm Holm}'s adjusted
 * probability below 5 %: two folders of the same code say "faster" or "slower" anywhere at all in
 * at most one of twenty comparisons. Intervals are each benchmark's own, so one that leaves out 1
 * may still show no difference among many.
 *
 * @param schemaVersion of this form
 * @param a name of the folder that is compared with
 * @param b name of the folder that is judged
 * @param path where the latter is
 * @param tolerance by which a benchmark may be slower
 * @param regressions how many are slower by more
 * @param rows one a pair
 * @param onlyInA names of benchmarks without a partner
 * @param onlyInB names of benchmarks without a partner
 * @param warnings what makes the figures doubtful
 */
public record Comparison(
    int schemaVersion,
    String a,
    String b,
    String path,
    double tolerance,
    int regressions,
    List<ComparisonRow> rows,
    List<String> onlyInA,
    List<String> onlyInB,
    List<String> warnings) {

  /** Of each folder, for a verdict. */
  public static final int LEAST_FORKS = 5;

  private static final double LEVEL = 0.05;

  /**
   * Compares.
   *
   * @param a the folder that is compared with
   * @param b the folder that is judged
   * @param tolerance by which a benchmark may be slower, and anchors of a folder may differ: 0.05
   *     for 5 %
   * @param otherMachine whether the machines may differ in processor, cores, JDK or GPU
   * @return rows in B's order; nothing is written
   * @throws IllegalArgumentException if the machines differ and may not
   * @throws LabException if a folder is unfinished, or they have no benchmark in common
   */
  public static Comparison of(Results a, Results b, double tolerance, boolean otherMachine) {
    List<String> warnings = new ArrayList<>(ofMachines(a, b, otherMachine));
    Anchors anchorsA = anchors(a);
    Anchors anchorsB = anchors(b);
    List<JmhResult> before = a.benchmarks();
    List<JmhResult> after = b.benchmarks();
    Suites suites = Suites.here();
    List<ComparisonRow> rows =
        rows(before, anchorsA, after, anchorsB, result -> anchor(suites, result));
    if (rows.isEmpty()) {
      throw new LabException(
          "no common benchmark: %s has %d, %s has %d, and none of the same name and parameters"
              .formatted(a.name(), before.size(), b.name(), after.size()));
    }
    List<AnchorKind> kinds = rows.stream().map(ComparisonRow::anchor).distinct().toList();
    if (anchorsA.equals(anchorsB)) {
      warnings.addAll(Warnings.ofAnchors("both, in turn", anchorsA, kinds, tolerance));
    } else {
      warnings.addAll(Warnings.ofAnchors(a.name(), anchorsA, kinds, tolerance));
      warnings.addAll(Warnings.ofAnchors(b.name(), anchorsB, kinds, tolerance));
      warnings.addAll(unknown(rows, suites));
    }
    return new Comparison(
        ResultsFolder.SCHEMA_VERSION,
        a.name(),
        b.name(),
        b.path().toString(),
        tolerance,
        (int) rows.stream().filter(row -> row.isRegression(tolerance)).count(),
        rows,
        without(before, after),
        without(after, before),
        warnings);
  }

  /** Keys of what has no partner. */
  private static List<String> without(List<JmhResult> results, List<JmhResult> others) {
    Set<String> partners = others.stream().map(JmhResult::key).collect(Collectors.toSet());
    return results.stream().map(JmhResult::key).filter(key -> !partners.contains(key)).toList();
  }

  private static Anchors anchors(Results results) {
    return results
        .anchors()
        .orElseThrow(
            () ->
                new LabException(
                    results.path()
                        + " has no anchor.json: its run did not end"
                        + (BenchPlan.isIn(results.path())
                            ? "; `stride bench --resume` goes on with it"
                            : "")));
  }

  /** What the suite's annotations say; nothing is known of a suite that is not there. */
  private static AnchorKind anchor(Suites suites, JmhResult result) {
    return suites
        .find(result.suite())
        .map(suite -> suite.anchor(result.params()))
        .orElse(AnchorKind.NONE);
  }

  private static List<String> unknown(List<ComparisonRow> rows, Suites suites) {
    return rows.stream()
        .map(ComparisonRow::suite)
        .distinct()
        .filter(suite -> suites.find(suite).isEmpty())
        .map(suite -> "this build has no suite " + suite + ": its ratios are not corrected")
        .toList();
  }

  /** Rows of what both have, in B's order. */
  static List<ComparisonRow> rows(
      List<JmhResult> a,
      Anchors anchorsA,
      List<JmhResult> b,
      Anchors anchorsB,
      Function<JmhResult, AnchorKind> anchor) {
    Map<String, JmhResult> partners =
        a.stream().collect(Collectors.toMap(JmhResult::key, result -> result));
    List<Matched> pairs =
        b.stream()
            .filter(result -> partners.containsKey(result.key()))
            .map(
                result ->
                    new Matched(
                        partners.get(result.key()),
                        result,
                        anchorsA,
                        anchorsB,
                        anchor.apply(result)))
            .toList();
    double[] p =
        Holm.adjusted(pairs.stream().filter(Matched::hasVerdict).mapToDouble(Matched::p).toArray());
    List<ComparisonRow> rows = new ArrayList<>();
    int next = 0;
    for (Matched pair : pairs) {
      rows.add(pair.row(pair.hasVerdict() ? (Double) p[next++] : null));
    }
    return rows;
  }

  /** One benchmark in both folders. */
  private record Matched(
      JmhResult a, JmhResult b, Anchors anchorsA, Anchors anchorsB, AnchorKind anchor) {
    int forks() {
      return Math.min(a.forks().size(), b.forks().size());
    }

    boolean hasVerdict() {
      return forks() >= LEAST_FORKS;
    }

    private UncertainMean measured() {
      return UncertainMean.of(b.logSpeeds()).minus(UncertainMean.of(a.logSpeeds()));
    }

    /** Logarithm of the machine's speed for B over that for A. */
    private UncertainMean machine() {
      return anchorsA.equals(anchorsB)
          ? new UncertainMean(0, 0, 1)
          : anchor.speed(anchorsB).minus(anchor.speed(anchorsA));
    }

    /** The larger of both tests'; 1 if they disagree about which folder is faster. */
    double p() {
      UncertainMean measured = measured();
      UncertainMean corrected = measured.minus(machine());
      return measured.mean() * corrected.mean() < 0 ? 1 : Math.max(measured.p(), corrected.p());
    }

    ComparisonRow row(Double p) {
      double meanA = mean(a);
      double meanB = mean(b);
      double raw = meanB - meanA;
      double ratio = raw - machine().mean();
      boolean interval = forks() >= 2;
      return new ComparisonRow(
          b.benchmark(),
          b.params(),
          Math.exp(raw),
          Math.exp(ratio),
          interval ? (Double) Math.exp(end(-1)) : null,
          interval ? (Double) Math.exp(end(1)) : null,
          p,
          verdict(p, ratio),
          forks(),
          a.forks().size(),
          b.forks().size(),
          Math.exp(meanA),
          Math.exp(meanB),
          Math.exp(machine().mean()),
          anchor);
    }

    /** The lower or upper end of what both intervals cover. */
    private double end(int side) {
      UncertainMean measured = measured();
      UncertainMean corrected = measured.minus(machine());
      return side
          * Math.max(
              side * measured.mean() + measured.margin(1 - LEVEL),
              side * corrected.mean() + corrected.margin(1 - LEVEL));
    }

    private String verdict(Double p, double ratio) {
      if (p == null) {
        return "no verdict: " + Figures.plural(forks(), "fork");
      }
      if (p >= LEVEL) {
        return ComparisonRow.NO_DIFFERENCE;
      }
      return ratio > 0 ? ComparisonRow.FASTER : ComparisonRow.SLOWER;
    }

    private static double mean(JmhResult result) {
      double[] logs = result.logSpeeds();
      return logs.length == 1 ? logs[0] : UncertainMean.of(logs).mean();
    }
  }

  /** For a terminal: a table and a sentence, lines with a closing line break. */
  public String text() {
    Table table = table();
    return "A  %s%nB  %s%n%n%s%n%s%n%s%n".formatted(a, b, table.toText(), correction(), sentence());
  }

  /** A line for each row. */
  public Table table() {
    var table = new Table(ComparisonRow.HEADS.toArray(String[]::new));
    rows.forEach(row -> table.add(row.cells().toArray(String[]::new)));
    return table;
  }

  /**
   * How the corrected ratios came about, and what verdicts rest on: a sentence for each anchor that
   * corrects a row, on one line.
   */
  public String correction() {
    Map<AnchorKind, Double> factors = new EnumMap<>(AnchorKind.class);
    rows.forEach(row -> factors.put(row.anchor(), row.machineRatio()));
    factors.values().removeIf(factor -> factor == 1);
    if (factors.isEmpty()) {
      return "not corrected: the anchors say nothing, or A and B were measured in turn";
    }
    return factors.entrySet().stream()
            .map(
                factor -> "%s was %.3f times".formatted(factor.getKey().words(), factor.getValue()))
            .collect(Collectors.joining(", "))
        + " as fast in B's run as in A's: corrected is raw over that; a verdict takes both";
  }

  private String sentence() {
    long slower = count(ComparisonRow.SLOWER);
    long judged = rows.stream().filter(row -> row.p() != null).count();
    if (judged == 0) {
      int most = rows.stream().mapToInt(ComparisonRow::forks).max().orElse(0);
      return "no verdict from %s, it takes %d: `stride bench --against REV`, or `make bench-full` on both"
          .formatted(Figures.plural(most, "fork"), LEAST_FORKS);
    }
    return "%s compared, %d faster, %d slower, %d of them by more than %s %%; %s"
        .formatted(
            Figures.plural(rows.size(), "benchmark"),
            count(ComparisonRow.FASTER),
            slower,
            regressions,
            "%.3g".formatted(100 * tolerance),
            judged < rows.size()
                ? "%d without a verdict, which takes %d forks on both sides"
                    .formatted(rows.size() - judged, LEAST_FORKS)
                : "p is adjusted for their number");
  }

  private long count(String verdict) {
    return rows.stream().filter(row -> row.verdict().equals(verdict)).count();
  }

  /** What makes a comparison of the two machines doubtful, one sentence each. */
  private static List<String> ofMachines(Results a, Results b, boolean otherMachine) {
    List<String> differences = a.machine().kind().differences(b.machine().kind());
    if (!differences.isEmpty() && !otherMachine) {
      throw new IllegalArgumentException(
          "%s and %s are of different machines: %s (--other-machine compares them all the same)"
              .formatted(a.name(), b.name(), String.join(", ", differences)));
    }
    List<String> doubts = new ArrayList<>();
    if (!differences.isEmpty()) {
      doubts.add("different machines: " + String.join(", ", differences));
    }
    for (Results results : List.of(a, b)) {
      if (results.machine().dirty()) {
        doubts.add(results.name() + " is of no commit: tracked files had changed");
      }
      if (!Revision.isKnown(results.machine().commit())) {
        doubts.add(results.name() + " is of no known commit");
      }
    }
    return doubts;
  }
}
