package stride.ppo.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import stride.cuda.KernelUsage;
import stride.cuda.Occupancy;
import stride.cuda.RealNvrtc;
import stride.cuda.RealNvrtc.Compiled;
import stride.cuda.RealNvrtc.Job;

/** The kernels as NVIDIA's own compilers make them for GPUs that need not be there. */
final class CompiledShapesTest {
  private static final Map<RealNvrtc, List<String>> ARCHITECTURES =
      Map.of(
          RealNvrtc.CUDA_12, List.of("sm_80", "sm_89", "sm_90a"),
          RealNvrtc.CUDA_13, List.of("sm_80", "sm_89", "sm_90a", "sm_100"));

  /** That all compilers know, with the instructions before registers are given out. */
  private static final String PTX = "compute_90";

  /** Of one program: an idle core takes 3, a busy machine's several times that. */
  private static final double MOST_CPU_SECONDS = 30;

  /** What samples actions has products and sums that are no fmaf in the source; no update does. */
  private static final List<String> SAMPLING = List.of("policy_step", "wide_sample");

  /** One for each kind of networks. */
  private static final List<CompiledShape> KINDS =
      List.of(
          CompiledShape.HOPPER_8,
          CompiledShape.CARTPOLE_8,
          CompiledShape.HOPPER_TF32X3,
          CompiledShape.HALF_CHEETAH_WIDE);

  private static final int MOST_THREADS = 1024; // of a block

  private static final Pattern KERNEL = Pattern.compile("\\.entry (\\w+)\\(");
  private static final Pattern THREADS = Pattern.compile("\\.maxntid (\\d+)");
  private static final Pattern FMA = Pattern.compile("^\\s*fma\\.rn\\.(ftz\\.)?f(32|64)\\b");

  private static final Map<RealNvrtc, Map<Unit, Compiled>> COMPILED =
      new EnumMap<>(RealNvrtc.class);

  @TempDir private static Path scratch;

  private record Unit(CompiledShape shape, Program main, String architecture, String fmad) {
    Job job() {
      return Job.of(shape.source(main), architecture, "--fmad=" + fmad);
    }
  }

  /** A kernel in PTX: threads of a block, and instructions that multiply and add. */
  private record Entry(int threads, int fmas) {}

  /** The usual shape and wide networks, by one compiler, for one card. */
  @ParameterizedTest
  @EnumSource(names = "CUDA_12")
  void nothingSpillsAndABlockFits(RealNvrtc nvrtc) throws IOException {
    check(
        nvrtc,
        unit ->
            unit.architecture().equals("sm_90a")
                && (unit.shape() == CompiledShape.HOPPER_8
                    || unit.shape() == CompiledShape.HALF_CHEETAH_WIDE));
  }

  @ParameterizedTest
  @EnumSource
  @Tag("nvrtc")
  void nothingSpillsAndABlockFitsForAnyCard(RealNvrtc nvrtc) throws IOException {
    check(nvrtc, unit -> true);
  }

  /**
   * Whether a product and a sum become one instruction must not be the compiler's choice: it could
   * choose otherwise in the kernel that does a whole update than in those that do its parts.
   */
  @ParameterizedTest
  @EnumSource(names = "CUDA_12")
  void nothingIsContractedInAnUpdate(RealNvrtc nvrtc) throws IOException {
    checkContraction(nvrtc, List.of(CompiledShape.HOPPER_8));
  }

  @ParameterizedTest
  @EnumSource
  @Tag("nvrtc")
  void nothingIsContractedInAnyKindOfNetwork(RealNvrtc nvrtc) throws IOException {
    checkContraction(nvrtc, KINDS);
  }

  private static void checkContraction(RealNvrtc nvrtc, List<CompiledShape> shapes)
      throws IOException {
    for (CompiledShape shape : shapes) {
      Map<String, Entry> contracted = entries(nvrtc, shape, "true");
      Map<String, Entry> plain = entries(nvrtc, shape, "false");
      contracted.keySet().removeAll(SAMPLING);
      plain.keySet().removeAll(SAMPLING);
      assertThat(contracted).as("%s by %s", shape, nvrtc).isNotEmpty().isEqualTo(plain);
      assertThat(contracted.values()).anyMatch(entry -> entry.fmas() > 0);
    }
  }

  /**
   * Those of updates, in that precision alone; a policy's steps are those of the CPU's rounding.
   */
  @ParameterizedTest
  @CsvSource({
    "HOPPER_TF32X3, NARROW, true",
    "HOPPER_TF32X3, UPDATE, true",
    "HOPPER_TF32X3, CLUSTER, true",
    "HOPPER_TF32X3, POLICY, false",
    "HOPPER_8, UPDATE, false"
  })
  void productsAreOfTheTensorCores(CompiledShape shape, Program main, boolean expected)
      throws IOException {
    Unit unit = new Unit(shape, main, PTX, "true");
    String ptx = compile(RealNvrtc.CUDA_12, List.of(unit)).get(unit).ptx();
    assertThat(ptx).contains(".visible .entry");
    assertThat(ptx.contains("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32"))
        .isEqualTo(expected);
    assertThat(ptx.contains("cvt.rn.tf32.f32")).isEqualTo(expected);
  }

