package stride.results;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.stat.descriptive.rank.Median;

/**
 * What makes figures doubtful: those of one measurement, and those of two folders that are to be
 * compared. All limits stand here.
 */
public final class Warnings {
  /** Stands behind the name of a doubtful row, in every table. */
  public static final String SIGN = "?";

  /** Explains the sign below tables of rows with windows. */
  public static final String ROWS_NOTE =
      SIGN + " doubtful: the windows' training rates spread by more than 10 %";

  /** Explains the sign below tables of benchmarks. */
  public static final String BENCHMARKS_NOTE =
      SIGN + " doubtful: the error is more than 20 % of the score";

  private static final double MOST_SPREAD = 0.10;
  private static final double MOST_ERROR = 0.20;
  private static final double MOST_DRIFT = 0.10;
  private static final double LEAST_OF_BASELINE = 0.70;

  private static final List<AnchorKind> ANCHORS = List.of(AnchorKind.STEPS, AnchorKind.COPIES);

  private Warnings() {}

  /**
   * How far rates are apart.
   *
   * @param rates of windows, one or more
   * @return the largest less the smallest, over their median
   */
  public static double spread(double[] rates) {
    return (StatUtils.max(rates) - StatUtils.min(rates)) / new Median().evaluate(rates);
  }

  /**
   * Whether windows of a row of a profile differ too much.
   *
   * @param spread of their rates, 0.1 for 10 %; null if it was not measured
   * @return if so
   */
  public static boolean isWide(Double spread) {
    return spread != null && spread > MOST_SPREAD;
  }

  /**
   * Whether a benchmark's error is too large a part of its score.
   *
   * @param benchmark as JMH measured it
   * @return if so; not where there is no error, of a single iteration
   */
  public static boolean isWide(JmhResult benchmark) {
    return benchmark.error() > MOST_ERROR * benchmark.score();
  }

  /**
   * The name of a row in a table.
   *
   * @param name of it
   * @param doubtful whether it is
   * @return with the sign if it is
   */
  public static String marked(String name, boolean doubtful) {
    return doubtful ? name + " " + SIGN : name;
  }

  /**
   * Looks at the machine before anything is measured.
   *
   * @param machine that is to measure
   * @param start what it gives now
   * @param baseline anchors of the reference run on the same machine, if there is one
   * @return sentences without full stops
   */
  public static List<String> ofStart(Machine machine, Anchor start, Optional<Anchors> baseline) {
    List<String> doubts = new ArrayList<>();
    Double load = start.loadAverage();
    if (load != null && load > machine.cores()) {
      doubts.add(
          "load average %.1f on %s at the start: other programs ran, or a build had just ended"
              .formatted(load, Figures.plural(machine.cores(), "core")));
    }
    baseline.flatMap(reference -> slow(reference, List.of(start))).ifPresent(doubts::add);
    return doubts;
  }

  /**
   * Looks at a whole measurement.
   *
   * @param machine that measured
   * @param anchors at its start and end; none if they were not measured
   * @param baseline anchors of the reference run on the same machine, if there is one
   * @param benchmarks of JMH
   * @param spreads of the rows of profiles, by name; null values are passed over
   * @return sentences without full stops, one for each kind of doubt at most
   */
  public static List<String> ofRun(
      Machine machine,
      Optional<Anchors> anchors,
      Optional<Anchors> baseline,
      List<JmhResult> benchmarks,
      Map<String, Double> spreads) {
    List<String> doubts = new ArrayList<>();
    anchors.ifPresent(
        both -> {
          doubts.addAll(ofStart(machine, both.start(), Optional.empty()));
          baseline
              .flatMap(reference -> slow(reference, List.of(both.start(), both.end())))
              .ifPresent(doubts::add);
          drift(both).ifPresent(doubts::add);
        });
    spread(spreads).ifPresent(doubts::add);
    error(benchmarks).ifPresent(doubts::add);
    return doubts;
  }

  /**
   * Looks at a profile alone.
   *
   * @param spreads of its rows, by name
   * @return a sentence without full stop, or none
   */
  public static List<String> ofSpreads(Map<String, Double> spreads) {
    return spread(spreads).stream().toList();
  }

  /** Anchors far below those of the baseline, the lowest of each kind. */
  private static Optional<String> slow(Anchors reference, List<Anchor> measured) {
    return each(
            kind ->
                measured.stream().mapToDouble(kind::rate).min().orElseThrow()
                    / kind.rate(reference),
            share -> share < LEAST_OF_BASELINE)
        .map(kinds -> kinds + " of what the baseline had on this machine");
  }

  private static Optional<String> drift(Anchors anchors) {
    return each(kind -> kind.drift(anchors), drift -> drift > MOST_DRIFT)
        .map(kinds -> "the machine changed between start and end: " + kinds);
  }

  private static Optional<String> each(
      ToDoubleFunction<AnchorKind> share, DoublePredicate doubtful) {
    List<AnchorKind> kinds =
        ANCHORS.stream().filter(kind -> doubtful.test(share.applyAsDouble(kind))).toList();
    return kinds.isEmpty()
        ? Optional.empty()
        : Optional.of(
            kinds.stream()
                .map(kind -> "%s %.0f %%".formatted(kind.words(), 100 * share.applyAsDouble(kind)))
                .collect(Collectors.joining(", ")));
  }

  private static Optional<String> spread(Map<String, Double> spreads) {
    List<Double> wide = spreads.values().stream().filter(Warnings::isWide).toList();
    return most(wide.stream())
        .map(
            most ->
                "windows spread by more than 10 %% in %d of %s (marked %s), by %.0f %% at most"
                    .formatted(
                        wide.size(), Figures.plural(spreads.size(), "row"), SIGN, 100 * most));
  }

  private static Optional<String> error(List<JmhResult> benchmarks) {
    List<JmhResult> wide = benchmarks.stream().filter(Warnings::isWide).toList();
    return most(wide.stream().map(result -> result.error() / result.score()))
        .map(
            most ->
                "errors above 20 %% of the score in %d of %s (marked %s), %.0f %% at most"
                    .formatted(
                        wide.size(),
                        Figures.plural(benchmarks.size(), "benchmark"),
                        SIGN,
                        100 * most));
  }

  private static Optional<Double> most(Stream<Double> shares) {
    return shares.max(Double::compare);
  }

  /**
   * Looks for anchors that differ between start and end of a run.
   *
   * @param kinds those that its benchmarks are corrected by
   */
  public static List<String> ofAnchors(
      String folder, Anchors anchors, List<AnchorKind> kinds, double tolerance) {
    List<String> doubts = new ArrayList<>();
    for (AnchorKind kind : kinds) {
      if (kind.drift(anchors) > tolerance) {
        doubts.add(
            "%s: the machine changed while it was measured, %s by %.1f %% between start and end"
                .formatted(folder, kind.words(), 100 * kind.drift(anchors)));
      }
    }
    return doubts;
  }
}
