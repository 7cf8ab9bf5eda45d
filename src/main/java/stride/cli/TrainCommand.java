package stride.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import stride.env.Task;
import stride.env.Tasks;
import stride.lab.Profile;
import stride.parallel.Team;
import stride.ppo.PpoConfig;
import stride.ppo.PpoLearner;
import stride.ppo.PpoOptions;
import stride.train.RunFolder;
import stride.train.TrainPlan;
import stride.train.TrainResult;
import stride.train.Trainer;

/** Trains a policy, or goes on with a run. */
@Command(
    name = "train",
    description = {
      "Trains a policy with PPO and keeps configuration, metrics and checkpoints in a run folder.",
      "Ctrl-C saves and ends; --resume goes on to the same bits as if it had never ended."
    },
    footer = {
      "",
      "Example: stride train Hopper-v5 --seed 1 --total-timesteps 400000",
      "         stride train --resume runs/Hopper-v5__ppo__1__1750000000"
    })
final class TrainCommand implements Callable<Integer>, CommonOptions.Holder {
  private static final int CHECKPOINT_EVERY = 20;
  private static final double WARM_UP_SECONDS = 2;

  @Mixin CommonOptions common;

  @Spec CommandSpec spec;

  @Parameters(arity = "0..1", paramLabel = "TASK", description = "Gymnasium's name")
  String task;

  @Option(names = "--resume", paramLabel = "DIR", description = "go on with a run; needs no more")
  Path resume;

  @Option(names = "--config", paramLabel = "FILE", description = "options as JSON")
  Path config;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description = "tuned (default) or cleanrl; fixes every option")
  String preset;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description = "an option by its name in JSON, for example num_envs=64")
  Map<String, String> settings = Map.of();

  @Option(names = "--seed", paramLabel = "N", description = "default: 1")
  Long seed;

  @Option(names = "--threads", paramLabel = "K", description = "default: all cores")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--run-dir",
      paramLabel = "DIR",
      description = "folder of the new run, which must not exist (default: below runs/)")
  Path runDir;

  @Override
  public CommonOptions common() {
    return common;
  }

  /** Adds a flag for each of the algorithm's options. */
  static void addOptions(CommandSpec train) {
    TrainConfig.optionTypes()
        .forEach(
            (name, type) ->
                train.addOption(
                    OptionSpec.builder(flag(name))
                        .type(String.class)
                        .arity(type.equals("true or false") ? "0..1" : "1")
                        .fallbackValue("true")
                        .paramLabel(type.toUpperCase(Locale.ROOT).replace(' ', '-'))
                        .description("option " + name)
                        .build()));
  }

  private static String flag(String option) {
    return "--" + option.replace('_', '-');
  }

  @Override
  public Integer call() {
    Options.requireEach("--threads", List.of(threads), 1, Profile.MOST_THREADS);
    TrainResult result = resume != null ? goOn() : begin();
    Options.printWarnings(common.err());
    common.print(result, TrainProgressLine.summary(result));
    return 0;
  }

  private TrainResult begin() {
    ObjectNode file = config == null ? null : TrainConfig.read(config);
    String name = task != null ? task : TrainConfig.text(file, "task", null);
    if (name == null) {
      throw new IllegalArgumentException("no TASK given, and no --resume");
    }
    Task chosen = Tasks.of(name);
    String base =
        preset != null ? preset : TrainConfig.text(file, "preset", PpoOptions.PRESETS.getFirst());
    long runSeed = seed != null ? seed : Long.parseLong(TrainConfig.text(file, "seed", "1"));
    TrainConfig merged = TrainConfig.preset(base, chosen);
    if (file != null) {
      merged.overlay(file);
    }
    settings.forEach(merged::set);
    for (String option : TrainConfig.optionTypes().keySet()) {
      String value = spec.findOption(flag(option)).getValue();
      if (value != null) {
        merged.set(option, value);
      }
    }
    PpoOptions options = merged.options();
    PpoConfig ppo = options.config(runSeed); // refuses what is impossible before a folder is made
    ObjectNode json = merged.toJson(name, runSeed, base);
    try (Team team = new Team(threads);
        var learner =
            new PpoLearner(chosen, options.policy(chosen), options.backendChosen(), team, ppo);
        RunFolder folder =
            runDir != null
                ? RunFolder.create(runDir, json)
                : RunFolder.create(RunFolder.RUNS, name, TrainConfig.ALGO, runSeed, json)) {
      return sit(plan(name, runSeed, options), learner, folder, /* fresh= */ true);
    }
  }

  private TrainResult goOn() {
    if (task != null || config != null || preset != null || seed != null || runDir != null) {
      throw new IllegalArgumentException("--resume goes on as the run began: give nothing with it");
    }
    TrainConfig merged = TrainConfig.ofRun(RunFolder.readConfig(resume, ObjectNode.class));
    String name = merged.task();
    long runSeed = merged.seed();
    Task chosen = Tasks.of(name);
    PpoOptions options = merged.options();
    try (Team team = new Team(threads);
        var learner =
            new PpoLearner(
                chosen,
                options.policy(chosen),
                options.backendChosen(),
                team,
                options.config(runSeed));
        RunFolder folder = RunFolder.open(resume)) {
      return sit(plan(name, runSeed, options), learner, folder, /* fresh= */ false);
    }
  }

  private static TrainPlan plan(String task, long seed, PpoOptions options) {
    return new TrainPlan(
        task, TrainConfig.ALGO, seed, options.totalTimesteps(), CHECKPOINT_EVERY, WARM_UP_SECONDS);
  }

  private TrainResult sit(TrainPlan plan, PpoLearner learner, RunFolder folder, boolean fresh) {
    common.err().println("run folder " + folder.path());
    try (var interrupt = new Interrupt()) {
      var trainer =
          new Trainer(
              plan, learner, folder, new TrainProgressLine(common.err()), interrupt.requested());
      return fresh ? trainer.start() : trainer.resume();
    }
  }
}
