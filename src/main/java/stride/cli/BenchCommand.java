package stride.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stride.env.Tasks;
import stride.home.Home;
import stride.lab.bench.BenchPlan;
import stride.lab.bench.Comparison;
import stride.lab.bench.JmhArguments;
import stride.lab.bench.MachineProbe;
import stride.lab.bench.Suites;
import stride.nn.Backend;
import stride.options.Require;
import stride.results.ResultsFolder;

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
      "         stride bench -- GaeBenchmark.copy -p envs=64 -wi 2 -i 5 -f 1 -prof gc",
      "         stride bench --resume bench-results/2026-01-31_amd-epyc-2c_1a2b3c4"
    })
final class BenchCommand implements Callable<Integer>, CommonOptions.Holder {
  private static final int MOST_FORKS = 100;
  private static final String FORKS = "in [1, " + MOST_FORKS + "]";

  @Mixin CommonOptions common;

  @Option(names = "--quick", description = "few short iterations and the smaller parameters")
  boolean quick;

  @Option(
      names = "--suite",
      split = ",",
      paramLabel = "NAME",
      description =
          "only these suites or benchmarks, by name, pattern or a part of it, for example Gae or"
              + " GaeBenchmark.copy (default: all that can run here)")
  List<String> suites;

  @Option(
      names = "--forks",
      paramLabel = "N",
      description =
          "JVMs for each benchmark: "
              + FORKS
              + " (default: what its suite says; 1 with --quick; 5 with --against). `stride"
              + " compare` gives a verdict from 5")
  Integer forks;

  @Option(
      names = "--against",
      paramLabel = "GITREF",
      description =
          "build this revision in build/against, and run its forks and this tree's in turn"
              + " (default: no comparison)")
  String against;

  @Option(
      names = "--tolerance",
      paramLabel = "SHARE",
      converter = Percentage.class,
      description =
          "with --against: how much slower this tree may be: "
              + Percentage.RANGE
              + " (default: 5%%)")
  Double tolerance;

  @Option(
      names = "--resume",
      paramLabel = "FOLDER",
      description =
          "go on with an interrupted run, whose folder says what is to be done (default: begin a"
              + " new run)")
  Path resume;

  @Option(
      names = "--with-profile",
      split = ",",
      paramLabel = "TASK",
      description =
          "also profile these tasks over 1, 8 and 64 environments, into the same folder (default:"
              + " none)")
  List<String> profiles = List.of();

