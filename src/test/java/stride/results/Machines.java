package stride.results;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Machines that do not exist. */
public final class Machines {
  public static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  static final Map<String, String> CODE = new TreeMap<>(Map.of("classes", "1", "hopper.xml", "2"));

  private Machines() {}

  public static Machine of(String cpu, int cores, boolean dirty) {
    return new Machine(
        Machine.SCHEMA_VERSION,
        cpu,
        "SomeVendor",
        25,
        1,
        0,
        cores,
        16L << 30,
        "Linux 6.1",
        "Some JDK 25",
        List.of(),
        256,
        "4.0.0",
        null,
        COMMIT,
        dirty,
        CODE);
  }

  public static Machine at(String commit) {
    Machine some = epyc();
    return new Machine(
        some.schemaVersion(),
        some.cpu(),
        some.cpuVendor(),
        some.cpuFamily(),
        some.cpuModel(),
        some.cpuStepping(),
        some.cores(),
        some.memoryBytes(),
        some.os(),
        some.jdk(),
        some.jvmFlags(),
        some.vectorBits(),
        some.mujoco(),
        some.gpu(),
        commit,
        false,
        some.code());
  }

  /** The one that most tests measure on. */
  public static Machine epyc() {
    return of("AMD EPYC", 2, false);
  }
}
