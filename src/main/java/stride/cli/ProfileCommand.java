package stride.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stride.algo.Algorithms;
import stride.env.Tasks;
import stride.home.Home;
import stride.lab.bench.MachineProbe;
import stride.lab.profile.FlameGraphs;
import stride.lab.profile.Profile;
import stride.lab.profile.ProfilePlan;
import stride.lab.profile.ProfileReport;
import stride.mujoco.MujocoException;
import stride.mujoco.MujocoWarnings;
import stride.options.Require;
import stride.results.Anchor;
import stride.results.Anchors;
import stride.results.Machine;
import stride.results.ProfileResult;
import stride.results.Results;
import stride.results.ResultsFolder;
import stride.results.Revision;
import stride.results.Warnings;

/** Env steps per second over environment counts. */
@Command(
    name = "profile",
    description = {
      "Measures env steps per second over environment counts and threads.",
      "The limit beside them is bare mj_step in C over the very actions and resets of the run,"
          + " on the same threads."
    },
    footer = {
      "",
      "Example: stride profile Hopper-v5 --envs 1,8,64 --threads 1,2",
      "         stride profile Hopper-v5 --envs 64 --stepping lockstep",
      "         stride profile Hopper-v5 --envs 64 --flame --out bench-results"
    })
final class ProfileCommand implements Callable<Integer>, CommonOptions.Holder {
  @Mixin CommonOptions common;

  @Mixin ThreadLimit threadLimit;

  @Parameters(
      paramLabel = "TASK",
      completionCandidates = TaskNames.class,
      description = TaskNames.DESCRIPTION)
  String task;

  @Option(
      names = "--envs",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,8,64",
      description =
          "numbers of environments, with commas: each in [1, "
              + Profile.MOST_ENVS
              + "] (default: ${DEFAULT-VALUE})")
  List<Integer> envs;

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "K",
      description =
          "numbers of threads, with commas: each "
              + ThreadLimit.RANGE
              + " (default: 1 and all cores)")
  List<Integer> threads;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "4",
      description =
          "how long each combination is measured, in five or more windows, the first one after as"
              + " long a warm-up, the others after a quarter of it: s, "
              + Seconds.RANGE
              + " (default: ${DEFAULT-VALUE})")
  double seconds;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "seed of environments, parameters and actions: any 64-bit integer (default:"
              + " ${DEFAULT-VALUE})")
  long seed;

  @Option(
      names = "--algo",
      paramLabel = "NAME",
      completionCandidates = AlgorithmNames.class,
      defaultValue = Algorithms.DEFAULT,
      description = "what learns: one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE})")
  String algo;

  @Option(
      names = "--backend",
      paramLabel = "NAME",
      description = "what computes: cpu, reference or cuda (default: cpu)")
  String backend;

  @Option(
      names = "--stepping",
      paramLabel = "NAME",
      description =
          "sharded: each thread takes its own environments through a whole rollout; lockstep: one"
              + " call steps them all (default: sharded)")
  String stepping;

  @Option(
      names = "--policy-device",
      paramLabel = "NAME",
      description =
          "where actions are drawn: cpu, or cuda with --backend cuda --stepping lockstep (default:"
              + " cpu)")
  String policyDevice;

  @Option(
      names = "--flame",
      description =
          "also sample each combination, for as long as it is measured, into a flame graph:"
              + " by async-profiler if asprof is on PATH or in ASYNC_PROFILER_HOME/bin, else by"
              + " JFR; needs --out")
  boolean flame;

  @Option(
      names = "--verbose",
      description = "also print latencies and the times of all stages; summary.md has them always")
  boolean verbose;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description =
          "make a results folder in DIR and keep the profile there (default: keep nothing)")
  Path out;

  @Override
  public CommonOptions common() {
    return common;
  }

  /** Of the options for measuring. */
  private SequencedMap<String, String> changes() {
    SequencedMap<String, String> changes = new LinkedHashMap<>();
    if (backend != null) {
      changes.put("backend", backend);
    }
    if (stepping != null) {
      changes.put("stepping", stepping);
    }
    if (policyDevice != null) {
      changes.put("policy_device", policyDevice);
    }
    return changes;
  }

  @Override
  public Integer call() {
    List<Integer> threadCounts = ThreadLimit.counts(threads);
    Require.eachBetween("--envs", envs, 1, Profile.MOST_ENVS);
    threadLimit.requireEach("--threads", threadCounts);
    Seconds.require("--seconds", seconds);
    if (flame && out == null) {
      throw new IllegalArgumentException("--flame needs --out, the folder for flame graphs");
    }
    var plan =
        new ProfilePlan(Algorithms.of(algo), Tasks.of(task), seed, Map.copyOf(changes()), seconds);
    plan.requirePossible(envs);
    if (out == null) {
      return measure(plan, threadCounts, ThisMachine.at(Revision.of(Home.folder())), null);
    }
    // made first: who has no room for results learns of it before anything is measured
    Machine machine = ThisMachine.measuring(common.err());
    ResultsFolder folder = ResultsFolder.create(out, machine);
    try (var _ = new FillingFolder(folder, common.err(), null)) {
      return measure(plan, threadCounts, machine, folder);
    }
  }

  /** Into a folder, or null for none. */
  private int measure(
      ProfilePlan plan, List<Integer> threadCounts, Machine machine, ResultsFolder folder) {
    FlameGraphs flames = flame ? new FlameGraphs(folder, System.getenv()) : null;
    if (flame) {
      common.err().println(flames.choice());
    }
    var profile = new Profile(plan, common.err(), flames);
    profile.measureFirstStep();
    Optional<Anchor> start = anchor();
    ProfileResult rates = profile.run(envs, threadCounts);
    Optional<Anchors> anchors = start.flatMap(first -> anchor().map(last -> both(first, last)));
    ProfileResult result = anchors.map(both -> doubted(rates, machine, both)).orElse(rates);
    MujocoWarnings.print(common.err());
    if (folder != null) {
      ProfileReport.write(folder, result, profile.histograms());
      ProfileReport.writeSummary(folder, result, anchors);
      common.err().println("results in " + folder.path());
    }
    common.warn(result.doubts());
    common.print(result, ProfileReport.text(plan, result, verbose));
    return 0;
  }

  /** None where MuJoCo cannot be loaded: tasks written in Java do without it. */
  private static Optional<Anchor> anchor() {
    try {
      return Optional.of(MachineProbe.measure());
    } catch (MujocoException e) {
      return Optional.empty();
    }
  }

  private static Anchors both(Anchor start, Anchor end) {
    return new Anchors(ResultsFolder.SCHEMA_VERSION, start, end);
  }

  private static ProfileResult doubted(ProfileResult rates, Machine machine, Anchors anchors) {
    return rates.withDoubts(
        Warnings.ofRun(
            machine,
            Optional.of(anchors),
            Results.baseline(Home.results(), machine),
            List.of(),
            rates.spreads()));
  }
}
