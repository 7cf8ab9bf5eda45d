package stride.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Arguments in the form of JMH's own command line, which override what a run would do else.
 *
 * <p>Those that say where results go, or that would leave out the flags of {@code jvm.args}, are
 * refused: a run writes its results folder itself, and its kernels need the flags.
 */
public final class JmhArguments {
  private static final Map<String, String> REFUSED =
      new TreeMap<>(
          Map.of(
              "-o", "Stride shows the progress itself",
              "-rf", "results are JSON, in the results folder",
              "-rff", "results go into the results folder: use --out",
              "-jvmArgs", "the forks need the flags of jvm.args: use -jvmArgsAppend"));

  private final List<String> words;
  private final List<String> includes;
  private final CommandLineOptions options;

  private JmhArguments(List<String> words, List<String> includes) {
    this.words = words;
    this.includes = includes;
    this.options = parse(words);
  }

  /**
   * Reads arguments.
   *
   * @param words as they stand on a command line
   * @return what they say
   * @throws IllegalArgumentException if JMH does not know one, or Stride cannot pass it on
   */
  public static JmhArguments of(List<String> words) {
    for (String word : words) {
      String reason = REFUSED.get(word.replaceFirst("=.*", ""));
      if (reason != null) {
        throw new IllegalArgumentException("JMH's %s cannot be used: %s".formatted(word, reason));
      }
    }
    List<String> includes = parse(words).getIncludes();
    // what is left is passed on beside the benchmarks chosen by name, to which JMH would add these
    List<String> others = new ArrayList<>(words);
    includes.forEach(include -> others.remove(others.lastIndexOf(include)));
    var arguments = new JmhArguments(List.copyOf(others), includes);
    if (arguments.options.getForkCount().orElse(1) < 1) {
      throw new IllegalArgumentException("-f=0, required: 1 or more");
    }
    return arguments;
  }

  private static CommandLineOptions parse(List<String> words) {
    try {
      return new CommandLineOptions(words.toArray(String[]::new));
    } catch (CommandLineOptionException e) {
      throw new IllegalArgumentException(
          "JMH: " + e.getMessage().lines().findFirst().orElse(""), e);
    }
  }

  /** The arguments but for names of benchmarks. */
  public List<String> words() {
    return words;
  }

  /** Names or patterns of benchmarks: those that JMH would run; empty for all. */
  public List<String> includes() {
    return includes;
  }

  /** Whether they say how many forks there are. */
  public boolean hasForks() {
    return options.getForkCount().hasValue();
  }

  /** Whether benchmarks are to be listed instead of run. */
  public boolean isList() {
    return options.shouldList() || options.shouldListWithParams();
  }

  /** Whether the list has the benchmarks' parameters too. */
  public boolean isListWithParams() {
    return options.shouldListWithParams();
  }

  /**
   * Whether a benchmark is left out.
   *
   * @param name of its suite and method
   * @return if a pattern of -e occurs in it
   */
  public boolean excludes(String name) {
    return options.getExcludes().stream().anyMatch(pattern -> found(pattern).test(name));
  }

  /** Where a pattern occurs in a name. */
  static Predicate<String> found(String pattern) {
    try {
      return Pattern.compile(pattern).asPredicate();
    } catch (PatternSyntaxException e) {
      return name -> name.contains(pattern);
    }
  }

  /**
   * Begins the settings of a run: what is set further on counts only where these say nothing. A
   * benchmark that fails leaves the others alone; {@link BenchProgress} knows of it.
   */
  ChainedOptionsBuilder builder() {
    ChainedOptionsBuilder builder = new OptionsBuilder().parent(options).shouldFailOnError(false);
    boolean gc =
        options.getProfilers().stream().anyMatch(profiler -> profiler.getKlass().equals("gc"));
    return gc ? builder : builder.addProfiler(GCProfiler.class);
  }

  /** Whether a user wants to see more than the score. */
  boolean hasProfilers() {
    return !options.getProfilers().isEmpty();
  }

  /**
   * Sets the iterations of a quick run, and the parameters of a suite in it, where they are free.
   */
  void quicken(ChainedOptionsBuilder builder, Suite suite) {
    if (!options.getWarmupIterations().hasValue()) {
      builder.warmupIterations(BenchmarkCase.QUICK_WARM_UPS);
    }
    TimeValue time = suite.needsGpu() ? BenchmarkCase.QUICK_GPU_TIME : BenchmarkCase.QUICK_TIME;
    if (!options.getWarmupTime().hasValue()) {
      builder.warmupTime(time);
    }
    if (!options.getMeasurementIterations().hasValue()) {
      builder.measurementIterations(BenchmarkCase.QUICK_ITERATIONS);
    }
    if (!options.getMeasurementTime().hasValue()) {
      builder.measurementTime(time);
    }
    suite
        .quick()
        .forEach(
            (name, values) -> {
              if (!options.getParameter(name).hasValue()) {
                builder.param(name, values.toArray(String[]::new));
              }
            });
  }
}