  @Option(
      names = "--with-training",
      description = "also train Hopper-v5 for 400,000 steps, and fail if it did not learn")
  boolean withTraining;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "parent of the results folder (default: bench-results of the project)")
  Path out;

  @Parameters(
      arity = "0..*",
      paramLabel = "JMH-ARGS",
      description =
          "after --: arguments of JMH's own command line, such as -p envs=64, -prof gc, -wi 2, -i"
              + " 5, names of benchmarks, -l to list them, -lp with their parameters")
  List<String> jmh = List.of();

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    if (resume != null) {
      return resume();
    }
    profiles.forEach(Tasks::of);
    JmhArguments arguments = arguments();
    List<String> chosen = chosen(arguments);
    if (arguments.isList()) {
      common.print(
          Map.of("benchmarks", chosen),
          Suites.here().listing(chosen, arguments.isListWithParams()));
      return 0;
    }
    Require.all(
        "--forks",
        forks == null ? List.of() : List.of(forks),
        n -> n >= 1 && n <= MOST_FORKS,
        FORKS);
    Path parent = out != null ? out : Home.results();
    if (against != null) {
      return compare(parent, chosen);
    }
    if (tolerance != null) {
      throw new IllegalArgumentException("--tolerance goes with --against");
    }
    return begin(parent, chosen, arguments);
  }

  /** What stands after --; names of benchmarks are also what --suite takes, so one of both. */
  private JmhArguments arguments() {
    if (!jmh.isEmpty()
        && !common.spec.commandLine().getParseResult().originalArgs().contains("--")) {
      throw new IllegalArgumentException(
          "'%s' is no option: suites go after --suite, JMH's own arguments after --"
              .formatted(jmh.getFirst()));
    }
    JmhArguments arguments = JmhArguments.of(jmh);
    if (forks != null && arguments.hasForks()) {
      throw new IllegalArgumentException("--forks and JMH's -f say the same: use one of them");
    }
    if (suites != null && !arguments.includes().isEmpty()) {
      throw new IllegalArgumentException(
          "--suite and names after -- both choose benchmarks: use one of them");
    }
    return arguments;
  }

  private int compare(Path parent, List<String> chosen) {
    if (!profiles.isEmpty() || withTraining || !jmh.isEmpty()) {
      throw new IllegalArgumentException(
          "--against runs suites only, no profile and no training, and takes no JMH arguments");
    }
    return new AgainstRun(common, parent, quick, forks == null ? Comparison.LEAST_FORKS : forks)
        .run(against, suites == null ? null : chosen, tolerance == null ? 0.05 : tolerance);
  }

  private int begin(Path parent, List<String> chosen, JmhArguments arguments) {
    ResultsFolder folder = ResultsFolder.create(parent, ThisMachine.measuring(common.err()));
    if (suites == null && arguments.includes().isEmpty()) {
      Backend.CUDA
          .missing()
          .ifPresent(why -> common.err().println("GPU suites are left out: " + why));
    }
    try (var _ = FillingFolder.ofBench(folder, common.err())) {
      var plan =
          new BenchPlan(
              ResultsFolder.SCHEMA_VERSION,
              quick,
              forks == null ? 0 : forks,
              chosen,
              arguments.words(),
              profiles,
              withTraining,
              MachineProbe.measure());
      plan.write(folder);
      return new PlannedRun(common, folder, plan).run();
    }
  }

  private int resume() {
    boolean more = quick || suites != null || forks != null || against != null || out != null;
    if (more || tolerance != null || !profiles.isEmpty() || withTraining || !jmh.isEmpty()) {
      throw new IllegalArgumentException("--resume takes no other option: the run has its own");
    }
    BenchPlan plan = BenchPlan.read(resume, ThisMachine.measuring(common.err()));
    ResultsFolder folder = ResultsFolder.open(resume);
    if (BenchPlan.isFinished(folder)) {
      common.print(Map.of("path", resume.toString()), resume + " is finished\n");
      return 0;
    }
    try (var _ = FillingFolder.ofBench(folder, common.err())) {
      return new PlannedRun(common, folder, plan).run();
    }
  }

  /**
   * Suite and method of those that were asked for; else of all that can run here, and in the quick
   * run no investigations, whose answers do not change from day to day.
   */
  private List<String> chosen(JmhArguments arguments) {
    final var all = Suites.here();
    final Predicate<String> possible = arguments.isList() ? _ -> true : all.possible();
    List<String> names = arguments.includes().isEmpty() ? suites : arguments.includes();
    if (names == null) {
      return all.benchmarks().stream()
          .filter(possible)
          .filter(name -> arguments.isList() || !quick || !all.of(name).isInvestigation())
          .filter(name -> !arguments.excludes(name))
          .toList();
    }
    Require.all(
        arguments.includes().isEmpty() ? "--suite" : "benchmark",
        names,
        name -> !all.named(name).isEmpty(),
        "one of " + String.join(", ", all.names()) + ", a pattern or a part of one");
    List<String> named =
        all.benchmarks().stream()
            .filter(name -> names.stream().anyMatch(n -> all.named(n).contains(name)))
            .filter(name -> !arguments.excludes(name))
            .toList();
    if (named.isEmpty()) {
      throw new IllegalArgumentException("JMH's -e leaves no benchmark");
    }
    List<String> here = named.stream().filter(possible).toList();
    if (here.isEmpty()) {
      all.of(named.getFirst()).requireHere(); // throws with the reason
    }
    return here;
  }
}
