package stride.cli;

import static java.util.Objects.requireNonNullElse;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stride.env.Tasks;
import stride.ppo.PpoOptions;

/** What says how a run is configured, for every command that begins runs. */
final class RunOptions {
  private static final String PRESET = "preset";

  @Spec(Spec.Target.MIXEE)
  CommandSpec spec;

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

  /** Adds a flag for each of the algorithm's options. */
  static void addFlags(CommandSpec command) {
    TrainConfig.optionTypes()
        .forEach(
            (name, type) ->
                command.addOption(
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
      String value = spec.findOption(flag(option)).getValue();
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