  private static void check(RealNvrtc nvrtc, Predicate<Unit> wanted) throws IOException {
    Map<Unit, Compiled> compiled =
        compile(
            nvrtc,
            ARCHITECTURES.get(nvrtc).stream()
                .flatMap(architecture -> units(architecture, "true"))
                .filter(wanted)
                .toList());
    Map<String, Entry> entries = new TreeMap<>();
    for (CompiledShape shape : KINDS) {
      entries.putAll(entries(nvrtc, shape, "true"));
    }
    for (Unit unit : compiled.keySet()) {
      Compiled result = compiled.get(unit);
      print(nvrtc, unit, result, entries);
      assertThat(result.cpuSeconds()).as("%s", unit).isLessThan(MOST_CPU_SECONDS);
      assertThat(result.usage()).as("%s", unit).isNotEmpty();
      assertThat(entries.keySet()).containsAll(result.usage().keySet());
      result.usage().forEach((kernel, use) -> check(unit + " " + kernel, use, entries.get(kernel)));
    }
  }

  private static void check(String kernel, KernelUsage use, Entry entry) {
    assertThat(use.stackBytes()).as("stack of %s", kernel).isZero();
    assertThat(use.spillStoreBytes()).as("spills of %s", kernel).isZero();
    assertThat(use.spillLoadBytes()).as("spills of %s", kernel).isZero();
    assertThat(Occupancy.byRegisters(use.registers(), entry.threads()))
        .as(
            "blocks of %s at once, with %s registers and %s threads",
            kernel, use.registers(), entry.threads())
        .isPositive();
  }

  private static void print(
      RealNvrtc nvrtc, Unit unit, Compiled result, Map<String, Entry> entries) {
    System.out.printf(
        "%s %s, %s, %s: %.1f s of CPU%n",
        nvrtc, unit.main(), unit.shape(), unit.architecture(), result.cpuSeconds());
    result
        .usage()
        .forEach(
            (kernel, use) ->
                System.out.printf(
                    "  %-26s %3d registers, %5d bytes, %4d threads: %2d blocks by registers%n",
                    kernel,
                    use.registers(),
                    use.sharedBytes(),
                    entries.get(kernel).threads(),
                    Occupancy.byRegisters(use.registers(), entries.get(kernel).threads())));
  }

  private static Stream<Unit> units(String architecture, String fmad) {
    return Stream.of(CompiledShape.values())
        .flatMap(
            shape ->
                shape.programs(architecture).stream()
                    .map(main -> new Unit(shape, main, architecture, fmad)));
  }

  /** Compiles nothing twice. */
  private static SequencedMap<Unit, Compiled> compile(RealNvrtc nvrtc, List<Unit> units)
      throws IOException {
    nvrtc.assumeFetched();
    Map<Unit, Compiled> all = COMPILED.computeIfAbsent(nvrtc, any -> new LinkedHashMap<>());
    List<Unit> missing = units.stream().filter(one -> !all.containsKey(one)).toList();
    List<Compiled> made = nvrtc.compile(missing.stream().map(Unit::job).toList(), scratch);
    for (int i = 0; i < made.size(); i++) {
      all.put(missing.get(i), made.get(i));
    }
    SequencedMap<Unit, Compiled> compiled = new LinkedHashMap<>();
    units.forEach(unit -> compiled.put(unit, all.get(unit)));
    return compiled;
  }

  /** What the PTX of a shape says of its kernels. */
  private static Map<String, Entry> entries(RealNvrtc nvrtc, CompiledShape shape, String fmad)
      throws IOException {
    List<Unit> units = units(PTX, fmad).filter(unit -> KINDS.contains(unit.shape())).toList();
    Map<Unit, Compiled> compiled = compile(nvrtc, units);
    Map<String, Entry> entries = new TreeMap<>();
    for (Unit unit : units) {
      if (unit.shape() == shape) {
        entries.putAll(parse(compiled.get(unit).ptx()));
      }
    }
    return entries;
  }

  private static Map<String, Entry> parse(String ptx) {
    Map<String, Entry> entries = new TreeMap<>();
    String kernel = null;
    for (String line : ptx.lines().toList()) {
      Matcher start = KERNEL.matcher(line);
      Matcher threads = THREADS.matcher(line);
      if (start.find()) {
        kernel = start.group(1);
        entries.put(kernel, new Entry(MOST_THREADS, 0)); // where no bound is said
      } else if (threads.find()) {
        entries.put(kernel, new Entry(Integer.parseInt(threads.group(1)), 0));
      } else if (FMA.matcher(line).find()) {
        entries.computeIfPresent(kernel, (any, e) -> new Entry(e.threads(), e.fmas() + 1));
      }
    }
    return entries;
  }
}
