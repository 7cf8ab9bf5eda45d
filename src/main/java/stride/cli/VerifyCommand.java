package stride.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import stride.cuda.CudaInfo;
import stride.env.Tasks;
import stride.home.Home;
import stride.lab.process.Build;
import stride.lab.process.Checkout;
import stride.lab.process.CommandText;
import stride.lab.process.Worktree;
import stride.lab.trials.TrialRunner;
import stride.lab.trials.TrialSettings;
import stride.lab.verify.Ledger;
import stride.lab.verify.LedgerRow;
import stride.lab.verify.Verification;
import stride.lab.verify.VerificationPage;
import stride.options.Require;
import stride.results.Revision;
import stride.train.Code;
import stride.train.RunSpec;

/** Whether a change kept the returns. */
@Command(
    name = "verify",
    description = {
      "Trains two configurations, or two revisions, over the same seeds in turn, and judges: did"
          + " the candidate keep the returns of the reference, and how much faster is it?",
      "Judged are 100 episodes of each final policy, its actions drawn as in training, played in a"
          + " fresh process. Verdicts: identical (the same bits), kept (the 90 %% interval of the"
          + " difference lies within the margin), better, worse, or not shown, with the number of"
          + " seeds that the spread needs.",
      "Ends with 0 if the returns are identical, kept or better; with 1 if they are worse or"
          + " nothing is shown. Finished seeds are never trained again, interrupted ones go on."
    },
    footer = {
      "",
      "Example: stride verify Hopper-v5 --reference stepping=lockstep --candidate stepping=sharded"
          + " --threads 2",
      "         stride verify Hopper-v5 --against HEAD~1 --seeds 20",
      "         stride verify CartPole-v1 --reference preset=cleanrl --candidate num_envs=32"
          + " --seeds 20 --total-timesteps 200000"
    })
final class VerifyCommand extends TrialsCommand {
  // options that a result does not depend on
  private static final Set<String> PLACES = Set.of("--trials", "--ledger", "--name");
  private static final Set<String> OUTPUT = Set.of("--json", "--debug");

  @Option(
      names = "--reference",
      paramLabel = "OPTION=VALUE,...",
      description =
          "reference configuration: options in addition to those of both, or preset=NAME (default:"
              + " those of both)")
  List<String> reference = List.of();

  @Option(
      names = "--candidate",
      paramLabel = "OPTION=VALUE,...",
      description =
          "candidate configuration, in the same form; this one is judged (default: those of both)")
  List<String> candidate = List.of();

  @Option(
      names = "--against",
      paramLabel = "GITREF",
      description =
          "build this revision in build/against, and train the reference with it, without options"
              + " that it does not have (default: this tree)")
  String against;

  @Option(
      names = "--seeds",
      paramLabel = "N|A..B|auto",
      defaultValue = "auto",
      converter = Seeds.Converter.class,
      description =
          "seeds 1 to N, A to B, or as many as a pilot of five says that the spread needs: "
              + Seeds.RANGE_WITH_AUTO
              + " (default: ${DEFAULT-VALUE})")
  Seeds seeds;

  @Option(
      names = "--max-seeds",
      paramLabel = "N",
      defaultValue = "100",
      description =
          "with --seeds auto: the most seeds of each: in [2, "
              + Seeds.MOST
              + "] (default: ${DEFAULT-VALUE})")
  int maxSeeds;

  @Option(
      names = "--margin",
      paramLabel = "SHARE",
      defaultValue = "10%",
      converter = Percentage.class,
      description =
          "how much of the reference's mean return may be lost: "
              + Percentage.RANGE
              + " (default: 10%%)")
  double margin;

  @Option(
      names = "--ledger",
      paramLabel = "FILE",
      description =
          "append the result to this ledger; it replaces the row of the same name, task, machine"
              + " and commit (default: none)")
  Path ledger;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "name of the row, one line without | (default: the options that were set, as stepping"
              + " lockstep -> sharded)")
  String name;

  @Override
  public Integer call() {
    if (name != null) {
      Require.require("--name", name, isName(name), "one line without |");
    }
    if (ledger != null) {
      if (trials.mixed) {
        throw new IllegalArgumentException("--mixed and --ledger: a row is of one machine");
      }
      new Ledger(ledger).requireFit();
    }
    Verification verification;
    try (var interrupt = new Interrupt()) {
      requirePossible();
      Build build = build(ThisMachine.of(common.err()));
      verification = run(build, interrupt.requested(), common.err()).run(seeds, maxSeeds);
    }
    if (ledger != null) {
      new Ledger(ledger).put(row(verification));
    }
    printWarnings(verification.warnings());
    common.print(verification, new VerificationPage(verification).text());
    return verification.verdict().holds() ? 0 : 1;
  }

  private static boolean isName(String text) {
    return !text.isBlank() && text.chars().noneMatch(c -> c == '|' || Character.isISOControl(c));
  }

  /** Refuses what is impossible before anything is looked at or made. */
  void requirePossible() {
    trials.settings();
    Require.between("--max-seeds", maxSeeds, 2, Seeds.MOST);
    if (candidate.isEmpty() && reference.isEmpty() && against == null) {
      throw new IllegalArgumentException(
          "nothing to compare: give --candidate OPTION=VALUE, --reference OPTION=VALUE or --against"
              + " GITREF");
    }
    arm("--reference", reference);
    arm("--candidate", candidate);
  }

  private RunSpec<?> arm(String option, List<String> changes) {
    return options.run(task, null, Changes.of(option, changes));
  }

  /** What these options ask for, if it is possible. */
  VerifyRun run(Build build, AtomicBoolean stop, PrintWriter progress) {
    TrialSettings settings = trials.settings();
    RunSpec<?> old = arm("--reference", reference);
    RunSpec<?> now = arm("--candidate", candidate);
    return new VerifyRun(
        new TrialRunner(settings, progress, stop),
        new VerifyRun.Arm(
            old.toJsonWithoutSeed(), against == null ? () -> build : () -> other(progress)),
        new VerifyRun.Arm(now.toJsonWithoutSeed(), () -> build),
        margin,
        trials.jobs(),
        progress);
  }

  /** What is compared with, built only when it is needed; this tree must be what its build says. */
  private Build other(PrintWriter progress) {
    Path home = Home.folder();
    new Checkout(home, Revision.of(home)).requireFresh();
    Checkout checkout = Worktree.build(home, against, progress);
    Code gpu = Code.NONE.and(CudaInfo.code());
    return Build.of(checkout, Tasks.of(task), gpu, ThisMachine.at(checkout.revision()));
  }

  private LedgerRow row(Verification verification) {
    List<String> told = new ArrayList<>(Changes.of("--reference", reference).keySet());
    told.addAll(Changes.of("--candidate", candidate).keySet());
    return LedgerRow.of(
        name != null ? name : LedgerRow.name(verification, told),
        verification,
        CommandText.of(command(verification)));
  }

  /** What was typed, without where things lie, and with a revision that stays the same. */
  private List<String> command(Verification verification) {
    List<String> typed = common.spec.root().commandLine().getParseResult().originalArgs();
    List<String> words = new ArrayList<>();
    for (Iterator<String> left = typed.iterator(); left.hasNext(); ) {
      String word = left.next();
      String option = word.replaceFirst("=.*", "");
      if (option.equals("--against") || PLACES.contains(option)) {
        if (word.equals(option)) {
          left.next(); // its value
        }
      } else if (!OUTPUT.contains(word)) {
        words.add(word);
      }
    }
    if (against != null) {
      words.addAll(List.of("--against", verification.referenceCommit()));
    }
    return words;
  }
}
