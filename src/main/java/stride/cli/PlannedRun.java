package stride.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import stride.algo.OptionValues;
import stride.env.Task;
import stride.env.Tasks;
import stride.files.FileException;
import stride.files.FileGuard;
import stride.home.Home;
import stride.lab.LabException;
import stride.lab.bench.BenchPlan;
import stride.lab.bench.BenchReport;
import stride.lab.bench.BenchRun;
import stride.lab.bench.Comparison;
import stride.lab.bench.JmhArguments;
import stride.lab.bench.MachineProbe;
import stride.lab.bench.ShortTraining;
import stride.lab.process.CommandText;
import stride.lab.profile.Profile;
import stride.lab.profile.ProfilePlan;
import stride.lab.profile.ProfileReport;
import stride.mujoco.MujocoWarnings;
import stride.ppo.Ppo;
import stride.ppo.PpoOptions;
import stride.results.Anchor;
import stride.results.Anchors;
import stride.results.Figures;
import stride.results.Machine;
import stride.results.ProfileResult;
import stride.results.Results;
import stride.results.ResultsFolder;
import stride.results.Warnings;
import stride.train.RunSpec;

/** Does what is left of a bench run: nothing that its folder has already is done again. */
final class PlannedRun {
  private static final long SEED = 1;
  private static final double QUICK_SECONDS = 3;
  private static final double FULL_SECONDS = 10;

  private static final String TRAINED_TASK = "Hopper-v5";
  private static final long TRAINED_STEPS = 400_000;

  // a policy that has learnt nothing falls at 20; ten seeds of longer runs were at 950 to 1600 here
  private static final double FLOOR = 600;

  private final CommonOptions common;
  private final ResultsFolder folder;
  private final BenchPlan plan;

  PlannedRun(CommonOptions common, ResultsFolder folder, BenchPlan plan) {
    this.common = common;
    this.folder = folder;
    this.plan = plan;
  }

  /** What a run goes on with that ended early. */
  static String goesOn(ResultsFolder folder) {
    String command = "bench --resume " + CommandText.quoted(folder.path().toString());
    return "`%s` goes on".formatted(CommandText.typed(command));
  }

  /** Returns the exit code. */
  int run() {
    try (FileGuard _ = BenchPlan.guard(folder)) {
      return toTheEnd();
    } catch (IOException e) {
      throw FileException.cannot("lock", folder.path(), e);
    }
  }

  private int toTheEnd() {
    try {
      return measure();
    } catch (LabException | FileException e) {
      throw new LabException(
          "%s; what was finished is kept: %s".formatted(e.getMessage(), goesOn(folder)), e);
    }
  }

  private int measure() {
    Machine machine = Results.read(folder.path()).machine();
    Optional<Anchors> baseline = Results.baseline(Home.results(), machine);
    var report = new BenchReport(folder, plan.start(), baseline);
    begin(machine, baseline);
    new BenchRun(Home.folder(), plan.quick(), plan.forks(), JmhArguments.of(plan.jmh()))
        .run(folder, plan.benchmarks(), common.err());
    report.addBenchmarks(Results.read(folder.path()).benchmarks());
    List<ProfileResult> profiles = new ArrayList<>();
    for (String task : plan.profiles()) {
      ProfileResult result = profile(task);
      report.add(result);
      profiles.add(result);
    }
    ShortTraining.Outcome training = null;
    if (plan.training()) {
      common.err().print("training ");
      training = new ShortTraining(training(), FLOOR).run(ThreadLimit.cores(), common.err());
      report.add(training);
    }
    MujocoWarnings.print(common.err());
    report.close(MachineProbe.measure());
    common.warn(report.doubts());
    Path summary = folder.path().resolve("summary.md");
    common.print(
        Map.of("path", folder.path().toString(), "profiles", profiles, "doubts", report.doubts()),
        "\n" + report.text(CommandText.typed(summary), next()));
    return training == null || training.learnt() ? 0 : 1;
  }

  /** Says what is to come, and what is known already to spoil it. */
  private void begin(Machine machine, Optional<Anchors> baseline) {
    Anchor start = plan.start();
    common
        .err()
        .printf(
            "measuring: %s%s%s%s, into %s%n",
            plan.quick() ? "quick " : "",
            Figures.plural(plan.suites().size(), "JMH suite"),
            plan.profiles().isEmpty() ? "" : ", profile of " + String.join(", ", plan.profiles()),
            plan.training() ? ", a training" : "",
            CommandText.typed(folder.path()));
    common
        .err()
        .printf(
            "machine: %,.0f bare mj_step/s, %.1f GB/s copied%n",
            start.mjStepsPerSecond(), start.copyGigabytesPerSecond());
    Warnings.ofStart(machine, start, baseline)
        .forEach(doubt -> common.err().println("warning: " + doubt));
    common.err().flush();
  }

  /** What a user may want to do now: look, and, once something has changed, compare. */
  private List<String> next() {
    String run = CommandText.quoted(CommandText.typed(folder.path()));
    String compare =
        plan.forks() >= Comparison.LEAST_FORKS
            ? "compare baseline " + run
            : "bench --against HEAD --quick   # after a change: is this tree faster?";
    return List.of(
        CommandText.typed("report " + run + " --out report.html"), CommandText.typed(compare));
  }

  /** Some seconds of what is known to learn. */
  private static RunSpec<?> training() {
    var ppo = new Ppo();
    Task task = Tasks.of(TRAINED_TASK);
    OptionValues<PpoOptions> options = OptionValues.preset(ppo, Ppo.TUNED, task);
    options.set("total_timesteps", Long.toString(TRAINED_STEPS));
    return new RunSpec<>(ppo, task, SEED, Ppo.TUNED, options.options());
  }

  private ProfileResult profile(String task) {
    for (ProfileResult finished : Results.read(folder.path()).profiles()) {
      if (finished.task().equals(task)) {
        return finished;
      }
    }
    common.err().println("profile of " + task);
    double seconds = plan.quick() ? QUICK_SECONDS : FULL_SECONDS;
    var profile =
        new Profile(
            new ProfilePlan(new Ppo(), Tasks.of(task), SEED, Map.of(), seconds), common.err());
    ProfileResult result = profile.run(List.of(1, 8, 64), ThreadLimit.counts(null));
    ProfileReport.write(folder, result, profile.histograms());
    return result;
  }
}
