package stride.lab.bench;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Defaults;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import stride.ale.Ale;
import stride.files.FileException;
import stride.lab.LabException;
import stride.lab.process.Checkout;
import stride.nn.Backend;
import stride.results.JmhResult;

/** The compiled JMH suites of a revision: what JMH lists, and what their annotations say. */
public final class Suites {
  // until a JVM runs its first iteration: sets up and proves its subject, and closes it afterwards
  private static final double START_SECONDS = 1.5;

  private final Set<BenchmarkListEntry> entries;
  private final ClassFiles classFiles;
  private final Map<String, Suite> read = new HashMap<>();

  /** Where compiled classes are. */
  @FunctionalInterface
  private interface ClassFiles {
    InputStream open(String path) throws IOException;
  }

  private Suites(Set<BenchmarkListEntry> entries, ClassFiles classFiles) {
    this.entries = entries;
    this.classFiles = classFiles;
  }

  /** The suites on the class path. */
  public static Suites here() {
    ClassLoader loader = Suites.class.getClassLoader();
    boolean any = Suites.class.getResource(BenchmarkList.BENCHMARK_LIST) != null;
    return new Suites(
        any ? entries(BenchmarkList.defaultList()) : Set.of(), loader::getResourceAsStream);
  }

  /**
   * The suites of a built revision.
   *
   * @param checkout of it
   * @throws LabException if it has none
   */
  static Suites of(Checkout checkout) {
    Path classes = checkout.suiteClasses();
    Path list = Path.of(classes + BenchmarkList.BENCHMARK_LIST);
    if (!Files.exists(list)) {
      throw new LabException(
          "revision " + checkout.revision().abbreviated() + " has no JMH suites");
    }
    return new Suites(
        entries(BenchmarkList.fromFile(list.toString())),
        path -> Files.newInputStream(classes.resolve(path)));
  }

  private static Set<BenchmarkListEntry> entries(BenchmarkList list) {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return list.find(
        OutputFormatFactory.createFormatInstance(nowhere, VerboseMode.SILENT),
        List.of(".*"),
        List.of());
  }

  private Set<BenchmarkListEntry> entries() {
    if (entries.isEmpty()) {
      throw new LabException("no benchmarks on the class path: run `make build`");
    }
    return entries;
  }

