package stride.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stride.home.Home;
import stride.lab.bench.Comparison;
import stride.results.Results;

/** Two results folders. */
@Command(
    name = "compare",
    description = {
      "Compares two results folders: how many times as fast is B as A, and how sure is that?",
      "Given one folder, compares it with the one that bench-results/baseline names.",
      "Ends with 1 if a benchmark is slower by more than is tolerated."
    },
    footer = {
      "",
      "Example: stride compare baseline bench-results/2026-01-31_amd-epyc-2c_1a2b3c4 --tolerance"
          + " 3%%"
    })
final class CompareCommand implements Callable<Integer>, CommonOptions.Holder {
  @Mixin CommonOptions common;

  @Parameters(
      index = "0",
      paramLabel = "A",
      description = "results folder, or its name in bench-results, or the word baseline")
  String first;

  @Parameters(index = "1", arity = "0..1", paramLabel = "B", description = "the same")
  String second;

  @Option(
      names = "--tolerance",
      paramLabel = "SHARE",
      defaultValue = "5%",
      converter = Percentage.class,
      description = "how much slower B may be: " + Percentage.RANGE + " (default: 5%%)")
  double tolerance;

  @Option(names = "--other-machine", description = "compare even what other machines measured")
  boolean otherMachine;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    Path parent = Home.results();
    Results a = Results.read(Results.locate(parent, second == null ? Results.BASELINE : first));
    Results b = Results.read(Results.locate(parent, second == null ? first : second));
    return print(Comparison.of(a, b, tolerance, otherMachine), common);
  }

  /** Prints a comparison, and its doubts beside it; the exit code tells of regressions. */
  static int print(Comparison comparison, CommonOptions common) {
    comparison.warnings().forEach(doubt -> common.err().println("warning: " + doubt));
    common.print(comparison, comparison.text());
    return comparison.regressions() > 0 ? 1 : 0;
  }
}
