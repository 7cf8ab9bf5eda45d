package stride.cli;

import java.nio.file.Path;
import java.util.List;
import stride.home.Home;
import stride.lab.bench.Against;
import stride.lab.bench.BenchReport;
import stride.lab.bench.Comparison;
import stride.lab.bench.MachineProbe;
import stride.lab.bench.Suites;
import stride.lab.process.Checkout;
import stride.lab.process.Worktree;
import stride.results.Anchor;
import stride.results.Machine;
import stride.results.Results;
import stride.results.ResultsFolder;
import stride.results.Revision;
import stride.train.Installation;

/** Measures this tree and another revision in turn, into a folder each, and compares. */
final class AgainstRun {
  private final CommonOptions common;
  private final Path parent;
  private final boolean quick;
  private final int forks;

  AgainstRun(CommonOptions common, Path parent, boolean quick, int forks) {
    this.common = common;
    this.parent = parent;
    this.quick = quick;
    this.forks = forks;
  }

  /** Runs benchmarks by suite and method, or all for null, and returns the exit code. */
  int run(String ref, List<String> benchmarks, double tolerance) {
    Path home = Home.folder();
    Revision here = Revision.of(home);
    var ours = new Checkout(home, here);
    ours.requireFresh();
    Checkout other = Worktree.build(home, ref, common.err());
    if (here.dirty()) {
      common.err().println("B is this tree as it is: its files differ from its commit");
    }
    var both = new Against(other, ours, quick, forks, common.err());
    List<String> wanted = null; // all that both have
    if (benchmarks != null) {
      both.only(benchmarks);
      wanted = Suites.namesOf(benchmarks);
    }
    List<String> suites = both.suites(wanted);

    // the machine is one for both, so both get the same anchors
    ResultsFolder folderA = ResultsFolder.create(parent, measuring(other));
    ResultsFolder folderB = ResultsFolder.create(parent, measuring(ours));
    Results a;
    Results b;
    try (var _ = new FillingFolder(folderA, common.err(), null);
        var _ = new FillingFolder(folderB, common.err(), null)) {
      Anchor start = MachineProbe.measure();
      both.run(suites, folderA, folderB);
      Anchor end = MachineProbe.measure();
      a = close(folderA, start, end);
      b = close(folderB, start, end);
    }
    common.err().println("results in " + folderA.path() + " and " + folderB.path());
    return CompareCommand.print(Comparison.of(a, b, tolerance, false), common);
  }

  private static Machine measuring(Checkout checkout) {
    return ThisMachine.measuring(
        ThisMachine.at(checkout.revision()), Installation.at(checkout.root()));
  }

  private static Results close(ResultsFolder folder, Anchor start, Anchor end) {
    Results results = Results.read(folder.path());
    var report =
        new BenchReport(folder, start, Results.baseline(Home.results(), results.machine()));
    report.addBenchmarks(results.benchmarks());
    report.close(end);
    return results;
  }
}