  private static String suiteOf(BenchmarkListEntry entry) {
    String name = entry.getUserClassQName();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  /**
   * The names of all suites.
   *
   * @return simple class names in order
   * @throws LabException if there are none
   */
  public List<String> names() {
    return entries().stream().map(Suites::suiteOf).distinct().sorted().toList();
  }

  /**
   * The names of all benchmarks.
   *
   * @return suite and method, in order: {@code GaeBenchmark.copy}
   * @throws LabException if there are none
   */
  public List<String> benchmarks() {
    return entries().stream()
        .map(BenchmarkListEntry::getUsername)
        .distinct()
        .sorted()
        .map(JmhResult::withoutPackage)
        .toList();
  }

  /**
   * The names of the suites that benchmarks belong to.
   *
   * @param benchmarks suite and method of each
   * @return each once, in order
   */
  public static List<String> namesOf(List<String> benchmarks) {
    return benchmarks.stream().map(JmhResult::suite).distinct().toList();
  }

  /**
   * What the annotations of a suite say.
   *
   * @param name of the suite, or suite and method of one of its benchmarks
   * @throws IllegalArgumentException if there is no such suite
   */
  public Suite of(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no suite %s, there are %s".formatted(name, String.join(", ", names()))));
  }

  /**
   * Whether benchmarks can run here, as far as that is known beforehand.
   *
   * @return asked for suites, or suites and methods
   */
  public Predicate<String> possible() {
    final boolean gpu = Backend.CUDA.missing().isEmpty();
    final boolean ale = Ale.missing().isEmpty();
    return name -> (gpu || !of(name).needsGpu()) && (ale || !of(name).needsAle());
  }

  /**
   * What the annotations of a suite say, if it is there.
   *
   * @param name of the suite, or suite and method of one of its benchmarks
   * @return none if there is no such suite, or no longer
   */
  Optional<Suite> find(String name) {
    String suite = name.contains(".") ? JmhResult.suite(name) : name;
    return entries.stream()
        .filter(entry -> suiteOf(entry).equals(suite))
        .findFirst()
        .map(entry -> read.computeIfAbsent(suite, _ -> read(suite, entry.getUserClassQName())));
  }

  private Suite read(String name, String className) {
    String path = className.replace('.', '/') + ".class";
    try (InputStream in = classFiles.open(path)) {
      if (in == null) {
        throw new FileNotFoundException(path);
      }
      return Suite.read(name, in.readAllBytes());
    } catch (IOException e) {
      throw FileException.cannotRead(Path.of(path), e);
    }
  }

  /**
   * Finds benchmarks by what a user calls them.
   *
   * @param name of a suite or of one benchmark, a pattern of either, or a part of it: the first of
   *     these that fits
   * @return suite and method of each; empty if there is none
   */
  public List<String> named(String name) {
    List<String> all = benchmarks();
    Predicate<String> whole =
        Pattern.compile("(?:" + Pattern.quote(name) + ")(?:\\..*)?").asMatchPredicate();
    List<Predicate<String>> ways = List.of(whole, matches(name), JmhArguments.found(name));
    return ways.stream()
        .map(way -> all.stream().filter(way).toList())
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** Whether a pattern is a benchmark's name, or that of its suite. */
  private static Predicate<String> matches(String pattern) {
    try {
      var compiled = Pattern.compile(pattern).asMatchPredicate();
      return name -> compiled.test(name) || compiled.test(JmhResult.suite(name));
    } catch (PatternSyntaxException e) {
      return name -> false;
    }
  }

  /**
   * What benchmarks there are, as JMH's -l and -lp list them.
   *
   * @param chosen suite and method of each
   * @param withParams whether the list has their parameters too
   * @return lines with a closing line break
   */
  public String listing(List<String> chosen, boolean withParams) {
    var text = new StringBuilder();
    for (String name : chosen) {
      text.append(name).append('\n');
      if (withParams) {
        params(name)
            .forEach(
                (param, values) ->
                    text.append("  -p %s=%s%n".formatted(param, String.join(",", values))));
      }
    }
    return text.toString();
  }

  /** Values of each parameter of a benchmark, given by suite and method. */
  private SortedMap<String, List<String>> params(String benchmark) {
    SortedMap<String, List<String>> values = new TreeMap<>();
    for (BenchmarkListEntry entry : entries) {
      if (JmhResult.withoutPackage(entry.getUsername()).equals(benchmark)) {
        values.putAll(params(entry));
      }
    }
    return values;
  }

  private static SortedMap<String, List<String>> params(BenchmarkListEntry entry) {
    SortedMap<String, List<String>> values = new TreeMap<>();
    entry
        .getParams()
        .orElse(Map.of())
        .forEach((name, declared) -> values.put(name, List.of(declared)));
    return values;
  }

  /**
   * Lists what JMH would run with a suite's own iterations and parameters.
   *
   * @param suite simple name of its class
   * @return in order; empty if there is no such suite
   */
  List<BenchmarkCase> cases(String suite) {
    List<BenchmarkCase> cases = new ArrayList<>();
    for (BenchmarkListEntry entry : entries) {
      if (suiteOf(entry).equals(suite)) {
        int forks = entry.getForks().orElse(Defaults.MEASUREMENT_FORKS);
        add(cases, entry, params(entry), forks, seconds(entry));
      }
    }
    return cases;
  }

  /**
   * Lists what JMH would run in the quick run.
   *
   * @param suite says with what parameters; it may be that of another revision
   * @return in order; empty if there is no suite of its name
   */
  List<BenchmarkCase> quickCases(Suite suite) {
    List<BenchmarkCase> cases = new ArrayList<>();
    for (BenchmarkListEntry entry : entries) {
      if (suiteOf(entry).equals(suite.name())) {
        SortedMap<String, List<String>> values = params(entry);
        suite.quick().forEach((name, few) -> values.computeIfPresent(name, (_, _) -> few));
        add(cases, entry, values, 1, quickSeconds());
      }
    }
    return cases;
  }

  /** Every combination of the parameters' values. */
  private static void add(
      List<BenchmarkCase> cases,
      BenchmarkListEntry entry,
      SortedMap<String, List<String>> values,
      int forks,
      double seconds) {
    List<SortedMap<String, String>> combinations = List.of(new TreeMap<>());
    for (var parameter : values.entrySet()) {
      List<SortedMap<String, String>> longer = new ArrayList<>();
      for (SortedMap<String, String> begun : combinations) {
        for (String value : parameter.getValue()) {
          SortedMap<String, String> combination = new TreeMap<>(begun);
          combination.put(parameter.getKey(), value);
          longer.add(combination);
        }
      }
      combinations = longer;
    }
    for (SortedMap<String, String> params : combinations) {
      cases.add(new BenchmarkCase(entry.getUsername(), params, forks, START_SECONDS + seconds));
    }
  }

  private static double quickSeconds() {
    return (BenchmarkCase.QUICK_WARM_UPS + BenchmarkCase.QUICK_ITERATIONS)
        * inSeconds(BenchmarkCase.QUICK_TIME);
  }

  private static double seconds(BenchmarkListEntry entry) {
    return entry.getWarmupIterations().orElse(Defaults.WARMUP_ITERATIONS)
            * inSeconds(entry.getWarmupTime().orElse(Defaults.WARMUP_TIME))
        + entry.getMeasurementIterations().orElse(Defaults.MEASUREMENT_ITERATIONS)
            * inSeconds(entry.getMeasurementTime().orElse(Defaults.MEASUREMENT_TIME));
  }

  private static double inSeconds(TimeValue time) {
    return time.convertTo(TimeUnit.NANOSECONDS) / 1e9;
  }
}
