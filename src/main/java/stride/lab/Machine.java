package stride.lab;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import jdk.incubator.vector.VectorShape;
import stride.files.OrNull;
import stride.mujoco.Mujoco;

/**
 * What a measurement was made on.
 *
 * @param schemaVersion version of this record's form in files
 * @param cpu processor model
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
 */
public record Machine(
    int schemaVersion,
    String cpu,
    int cores,
    long memoryBytes,
    String os,
    String jdk,
    List<String> jvmFlags,
    int vectorBits,
    String mujoco,
    @OrNull String gpu,
    String commit,
    boolean dirty) {

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
   * @param gpu GPU and driver, null for none
   * @return what was found
   */
  public static Machine here(Revision revision, String gpu) {
    return new Machine(
        ResultsFolder.SCHEMA_VERSION,
        cpuModel(),
        Runtime.getRuntime().availableProcessors(),
        memory(),
        System.getProperty("os.name") + " " + System.getProperty("os.version"),
        System.getProperty("java.vendor") + " " + System.getProperty("java.vm.version"),
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> !flag.contains("/"))
            .toList(),
        VectorShape.preferredShape().vectorBitSize(),
        Mujoco.version(),
        gpu,
        revision.commit(),
        revision.dirty());
  }

  private static String cpuModel() {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc/cpuinfo"), StandardCharsets.ISO_8859_1)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    } catch (IOException e) {
      return System.getProperty("os.arch");
    }
  }

  private static long memory() {
    var os = ManagementFactory.getOperatingSystemMXBean();
    return os instanceof com.sun.management.OperatingSystemMXBean sun
        ? sun.getTotalMemorySize()
        : -1;
  }

  /**
   * Whether rates of this machine and another one can be held to each other.
   *
   * @param other a machine
   * @return if processor, cores and vector registers are the same
   */
  boolean isSameAs(Machine other) {
    return cpu.equals(other.cpu) && cores == other.cores && vectorBits == other.vectorBits;
  }

  /**
   * A short name for folders.
   *
   * @return for example {@code amd-epyc-2c}
   */
  public String slug() {
    String name = cpu.toLowerCase(Locale.ROOT).replaceAll("\\(r\\)|\\(tm\\)|cpu|processor", " ");
    return name.replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "") + "-" + cores + "c";
  }

  /**
   * What stands above figures that were measured here.
   *
   * @return processor, cores, JDK, MuJoCo and revision
   */
  String inOneLine() {
    return "%s, MuJoCo %s, commit %s"
        .formatted(inWords(), mujoco, new Revision(commit, dirty).abbreviated());
  }

  /**
   * What pages say beside figures.
   *
   * @return processor, cores and JDK, with commas
   */
  String inWords() {
    return "%s, %d cores, %s".formatted(cpu, cores, jdk);
  }
}
