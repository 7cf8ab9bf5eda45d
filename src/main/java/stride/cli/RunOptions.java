package stride.cli;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import stride.algo.Algorithm;
import stride.algo.Algorithms;
import stride.algo.OptionValues;
import stride.env.Task;
import stride.env.TaskOptions;
import stride.env.Tasks;
import stride.options.DescribedOption;
import stride.options.OptionJson;
import stride.train.ConfigFile;
import stride.train.RunSpec;

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
      names = "--algo",
      paramLabel = "NAME",
      completionCandidates = AlgorithmNames.class,
      description =
          "what learns: one of ${COMPLETION-CANDIDATES} (default: ppo, or the one that --config"
              + " names)")
  String algo;

  @Option(
      names = "--preset",
      paramLabel = "NAME",
      description =
          "values of all options to start from: tuned, cleanrl or another of the algorithm's (default:"
              + " tuned, or the one that --config names)")
  String preset;

  @Option(
      names = "--set",
      paramLabel = "OPTION=VALUE",
      description =
          "an option by its name in JSON, for example num_envs=64; may be repeated (default: none)")
  Map<String, String> settings = Map.of();

  /**
   * Adds a flag for each option of the tasks and algorithms, under the headings of their groups.
   */
  static void addFlags(CommandSpec command) {
    command.resourceBundle(new OptionHelp());
    var place = new AtomicInteger(); // of a group, in the order given
    OptionTexts.grouped(OptionTexts.all())
        .forEach(
            (group, options) -> {
              ArgGroupSpec.Builder flags =
                  ArgGroupSpec.builder()
                      .validate(false) // any of them, in any order
                      .order(place.getAndIncrement())
                      .heading("%n" + group.heading() + ":%n");
              options.forEach(option -> flags.addArg(flag(option)));
              command.addArgGroup(flags.build());
            });
  }

  private static OptionSpec flag(DescribedOption option) {
    List<String> bare = OptionTexts.bareValues(option);
    return OptionSpec.builder(OptionTexts.flag(option.name()))
        .type(String.class)
        .arity(bare.isEmpty() ? "1" : "0..1")
        .fallbackValue("true")
        .completionCandidates(bare.isEmpty() ? option.words() : bare)
        .paramLabel(OptionTexts.label(option))
        .descriptionKey(option.name())
        .build();
  }

  /** The algorithm that is asked for: by the flag, or else by the file. */
  Algorithm<?> algorithm() {
    return algorithm(file());
  }

  private Algorithm<?> algorithm(ConfigFile file) {
    return algo != null ? Algorithms.of(algo) : named(file::algorithm);
  }

  private ConfigFile file() {
    return config != null ? ConfigFile.read(config) : ConfigFile.NONE;
  }

  /** What a file says, or an error that names it. */
  private <T> T named(Supplier<T> says) {
    try {
      return says.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(config + ": " + e.getMessage(), e);
    }
  }

  /**
   * Changes over flags over settings over the file over the preset.
   *
   * @param task null for the file's
   * @param seed null for the file's, or 1
   * @param changes by option's name; {@code preset} may be one of them
   */
  RunSpec<?> run(String task, Long seed, Map<String, String> changes) {
    ConfigFile file = file();
    return run(algorithm(file), file, task, seed, changes);
  }

  private <O extends Record> RunSpec<O> run(
      Algorithm<O> algorithm,
      ConfigFile file,
      String taskName,
      Long seed,
      Map<String, String> changes) {
    String name = taskName != null ? taskName : file.task();
    if (name == null) {
      throw new IllegalArgumentException("no TASK given, and no --resume");
    }
    long runSeed = requireNonNullElse(seed, requireNonNullElse(file.seed(), 1L));
    String chosen = changes.getOrDefault(PRESET, preset);
    String base =
        requireNonNullElse(
            chosen, requireNonNullElse(file.preset(), algorithm.presets().getFirst()));
    Task plain = Tasks.of(name);
    OptionValues<O> merged = OptionValues.preset(algorithm, base, plain);
    named(() -> merged.setAll(file.options()));
    Task task = named(() -> TaskOptions.with(plain, file.taskOptions()));
    SequencedMap<String, JsonNode> ofTheTask = new LinkedHashMap<>();
    given(changes)
        .forEach(
            (option, value) ->
                TaskOptions.find(plain, option)
                    .ifPresentOrElse(
                        its -> ofTheTask.put(option, OptionJson.read(its, value)),
                        () -> merged.set(option, value)));
    return new RunSpec<>(
        algorithm, TaskOptions.with(task, ofTheTask), runSeed, base, merged.options());
  }

  /** Changes over flags over settings. */
  private SequencedMap<String, String> given(Map<String, String> changes) {
    SequencedMap<String, String> given = new LinkedHashMap<>(settings);
    given.putAll(flags());
    changes.forEach(
        (option, value) -> {
          if (!option.equals(PRESET)) {
            given.put(option, value);
          }
        });
    return given;
  }

  /** Those that were given, of any task and algorithm. */
  private SequencedMap<String, String> flags() {
    SequencedMap<String, String> given = new LinkedHashMap<>();
    for (DescribedOption option : OptionTexts.all()) {
      String value = spec.findOption(OptionTexts.flag(option.name())).getValue();
      if (value != null) {
        given.put(option.name(), value);
      }
    }
    return given;
  }
}
