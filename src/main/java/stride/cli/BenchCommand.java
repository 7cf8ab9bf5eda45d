package stride.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stride.env.Task;
import stride.env.Tasks;
import stride.lab.Anchor;
import stride.lab.BenchReport;
import stride.lab.BenchRun;
import stride.lab.Profile;
import stride.lab.ProfileReport;
import stride.lab.ProfileResult;
import stride.lab.ResultsFolder;
import stride.lab.ShortTraining;
import stride.nn.Backend;

/** The JMH suites, into a results folder. */
@Command(
    name = "bench",
    description = "Runs the JMH suites and keeps what they measure in a new results folder.",
    footer = {"", "Example: stride bench --quick --suite RolloutBenchmark"})
final class BenchCommand implements Callable<Integer>, CommonOptions.Holder {
  private static final long SEED = 1;
  private static final double QUICK_SECONDS = 3;
  private static final double FULL_SECONDS = 10;

  @Mixin CommonOptions common;

  @Option(names = "--quick", description = "few short iterations and the smaller parameters")
  boolean quick;

  @Option(
      names = "--suite",
      split = ",",
      paramLabel = "NAME",
      description =
          "only these suites, by name or pattern, for example 'Cuda.*'"
              + " (default: all that can run here)")
  List<String> suites;

  @Option(
      names = "--with-profile",
      split = ",",
      paramLabel = "TASK",
      description = "also profile these tasks over 1, 8 and 64 environments, into the same folder")
  List<String> profiles = List.of();

  @Option(
      names = "--with-training",
      description = "also train Hopper-v5 for 400,000 steps, and fail if it did not learn")
  boolean withTraining;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "where the folder goes (default: bench-results of the project)")
  Path out;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    List<Task> tasks = profiles.stream().map(Tasks::of).toList();
    Options.require(
        "--suite",
        suites == null ? List.of() : suites,
        pattern -> BenchRun.suites().stream().anyMatch(name -> matches(name, pattern)),
        "one of " + String.join(", ", BenchRun.suites()));
    final Predicate<String> wanted = wanted();
    Path parent = out != null ? out : Options.home().resolve("bench-results");
    ResultsFolder folder = ResultsFolder.create(parent, Options.machine());
    var report = new BenchReport(folder, Anchor.measure());

    common.err().println("JMH suites" + (quick ? ", quick" : ""));
    var bench = new BenchRun(Options.home(), quick);
    report.add(bench.run(folder, wanted, common.err()));

    List<ProfileResult> results = new ArrayList<>();
    for (Task task : tasks) {
      common.err().println("profile of " + task);
      double seconds = quick ? QUICK_SECONDS : FULL_SECONDS;
      var profile = new Profile(task, SEED, Backend.CPU, seconds, common.err());
      ProfileResult result = profile.run(List.of(1, 8, 64), Options.threads(null));
      ProfileReport.write(folder, result, profile.stepNanos());
      report.add(result);
      results.add(result);
    }
    ShortTraining.Outcome training = null;
    if (withTraining) {
      common.err().print("training ");
      training = ShortTraining.run(Runtime.getRuntime().availableProcessors(), common.err());
      report.add(training);
    }
    Options.printWarnings(common.err());
    report.close(Anchor.measure());
    common.print(
        Map.of("path", folder.path().toString(), "profiles", results),
        report.text() + "\nresults in " + folder.path() + "\n");
    return training == null || training.learnt() ? 0 : 1;
  }

  /** Without a GPU its suites are left out, unless they were asked for: then that is an error. */
  private Predicate<String> wanted() {
    if (suites == null) {
      Optional<String> noGpu = Backend.CUDA.missing();
      noGpu.ifPresent(why -> common.err().println("no suites of the GPU: " + why));
      return name -> noGpu.isEmpty() || !BenchRun.needsGpu(name);
    }
    Predicate<String> named = name -> suites.stream().anyMatch(pattern -> matches(name, pattern));
    if (BenchRun.suites().stream().filter(named).anyMatch(BenchRun::needsGpu)) {
      Backend.CUDA.kernels(); // throws with the reason if there is no GPU
    }
    return named;
  }

  private static boolean matches(String name, String pattern) {
    try {
      return name.matches(pattern);
    } catch (PatternSyntaxException e) {
      return false;
    }
  }
}
