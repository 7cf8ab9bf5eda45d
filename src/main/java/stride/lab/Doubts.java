package stride.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What makes figures of two folders hard to compare, or impossible. */
final class Doubts {
  private static final Pattern JDK_MAJOR = Pattern.compile("(?:^| )(\\d+)[^ ]*$");

  private Doubts() {}

  /**
   * Compares machines.
   *
   * @return what else differs, one sentence each
   * @throws IllegalArgumentException if processor, cores or JDK differ and may not
   */
  static List<String> ofMachines(Results a, Results b, boolean otherMachine) {
    Machine one = a.machine();
    Machine two = b.machine();
    List<String> differences = new ArrayList<>();
    addIfOther(differences, "CPU", one.cpu(), two.cpu());
    addIfOther(differences, "cores", one.cores(), two.cores());
    addIfOther(differences, "JDK", jdkMajor(one), jdkMajor(two));
    addIfOther(differences, "GPU", one.gpu(), two.gpu());
    if (!differences.isEmpty() && !otherMachine) {
      throw new IllegalArgumentException(
          "%s and %s are of different machines: %s (--other-machine compares them all the same)"
              .formatted(a.name(), b.name(), String.join(", ", differences)));
    }
    List<String> doubts = new ArrayList<>();
    if (!differences.isEmpty()) {
      doubts.add("different machines: " + String.join(", ", differences));
    }
    List<String> minor = new ArrayList<>();
    addIfOther(minor, "JDK", one.jdk(), two.jdk());
    addIfOther(minor, "vector bits", one.vectorBits(), two.vectorBits());
    addIfOther(minor, "MuJoCo", one.mujoco(), two.mujoco());
    if (!minor.isEmpty()) {
      doubts.add("also different: " + String.join(", ", minor));
    }
    for (Results results : List.of(a, b)) {
      if (results.machine().dirty()) {
        doubts.add(results.name() + " is of no commit: tracked files had changed");
      }
    }
    return doubts;
  }

  private static void addIfOther(List<String> differences, String what, Object one, Object two) {
    if (!Objects.equals(one, two)) {
      differences.add("%s %s and %s".formatted(what, one, two));
    }
  }

  /** 25 of {@code Eclipse Adoptium 25.0.3+9-LTS}; the whole text where there is no such number. */
  private static String jdkMajor(Machine machine) {
    Matcher matcher = JDK_MAJOR.matcher(machine.jdk());
    return matcher.find() ? matcher.group(1) : machine.jdk();
  }

  /**
   * Looks for anchors that differ between start and end of a run.
   *
   * @param kinds those that its benchmarks are corrected by
   */
  static List<String> ofAnchors(
      String folder, Anchors anchors, List<AnchorKind> kinds, double tolerance) {
    List<String> doubts = new ArrayList<>();
    for (AnchorKind kind : kinds) {
      if (kind.drift(anchors) > tolerance) {
        doubts.add(
            "%s: the machine changed while it was measured, %s by %.1f %% between start and end"
                .formatted(folder, kind.words(), 100 * kind.drift(anchors)));
      }
    }
    return doubts;
  }
}
