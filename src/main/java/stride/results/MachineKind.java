package stride.results;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stride.files.OrNull;

/**
 * All by which rates are comparable: two machines of one kind are as fast. What is not known is
 * null, which equals nothing that is known.
 *
 * @param cpu market name of the processor: clouds call different ones by the same
 * @param cpuVendor as the processor says itself, for example {@code AuthenticAMD}
 * @param cpuFamily likewise
 * @param cpuModel likewise
 * @param cpuStepping likewise
 * @param vectorBits width of the vector unit's registers as the kernels use it
 * @param cores processors that the process may use
 * @param memoryGib memory that the process may use, in steps of some 10 %, since two boots of one
 *     machine differ a little
 * @param os operating system and its version
 * @param jdk vendor and version
 * @param mujoco version of libmujoco
 * @param gpu GPU and driver, null for none
 */
public record MachineKind(
    String cpu,
    @OrNull String cpuVendor,
    @OrNull Integer cpuFamily,
    @OrNull Integer cpuModel,
    @OrNull Integer cpuStepping,
    @OrNull Integer vectorBits,
    @OrNull Integer cores,
    @OrNull Double memoryGib,
    @OrNull String os,
    @OrNull String jdk,
    @OrNull String mujoco,
    @OrNull String gpu) {

  /**
   * One of which all that can be is written down.
   *
   * @param cpu market name of the processor
   * @param cpuVendor null if not known
   * @param cpuFamily likewise
   * @param cpuModel likewise
   * @param cpuStepping likewise
   * @param vectorBits likewise
   * @param cores likewise
   * @param memoryGib likewise
   * @param os likewise
   * @param jdk likewise
   * @param mujoco likewise
   * @param gpu null for none
   */
  @JsonCreator(mode = JsonCreator.Mode.PROPERTIES)
  public MachineKind {}

  /**
   * One of which nothing but a name was written down.
   *
   * @param name short
   * @return a kind that equals no other
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static MachineKind of(String name) {
    return new MachineKind(name, null, null, null, null, null, null, null, null, null, null, null);
  }

  /**
   * What is not the same.
   *
   * @param other machine
   * @return for example {@code vector bits 512 and 256}, one for each part that differs
   */
  public List<String> differences(MachineKind other) {
    List<String> all = new ArrayList<>();
    add(all, "CPU", cpu, other.cpu);
    add(all, "CPU vendor", cpuVendor, other.cpuVendor);
    add(all, "CPU family", cpuFamily, other.cpuFamily);
    add(all, "CPU model", cpuModel, other.cpuModel);
    add(all, "CPU stepping", cpuStepping, other.cpuStepping);
    add(all, "vector bits", vectorBits, other.vectorBits);
    add(all, "cores", cores, other.cores);
    add(all, "memory in GiB", memoryGib, other.memoryGib);
    add(all, "system", os, other.os);
    add(all, "JDK", jdk, other.jdk);
    add(all, "MuJoCo", mujoco, other.mujoco);
    add(all, "GPU", gpu == null ? "none" : gpu, other.gpu == null ? "none" : other.gpu);
    return all;
  }

  private static void add(List<String> all, String what, Object one, Object two) {
    if (!Objects.equals(one, two)) {
      all.add("%s %s and %s".formatted(what, words(one), words(two)));
    }
  }

  private static Object words(Object part) {
    return part == null ? "unknown" : part;
  }

  /** A short name, for folders: for example {@code amd-epyc-2c}. */
  public String slug() {
    if (cores == null) {
      return cpu; // all that was written down is such a name
    }
    String name = cpu.toLowerCase(Locale.ROOT).replaceAll("\\(r\\)|\\(tm\\)|cpu|processor", " ");
    return name.replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "") + "-" + cores + "c";
  }

  /** For tables, where the whole is too long: short name and width of vectors. */
  public String words() {
    return vectorBits == null ? slug() : slug() + ", " + vectorBits + " bits";
  }

  /** Every part that is known, with commas. */
  public String inFull() {
    return Stream.of(
            cpu,
            cpuVendor,
            cpuFamily,
            cpuModel,
            cpuStepping,
            vectorBits,
            cores,
            memoryGib,
            os,
            jdk,
            mujoco,
            gpu)
        .filter(Objects::nonNull)
        .map(Object::toString)
        .collect(Collectors.joining(", "));
  }
}
