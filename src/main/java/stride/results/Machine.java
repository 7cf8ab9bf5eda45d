package stride.results;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.incubator.vector.VectorShape;
import stride.files.FileException;
import stride.files.JsonObject;
import stride.files.OrNull;

/**
 * What a measurement was made on.
 *
 * @param schemaVersion version of this record's form in files
 * @param cpu market name of the processor
 * @param cpuVendor as the processor says itself; null where that is not known
 * @param cpuFamily likewise
 * @param cpuModel likewise
 * @param cpuStepping likewise
 * @param cores processors the JVM may use
 * @param memoryBytes physical memory
 * @param os operating system and its version
 * @param jdk vendor and version
 * @param jvmFlags arguments of the JVM, without paths
 * @param vectorBits width of the vector unit's registers as the kernels use it
 * @param mujoco version of libmujoco
 * @param gpu GPU and driver, null for none
 * @param commit hash of the measured revision
 * @param dirty whether tracked files differed from it
 * @param code what computed: checksums or words by part; null where that is not known
 */
public record Machine(
    int schemaVersion,
    String cpu,
    @OrNull String cpuVendor,
    @OrNull Integer cpuFamily,
    @OrNull Integer cpuModel,
    @OrNull Integer cpuStepping,
    int cores,
    long memoryBytes,
    String os,
    String jdk,
    List<String> jvmFlags,
    int vectorBits,
    String mujoco,
    @OrNull String gpu,
    String commit,
    boolean dirty,
    @OrNull Map<String, String> code) {
  /** Version of this record's form. */
  public static final int SCHEMA_VERSION = 1;

  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final double GIB = 1L << 30;

  /**
   * Reads a file.
   *
   * @param file machine.json of a results folder
   * @return what it says
   * @throws FileException if it is damaged or of another version
   */
  public static Machine read(Path file) {
    return JsonObject.of(file, SCHEMA_VERSION).as(Machine.class);
  }

  /**
   * Checks the numbers and the commit.
   *
   * @throws IllegalArgumentException naming what is wrong
   */
  public Machine {
    Revision.requireCommit(commit);
    if (cores < 1) {
      throw new IllegalArgumentException("cores=" + cores + ", required: >= 1");
    }
  }

  /**
   * Looks at this machine.
   *
   * @param revision of the project
   * @param mujoco version of libmujoco
   * @param gpu GPU and driver, null for none
   * @return what was found, without the code
   */
  public static Machine here(Revision revision, String mujoco, String gpu) {
    Map<String, String> cpu = cpu(CPU_INFO);
    return new Machine(
        SCHEMA_VERSION,
        cpu.getOrDefault("model name", System.getProperty("os.arch")),
        cpu.get("vendor_id"),
        number(cpu.get("cpu family")),
        number(cpu.get("model")),
        number(cpu.get("stepping")),
        Runtime.getRuntime().availableProcessors(),
        memory(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor") + " " + System.getProperty("java.vm.version"),
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> !flag.contains("/"))
            .toList(),
        VectorShape.preferredShape().vectorBitSize(),
        mujoco,
        gpu,
        revision.commit(),
        revision.dirty(),
        null);
  }

  /**
   * The same, at work with a certain code.
   *
   * @param computing what computes, by part
   * @return a copy
   */
  public Machine with(Map<String, String> computing) {
    return new Machine(
        schemaVersion,
        cpu,
        cpuVendor,
        cpuFamily,
        cpuModel,
        cpuStepping,
        cores,
        memoryBytes,
        os,
        jdk,
        jvmFlags,
        vectorBits,
        mujoco,
        gpu,
        commit,
        dirty,
        computing);
  }

  /** What the kernel says of the first processor, by its own names; nothing where it is silent. */
  static Map<String, String> cpu(Path file) {
    Map<String, String> first = new HashMap<>();
    try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      lines
          .takeWhile(line -> !line.isBlank())
          .map(line -> line.split(":", 2))
          .filter(pair -> pair.length == 2)
          .forEach(pair -> first.put(pair[0].strip(), pair[1].strip()));
    } catch (IOException | UncheckedIOException e) {
      first.clear();
    }
    return first;
  }

  private static Integer number(String text) {
    return text != null && text.matches("\\d{1,9}") ? Integer.valueOf(text) : null;
  }

  private static long memory() {
    var os = ManagementFactory.getOperatingSystemMXBean();
    return os instanceof com.sun.management.OperatingSystemMXBean sun
        ? sun.getTotalMemorySize()
        : -1;
  }

  /** A short name for folders: for example {@code amd-epyc-2c}. */
  public String slug() {
    return kind().slug();
  }

  /** All that makes its rates comparable. */
  public MachineKind kind() {
    return new MachineKind(
        cpu,
        cpuVendor,
        cpuFamily,
        cpuModel,
        cpuStepping,
        vectorBits,
        cores,
        memoryGib(memoryBytes),
        os,
        jdk,
        mujoco,
        gpu);
  }

  /**
   * Up to the next eighth of a power of two: a little of the memory is the kernel's own, and not
   * the same at every boot.
   */
  static Double memoryGib(long bytes) {
    if (bytes <= 0) {
      return null;
    }
    long step = Math.max(1, Long.highestOneBit(bytes) / 8);
    return Math.ceilDiv(bytes, step) * step / GIB;
  }

  /**
   * What stands above figures on a terminal, where room is short: processor without trademarks,
   * cores, vectors, version of the JDK, and revision.
   */
  public String inOneLine() {
    String name = cpu.replaceAll("\\((R|TM)\\)|\\bCPU\\b|\\bProcessor\\b|@.*", "");
    return "%s, %d cores, %d-bit vectors, JDK %s, commit %s"
        .formatted(
            name.replaceAll("\\s+", " ").strip(),
            cores,
            vectorBits,
            jdk.substring(jdk.lastIndexOf(' ') + 1),
            new Revision(commit, dirty).abbreviated());
  }

  /** What pages say beside figures: processor, width of vectors, cores and JDK, with commas. */
  public String inWords() {
    String family = cpuFamily == null ? "" : " (%s family %d)".formatted(cpuVendor, cpuFamily);
    return "%s%s, %d-bit vectors, %d cores, %s".formatted(cpu, family, vectorBits, cores, jdk);
  }
}
