package examples;

import java.nio.file.Path;
import stride.lab.bench.Comparison;
import stride.lab.bench.ComparisonRow;
import stride.results.Results;

/**
 * Reads two folders of benchmark results, and prints whether B is slower than A.
 *
 * <p>Usage: {@code ReadResults A B}. The ratio is B's speed over A's, corrected for the machine's
 * own drift. Exit codes, for scripts: 0 no benchmark is slower by more than 5 %, 1 one is, 2 the
 * folders cannot be compared.
 */
public final class ReadResults {
  private static final double TOLERANCE = 0.05; // B may be slower by this share
  private static final boolean OTHER_MACHINE = false; // figures of two machines are refused

  public static void main(String[] args) {
    try {
      if (args.length != 2) {
        throw new IllegalArgumentException("usage: ReadResults A B, two results folders");
      }
      Results a = Results.read(Path.of(args[0]));
      Results b = Results.read(Path.of(args[1]));
      Comparison comparison = Comparison.of(a, b, TOLERANCE, OTHER_MACHINE);
      print(comparison);
      System.exit(comparison.regressions() > 0 ? 1 : 0);
    } catch (RuntimeException e) { // such as a folder that is damaged, or of another machine
      System.err.println("ReadResults: " + e.getMessage());
      System.exit(2);
    }
  }

  private static void print(Comparison comparison) {
    for (ComparisonRow row : comparison.rows()) {
      String name = row.suite() + "." + row.name();
      System.out.printf("%-75s %6.3f  %s%n", name, row.ratio(), row.verdict());
    }
    comparison.warnings().forEach(doubt -> System.out.println("doubt: " + doubt));
    System.out.println("verdict: " + verdict(comparison));
  }

  private static String verdict(Comparison comparison) {
    long judged = comparison.rows().stream().filter(row -> row.p() != null).count();
    if (judged == 0) {
      return "none, for it takes five forks on both sides";
    }
    if (comparison.regressions() > 0) {
      return "slower, %d of %d benchmarks by more than 5 %%"
          .formatted(comparison.regressions(), judged);
    }
    long faster =
        comparison.rows().stream()
            .filter(row -> row.verdict().equals(ComparisonRow.FASTER))
            .count();
    return "not slower by more than 5 %%, %d of %d benchmarks faster".formatted(faster, judged);
  }
}
