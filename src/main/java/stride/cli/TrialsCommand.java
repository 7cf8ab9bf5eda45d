package stride.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import stride.lab.process.Build;
import stride.results.Machine;

/** A command that trains one task many times, and compares. */
abstract class TrialsCommand implements Callable<Integer>, CommonOptions.Holder {
  @Mixin CommonOptions common;

  @Mixin RunOptions options;

  @Mixin TrialOptions trials;

  @Parameters(
      paramLabel = "TASK",
      completionCandidates = TaskNames.class,
      description = TaskNames.DESCRIPTION)
  String task;

  @Override
  public final CommonOptions common() {
    return common;
  }

  /** Prints what makes the figures doubtful. */
  final void printWarnings(List<String> warnings) {
    warnings.forEach(warning -> common.err().println("warning: " + warning));
  }

  /** What trains: this Stride. */
  final Build build(Machine machine) {
    return Launch.build(common.spec, task, machine);
  }
}
