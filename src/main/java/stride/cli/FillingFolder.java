package stride.cli;

import java.io.PrintWriter;
import stride.lab.bench.BenchPlan;
import stride.results.ResultsFolder;

/**
 * A results folder while a command fills it. A command that ends early deletes a folder without any
 * measurement, but not that of a bench run that failed: the run can go on. After a signal it says
 * how a bench run goes on.
 */
final class FillingFolder implements AutoCloseable {
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
    return new FillingFolder(folder, err, "stopped: " + PlannedRun.goesOn(folder));
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
    if (advice == null || !BenchPlan.isIn(folder.path())) {
      folder.deleteIfUnmeasured();
    }
  }
}
