package stride.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import stride.env.Tasks;
import stride.lab.Profile;
import stride.lab.ProfileReport;
import stride.lab.ProfileResult;
import stride.lab.ResultsFolder;
import stride.nn.Backend;

/** Env steps per second over environment counts. */
@Command(
    name = "profile",
    description = {
      "Measures env steps per second over environment counts and threads.",
      "The limit beside them is bare mj_step in C over the very actions and resets of the run,"
          + " on the same threads."
    },
    footer = {"", "Example: stride profile Hopper-v5 --envs 1,8,64 --threads 1,2"})
final class ProfileCommand implements Callable<Integer>, CommonOptions.Holder {
  @Mixin CommonOptions common;

  @Parameters(paramLabel = "TASK", description = "Gymnasium's name, for example Hopper-v5")
  String task;

  @Option(
      names = "--envs",
      split = ",",
      paramLabel = "N",
      defaultValue = "1,8,64",
      description = "numbers of environments (default: ${DEFAULT-VALUE})")
  List<Integer> envs;

  @Option(
      names = "--threads",
      split = ",",
      paramLabel = "K",
      description = "numbers of threads (default: 1 and all cores)")
  List<Integer> threads;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "4",
      description =
          "how long each combination is measured, after as long a warm-up"
              + " (default: ${DEFAULT-VALUE})")
  double seconds;

  @Option(names = "--seed", defaultValue = "1", description = "default: ${DEFAULT-VALUE}")
  long seed;

  @Option(
      names = "--backend",
      defaultValue = "cpu",
      description = "cpu, reference or cuda (default: ${DEFAULT-VALUE})")
  String backend;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "make a results folder in DIR and keep the profile there")
  Path out;

  @Override
  public CommonOptions common() {
    return common;
  }

  @Override
  public Integer call() {
    List<Integer> threadCounts = Options.threads(threads);
    Options.requireEach("--envs", envs, 1, Profile.MOST_ENVS);
    Options.requireEach("--threads", threadCounts, 1, Profile.MOST_THREADS);
    Options.require("--seconds", List.of(seconds), s -> s > 0 && s <= 3600, "in (0, 3600]");
    var profile = new Profile(Tasks.of(task), seed, Backend.of(backend), seconds, common.err());
    // made first: who has no room for results learns of it before anything is measured
    ResultsFolder folder = out == null ? null : ResultsFolder.create(out, Options.machine());
    profile.measureFirstStep();
    ProfileResult result = profile.run(envs, threadCounts);
    Options.printWarnings(common.err());
    if (folder != null) {
      ProfileReport.write(folder, result, profile.stepNanos());
      folder.writeText("summary.md", ProfileReport.markdown(result));
      common.err().println("results in " + folder.path());
    }
    common.print(result, ProfileReport.text(result));
    return 0;
  }
}
