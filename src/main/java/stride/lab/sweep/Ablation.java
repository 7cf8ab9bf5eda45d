package stride.lab.sweep;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import stride.files.JsonText;
import stride.lab.process.Build;
import stride.lab.trials.TrialRunner;
import stride.lab.trials.TrialSettings;
import stride.results.Machine;

/** Trains a base and each single change of it, and keeps what that shows in a folder. */
public final class Ablation {
  private final AblationPlan plan;
  private final List<Configuration> configurations;
  private final TrialSettings settings;
  private final Build build;
  private final Machine machine;
  private final TrialRunner runner;

  /**
   * An ablation that has yet to begin.
   *
   * @param plan what is asked
   * @param rules that options go by
   * @param settings where and how trainings are done
   * @param build what trains
   * @param machine this one
   * @param progress takes lines
   * @param stop set by anyone to begin no other training
   */
  public Ablation(
      AblationPlan plan,
      OptionRules rules,
      TrialSettings settings,
      Build build,
      Machine machine,
      PrintWriter progress,
      AtomicBoolean stop) {
    this.plan = plan;
    this.configurations = plan.configurations(rules);
    this.settings = settings;
    this.build = build;
    this.machine = machine;
    this.runner = new TrialRunner(settings, progress, stop);
  }

  /**
   * Trains and compares.
   *
   * @param out the ablation's folder; of this ablation, or empty, or not there yet
   * @return what is in its ablation.json now
   * @throws stride.lab.LabException if it was told to stop, or the folder is of another ablation,
   *     or something fails that says nothing of a training
   */
  public AblationFile run(Path out) {
    try (OutFolder folder =
        OutFolder.open(
            out,
            AblationFile.NAME,
            AblationFile.SCHEMA_VERSION,
            plan,
            build.origin(),
            settings.mixed())) {
      AblationFile file = folder.read(AblationFile.class).orElseGet(() -> train(folder));
      folder.write("ablation.md", file.page().markdown());
      return file;
    }
  }

  private AblationFile train(OutFolder folder) {
    AblationResult result =
        AblationResult.of(
            configurations, Configuration.train(configurations, plan.seeds(), build, runner));
    var file = new AblationFile(AblationFile.SCHEMA_VERSION, plan, build.origin(), machine, result);
    folder.write(AblationFile.NAME, JsonText.file(file));
    return file;
  }
}
