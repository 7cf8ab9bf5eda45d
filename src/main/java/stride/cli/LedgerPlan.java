package stride.cli;

import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import stride.files.JsonObject;

/**
 * Speed-ups that are to be verified: a file of command lines.
 *
 * @param rows one for each
 */
record LedgerPlan(List<Entry> rows) {
  private static final int SCHEMA_VERSION = 1;
  private static final String VERIFY = "stride verify ";

  /**
   * A speed-up.
   *
   * @param name of its row in the ledger
   * @param command line that verifies it, whose words have no blanks
   * @param gpu whether that needs an NVIDIA GPU
   * @param minutes that it takes where it has been measured: a first guess of others
   */
  record Entry(String name, String command, boolean gpu, double minutes) {
    /** The command with its options taken in. */
    VerifyCommand verify(Path plan) {
      if (!command.startsWith(VERIFY)) {
        throw complaint(plan, "command=" + command + ", required: " + VERIFY + "...");
      }
      String[] args = command.substring("stride ".length()).split(" +");
      try {
        CommandSpec spec = Stride.commandLine().parseArgs(args).subcommand().commandSpec();
        var verify = (VerifyCommand) spec.userObject();
        if (verify.against != null || verify.trials.mixed || verify.ledger != null) {
          throw complaint(plan, "a plan's rows are of switches: no --against, --mixed or --ledger");
        }
        return verify;
      } catch (ParameterException e) {
        throw complaint(plan, e.getMessage());
      }
    }

    IllegalArgumentException complaint(Path plan, String message) {
      return new IllegalArgumentException(plan + ": " + name + ": " + message);
    }
  }

  static LedgerPlan read(Path file) {
    return new LedgerPlan(
        JsonObject.of(file, SCHEMA_VERSION).list("rows").stream()
            .map(row -> row.as(Entry.class))
            .toList());
  }
}
