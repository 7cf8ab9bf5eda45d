package stride.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import stride.env.Tasks;
import stride.lab.Anchor;
import stride.lab.BenchPlan;
import stride.lab.BenchRun;
import stride.lab.Machine;
import stride.lab.ResultsFolder;
import stride.nn.Backend;

/** The JMH suites, into a results folder. */
@Command(
    name = "bench",
    description = {
      "Runs the JMH suites and keeps what they measure in a new results folder.",
      "With --against it runs them for another revision too, in turn, and compares: is this tree"
          + " faster? It ends with 1 if a benchmark is slower by more than is tolerated."
    },
    footer = {
      "",
      "Example: stride bench --quick --suite RolloutBenchmark",
      "         stride bench --against HEAD~1 --suite GaeBenchmark",
      "         stride bench --resume bench-results/2026-01-31_amd-epyc-2c_1a2b3c4"
    })
final class BenchCommand implements Callable<Integer>, CommonOptions.Holder {
  private static final int MOST_FORKS = 100;

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
      names = "--forks",
      paramLabel = "N",
      description =
          "JVMs for each benchmark (default: what its suite says; one with --quick; 5 with"
              + " --against). `stride compare` gives a verdict from 5")
  Integer forks;

  @Option(
      names = "--against",
      paramLabel = "GITREF",
      description =
          "build this revision in build/against, and run its forks and this tree's in turn")
  String against;

  @Option(
      names = "--tolerance",
      paramLabel = "SHARE",
      converter = Percentage.class,
      description = "with --against: how much slower this tree may be (default: 5%%)")
  Double tolerance;

  @Option(
      names = "--resume",
      paramLabel = "FOLDER",
      description = "go on with an interrupted run, which says itself what is to be done")
  Path resume;

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
    if (resume != null) {
      boolean more = quick || suites != null || forks != null || against != null || out != null;
      if (more || tolerance != null || !profiles.isEmpty() || withTraining) {
        throw new IllegalArgumentException("--resume takes no other option: the run has its own");
      }
      return resume();
    }
    profiles.forEach(Tasks::of);
    Options.require(
        "--suite",
        suites == null ? List.of() : suites,
        pattern -> BenchRun.suites().stream().anyMatch(name -> matches(name, pattern)),
        "one of " + String.join(", ", BenchRun.suites()));
    final List<String> chosen = chosen();
    Options.require(
        "--forks",
        forks == null ? List.of() : List.of(forks),
        n -> n >= 1 && n <= MOST_FORKS,
        "in [1, " + MOST_FORKS + "]");
    Path parent = out != null ? out : Options.home().resolve("bench-results");
    if (against != null) {
      if (!profiles.isEmpty() || withTraining) {
        throw new IllegalArgumentException(
            "--against runs suites only, no profile and no training");
      }
      return new AgainstRun(common, parent, quick, forks == null ? 5 : forks)
          .run(against, suites == null ? null : chosen, tolerance == null ? 0.05 : tolerance);
    }
    if (tolerance != null) {
      throw new IllegalArgumentException("--tolerance goes with --against");
    }
    ResultsFolder folder = ResultsFolder.create(parent, Options.machine());
    var plan =
        new BenchPlan(
            ResultsFolder.SCHEMA_VERSION,
            quick,
            forks == null ? 0 : forks,
            chosen,
            profiles,
            withTraining,
            Anchor.measure());
    plan.write(folder);
    return new PlannedRun(common, folder, plan).run();
  }

  private int resume() {
    Machine here = Options.machine();
    BenchPlan plan = BenchPlan.read(resume, here);
    if (here.dirty()) {
      common.err().println("warning: of no commit: files may have changed since the run began");
    }
    ResultsFolder folder = ResultsFolder.open(resume);
    if (BenchPlan.isFinished(folder)) {
      common.print(Map.of("path", resume.toString()), resume + " is finished\n");
      return 0;
    }
    return new PlannedRun(common, folder, plan).run();
  }

  /**
   * Those that were asked for; else all that can run here, and in the quick run no investigations,
   * whose answers do not change from day to day.
   */
  private List<String> chosen() {
    Optional<String> noGpu = Backend.CUDA.missing();
    if (suites == null) {
      noGpu.ifPresent(why -> common.err().println("no suites of the GPU: " + why));
      return BenchRun.suites().stream()
          .filter(name -> noGpu.isEmpty() || !BenchRun.needsGpu(name))
          .filter(name -> !quick || !BenchRun.isInvestigation(name))
          .toList();
    }
    List<String> named =
        BenchRun.suites().stream()
            .filter(name -> suites.stream().anyMatch(pattern -> matches(name, pattern)))
            .toList();
    if (named.stream().anyMatch(BenchRun::needsGpu)) {
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
