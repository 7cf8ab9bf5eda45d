package stride.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stride.lab.CommandText;
import stride.lab.trials.Origin;
import stride.lab.trials.TrialRunner;
import stride.lab.trials.TrialSettings;
import stride.lab.verify.Ledger;
import stride.lab.verify.LedgerRow;
import stride.lab.verify.Verification;

/** Whether a change kept the returns. */
@Command(
    name = "verify",
    description = {
      "Trains two configurations over the same seeds in turn, and judges: did the candidate keep the"
          + " returns of the reference, and how much faster is it?",
      "Judged are 100 episodes of each final policy, its actions drawn as in training, played in a"
          + " fresh process. Verdicts: identical (the same bits), kept (the 90 %% interval of the"
          + " difference lies within the margin), better, worse, or not shown, with the number of"
          + " seeds that the spread needs.",
      "Ends with 0 if the returns are identical, kept or better; with 1 if they are worse or nothing"
          + " is shown. Finished seeds are never trained again, interrupted ones go on."
    },
    footer = {
      "",
      "Example: stride verify Hopper-v5 --reference stepping=lockstep --candidate stepping=sharded",
      "         stride verify CartPole-v1 --reference preset=cleanrl --candidate num_envs=32"
          + " --seeds 20 --total-timesteps 200000"
    })
final class VerifyCommand implements Callable<Integer>, CommonOptions.Holder {
  @Mixin CommonOptions common;

  @Mixin RunOptions options;

  @Mixin TrialOptions trials;

  @Parameters(paramLabel = "TASK", description = "Gymnasium's name")
  String task;

  @Option(
      names = "--reference",
      paramLabel = "OPTION=VALUE,...",
      description = "what is compared with: options, or preset=NAME, over those of both")
  List<String> reference = List.of();

  @Option(
      names = "--candidate",
      paramLabel = "OPTION=VALUE,...",
      description = "what is judged, likewise")
  List<String> candidate = List.of();

  @Option(
      names = "--seeds",
      paramLabel = "N|A..B|auto",
      defaultValue = "auto",
      converter = Seeds.Converter.class,
      description =
          "seeds 1 to N, A to B, or as many as a pilot of five says that the spread needs"
              + " (default: ${DEFAULT-VALUE})")
  Seeds seeds;

  @Option(
      names = "--max-seeds",
      paramLabel = "N",
      defaultValue = "100",
      description = "for --seeds auto: no more of each (default: ${DEFAULT-VALUE})")
  int maxSeeds;

  @Option(
      names = "--margin",
      paramLabel = "SHARE",
      defaultValue = "10%",
      converter = Percentage.class,
      description = "of the reference's mean that may be lost, as 10%% or 0.1 (default: 10%%)")
  double margin;

  @Option(
      names = "--ledger",
      paramLabel = "FILE",
      description =
          "add the result to this list as a row; one of the same name, task, machine and commit goes")
  Path ledger;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "of the row (default: the options that were set, as stepping lockstep -> sharded)")
  String name;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    if (name != null) {
      Options.require("--name", List.of(name), VerifyCommand::isName, "one line without |");
    }
    if (ledger != null) {
      new Ledger(ledger).requireFit();
    }
    Origin origin = Origin.here(Options.home(), Options.machine());
    Verification verification;
    try (var interrupt = new Interrupt()) {
      verification = run(origin, interrupt.requested(), common.err()).run(seeds, maxSeeds);
    }
    if (ledger != null) {
      new Ledger(ledger).put(row(verification));
    }
    verification.warnings().forEach(doubt -> common.err().println("warning: " + doubt));
    common.print(verification, verification.text());
    return verification.verdict().holds() ? 0 : 1;
  }

  private static boolean isName(String text) {
    return !text.isBlank() && text.chars().noneMatch(c -> c == '|' || Character.isISOControl(c));
  }

  /** What these options ask for; refuses what is impossible before anything is made. */
  VerifyRun run(Origin origin, AtomicBoolean stop, PrintWriter progress) {
    TrialSettings settings = trials.settings();
    Options.requireEach("--max-seeds", List.of(maxSeeds), 2, Seeds.MOST);
    RunSpec old = options.run(task, null, Changes.of("--reference", reference));
    RunSpec now = options.run(task, null, Changes.of("--candidate", candidate));
    var runner = new TrialRunner(settings, origin, progress, stop);
    return new VerifyRun(runner, origin, old, now, margin, trials.jobs(), progress);
  }

  private LedgerRow row(Verification verification) {
    List<String> told = new ArrayList<>(Changes.of("--reference", reference).keySet());
    told.addAll(Changes.of("--candidate", candidate).keySet());
    return LedgerRow.of(
        name != null ? name : LedgerRow.name(verification, told),
        verification,
        CommandText.of(common.spec.root().commandLine().getParseResult().originalArgs()));
  }
}
