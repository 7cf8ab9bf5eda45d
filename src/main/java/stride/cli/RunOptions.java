package stride.cli;

import static java.util.Objects.requireNonNullElse;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stride.env.Tasks;
import stride.learn.DescribedOption;
import stride.ppo.PpoOptions;

/** What says how a run is configured, for every command that begins runs. */
final class RunOptions {
  private static final String PRESET = "preset";

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "JSON file of train options, such as another run's config.json; flags override it"
              + " (default: none)")
  Path config;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "values of all options to start from: tuned or cleanrl (default: tuned, or the one that"
              + " --config names)")
  String preset;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description =
          "an option by its name in JSON, for example num_envs=64; may be repeated (default: none)")
  Map<String, String> settings = Map.of();

  /** Adds a flag for each of the algorithm's options. */
  static void addFlags(CommandSpec command) {
    command.resourceBundle(new OptionHelp());
    for (DescribedOption option : OptionTexts.all()) {
      List<String> bare = TrainConfig.bareValues(option);
      command.addOption(
          OptionSpec.builder(OptionTexts.flag(OptionTexts.name(option)))
              .type(String.class)
              .arity(bare.isEmpty() ? "1" : "0..1")
              .fallbackValue("true")
              .completionCandidates(bare.isEmpty() ? option.words() : bare)
              .paramLabel(OptionTexts.label(option))
              .descriptionKey(OptionTexts.name(option))
              .build());
    }
  }

  /**
   * Changes over flags over settings over the file over the preset.
   *
   * @param task null for the file's
   * @param seed null for the file's, or 1
   * @param changes by option's name; {@code preset} may be one of them
   */
  RunSpec run(String task, Long seed, Map<String, String> changes) {
    ConfigFile file = config != null ? ConfigFile.read(config) : ConfigFile.NONE;
    String name = task != null ? task : file.task();
    if (name == null) {
      throw new IllegalArgumentException("no TASK given, and no --resume");
    }
    long runSeed = requireNonNullElse(seed, requireNonNullElse(file.seed(), 1L));
    String chosen = changes.getOrDefault(PRESET, preset);
    String base =
        requireNonNullElse(
            chosen, requireNonNullElse(file.preset(), PpoOptions.PRESETS.getFirst()));
    TrainConfig merged = TrainConfig.preset(base, Tasks.of(name));
    merged.overlay(file);
    settings.forEach(merged::set);
    for (String option : TrainConfig.optionTypes().keySet()) {
      String value = spec.findOption(OptionTexts.flag(option)).getValue();
      if (value != null) {
        merged.set(option, value);
      }
    }
    changes.forEach(
        (option, value) -> {
          if (!option.equals(PRESET)) {
            merged.set(option, value);
          }
        });
    return new RunSpec(name, runSeed, base, merged.options());
  }
}
