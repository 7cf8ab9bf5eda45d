package stride.cli;

import java.io.PrintWriter;
import stride.lab.ResultsFolder;

/**
 * A results folder while a command fills it. A command that ends early leaves no folder without any
 * measurement, unless it is a bench run that failed and can go on; of others it says what goes on.
 */
final class FillingFolder implements AutoCloseable {
  private static final String PLAN = "plan.json";

  private final ResultsFolder folder;
  private final PrintWriter err;
  private final String advice; // null: nothing goes on with it
  private final Thread hook = new Thread(this::end, "stride-folder");

  FillingFolder(ResultsFolder folder, PrintWriter err, String advice) {
    this.folder = folder;
    this.err = err;
    this.advice = advice;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Of a bench run, which its folder goes on with. */
  static FillingFolder ofBench(ResultsFolder folder, PrintWriter err) {
    return new FillingFolder(
        folder,
        err,
        "stopped: `%s` goes on".formatted(Options.typed("bench --resume " + folder.path())));
  }

  /** A signal ends the process. */
  private void end() {
    if (!folder.deleteIfUnmeasured() && advice != null) {
      err.println();
      err.println(advice);
      err.flush();
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      return; // it is at work
    }
    // a bench run that failed says itself that it can go on
    if (advice == null || !folder.has(PLAN)) {
      folder.deleteIfUnmeasured();
    }
  }
}
