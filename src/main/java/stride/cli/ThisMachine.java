package stride.cli;

import java.io.PrintWriter;
import stride.cuda.CudaInfo;
import stride.home.Home;
import stride.lab.process.Build;
import stride.mujoco.Mujoco;
import stride.results.Machine;
import stride.results.Revision;
import stride.train.Installation;

/** The machine that a command runs on, with its GPU. */
final class ThisMachine {
  private ThisMachine() {}

  /** At work on this project; says why if the commit is not known. */
  static Machine of(PrintWriter err) {
    Revision revision = Revision.of(Home.folder());
    if (revision.why() != null) {
      err.println("warning: the commit is not known: " + revision.why());
      err.flush();
    }
    return at(revision);
  }

  /** At work on another revision. */
  static Machine at(Revision revision) {
    return Machine.here(revision, Mujoco.version(), CudaInfo.gpu().orElse(null));
  }

  /** With this code, for a results folder; says why if the commit is not known. */
  static Machine measuring(PrintWriter err) {
    return measuring(of(err), Installation.here());
  }

  /** A machine with what is measured on it. */
  static Machine measuring(Machine machine, Installation installation) {
    return machine.with(
        installation
            .codeOfBenchmarks()
            .and(CudaInfo.code())
            .and(Build.flags(installation, machine.jvmFlags().stream()))
            .parts());
  }
}
