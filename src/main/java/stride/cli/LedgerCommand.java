package stride.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stride.cuda.CudaInfo;
import stride.home.Home;
import stride.lab.process.Build;
import stride.lab.process.Origin;
import stride.lab.process.TimeLeft;
import stride.lab.verify.Ledger;
import stride.lab.verify.LedgerRow;
import stride.lab.verify.Verification;
import stride.results.Machine;

/** Verifies all speed-ups of a list whose rows in the ledger are of other code. */
@Command(
    name = "ledger",
    hidden = true,
    description = {
      "Verifies each speed-up of a list, as its `stride verify` would, and adds its row to the"
          + " ledger as it ends.",
      "Rows of this machine and this code are passed over. Finished trainings are not repeated, and"
          + " interrupted ones go on. Ends with 1 if returns are worse, or nothing is shown."
    },
    footer = {"", "Example: stride ledger --estimate"})
final class LedgerCommand implements Callable<Integer>, CommonOptions.Holder {
  private static final double MINUTE = 60;

  @Mixin CommonOptions common;

  @Option(
      names = "--plan",
      paramLabel = "FILE",
      description = "list of the speed-ups to verify (default: bench-results/ledger-plan.json)")
  Path plan = Home.results().resolve("ledger-plan.json");

  @Option(
      names = "--ledger",
      paramLabel = "FILE",
      description = "where rows go (default: bench-results/ledger.json)")
  Path file = Home.results().resolve("ledger.json");

  @Option(names = "--estimate", description = "say what there is to do, and how long it takes")
  boolean estimate;

  /** What is to be done, in seconds that it may take. */
  private record Left(
      LedgerPlan.Entry entry, VerifyCommand verify, VerifyRun run, double seconds) {}

  /** What the list comes to: what is to be done, and the rows of this code that stand. */
  private record Agenda(List<Left> left, List<LedgerRow> standing) {
    double seconds() {
      return left.stream().mapToDouble(Left::seconds).sum();
    }
  }

  /** What was done, for scripts. */
  private record Done(List<LedgerRow> rows) {}

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    var ledger = new Ledger(file);
    ledger.requireFit();
    Machine machine = ThisMachine.of(common.err());
    boolean gpu = CudaInfo.gpu().isPresent();
    List<LedgerRow> rows = new ArrayList<>(); // of this code: those that stand, and new ones
    try (var interrupt = new Interrupt()) {
      Agenda agenda = agenda(ledger.rows(), machine, gpu, interrupt.requested());
      rows.addAll(agenda.standing());
      say(
          "%d to verify, about %.0f min"
              .formatted(agenda.left().size(), Math.ceil(agenda.seconds() / MINUTE)));
      if (!estimate) {
        verify(agenda, ledger, rows);
      }
    }
    var text = new StringBuilder();
    rows.forEach(
        row -> text.append("%s, %s: %s%n".formatted(row.name(), row.task(), row.verdict().word())));
    common.print(new Done(rows), text.toString());
    return estimate || rows.stream().allMatch(row -> row.verdict().holds()) ? 0 : 1;
  }

  /** All of the list is looked at before the first is trained. */
  private Agenda agenda(List<LedgerRow> rows, Machine machine, boolean gpu, AtomicBoolean stop) {
    var root = (CommandLines) common.spec.root().userObject();
    List<Left> left = new ArrayList<>();
    List<LedgerRow> standing = new ArrayList<>();
    for (LedgerPlan.Entry entry : LedgerPlan.read(plan).rows()) {
      VerifyCommand verify = entry.verify(plan, root.another());
      verify.trials.threadLimit.oversubscribe |= estimate || (entry.gpu() && !gpu); // not run here
      VerifyRun run;
      Origin origin;
      try {
        verify.requirePossible();
        Build build = Launch.build(common.spec, verify.task, machine);
        origin = build.origin();
        run = verify.run(build, stop, common.err());
      } catch (IllegalArgumentException e) {
        throw entry.complaint(plan, e.getMessage());
      }
      LedgerRow last =
          rows.stream()
              .filter(row -> row.isOf(entry.name(), entry.command(), machine.kind()))
              .reduce((_, later) -> later)
              .orElse(null);
      if (entry.gpu() && !gpu) {
        say(named(entry, verify) + ": left out, there is no GPU");
      } else if (last != null && stands(last.origin(), origin)) {
        say(
            "%s: verified for this code on %s: %s"
                .formatted(named(entry, verify), last.date(), last.verdict().word()));
        standing.add(last);
      } else {
        double seconds =
            last == null ? entry.minutes() * MINUTE : last.seconds() / verify.trials.jobs();
        say("%s: about %.1f min".formatted(named(entry, verify), seconds / MINUTE));
        left.add(new Left(entry, verify, run, seconds));
      }
    }
    return new Agenda(left, standing);
  }

  /** Of the same code; what was of no commit may be so now. */
  private static boolean stands(Origin row, Origin here) {
    return row.code().equals(here.code()) && (!row.dirty() || here.dirty());
  }

  private void verify(Agenda agenda, Ledger ledger, List<LedgerRow> rows) {
    var timeLeft = new TimeLeft(agenda.seconds());
    for (Left one : agenda.left()) {
      say(named(one.entry(), one.verify()));
      Verification verification = one.run().run(one.verify().seeds, one.verify().maxSeeds);
      rows.add(LedgerRow.of(one.entry().name(), verification, one.entry().command()));
      ledger.put(rows.getLast());
      timeLeft.done(one.seconds());
      verification.warnings().forEach(doubt -> say("warning: " + doubt));
      say(verification.sentence() + "; " + timeLeft.words());
    }
  }

  private static String named(LedgerPlan.Entry entry, VerifyCommand verify) {
    return entry.name() + ", " + verify.task;
  }

  private void say(String line) {
    common.err().println(line);
    common.err().flush();
  }
}
