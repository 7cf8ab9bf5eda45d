package stride.lab;

import java.util.List;

/** Machines that do not exist. */
public final class Machines {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private Machines() {}

  static Machine of(String cpu, int cores, boolean dirty) {
    return new Machine(
        ResultsFolder.SCHEMA_VERSION,
        cpu,
        cores,
        16L << 30,
        "Linux 6.1",
        "Some JDK 25",
        List.of(),
        256,
        "4.0.0",
        null,
        COMMIT,
        dirty);
  }

  /** The one that most tests measure on. */
  public static Machine epyc() {
    return of("AMD EPYC", 2, false);
  }
}
