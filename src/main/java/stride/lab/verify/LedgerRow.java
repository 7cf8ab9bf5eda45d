package stride.lab.verify;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import stride.files.OrNull;
import stride.lab.process.Origin;
import stride.results.MachineKind;
import stride.results.Revision;
import stride.stats.Interval;

/**
 * A speed-up as it was verified: a switch against its plain twin.
 *
 * @param name of the speed-up
 * @param task Gymnasium's name
 * @param differences options in which the arms differ, and {@code revision} if their code does
 * @param speedRatio how many times as fast the candidate trains; null where it is not known
 * @param speedRatioCi95 its interval; null for fewer than two pairs of seeds
 * @param verdict by the evaluation
 * @param referenceMean mean return of the reference
 * @param difference of the mean returns, candidate less reference
 * @param ci90 its interval; null where an arm has one seed
 * @param margin that the verdict was by, in the unit of returns
 * @param seeds in order, the same of both arms
 * @param failures seeds that ended early, and why
 * @param envSteps of all trainings together
 * @param seconds of all trainings and evaluations together, wall time of their processes
 * @param origin of the results
 * @param date of the latest training, year-month-day in UTC
 * @param command that gives this row again at that commit
 */
public record LedgerRow(
    String name,
    String task,
    Map<String, Verification.Difference> differences,
    @OrNull Double speedRatio,
    @OrNull Interval speedRatioCi95,
    Verdict verdict,
    double referenceMean,
    double difference,
    @OrNull Interval ci90,
    double margin,
    List<Long> seeds,
    List<String> failures,
    long envSteps,
    double seconds,
    Origin origin,
    String date,
    String command) {

  /**
   * Makes a row.
   *
   * @param name of the speed-up
   * @param verification what was found
   * @param command line of it
   * @return the row
   */
  public static LedgerRow of(String name, Verification verification, String command) {
    ReturnsComparison evaluation = verification.evaluation();
    return new LedgerRow(
        name,
        verification.task(),
        verification.differences(),
        verification.speedRatio(),
        verification.speedRatioCi95(),
        verification.verdict(),
        evaluation.reference().mean(),
        evaluation.difference(),
        evaluation.ci90(),
        evaluation.margin(),
        verification.seeds(),
        verification.failures(),
        verification.envSteps(),
        verification.secondsOfASeed() * verification.seeds().size(),
        verification.origin(),
        verification.date(),
        command);
  }

  /**
   * What a speed-up is called that has no name.
   *
   * @param verification what was found
   * @param told options that the user set for one arm or the other, in order
   * @return for example {@code stepping lockstep -> sharded}
   */
  public static String name(Verification verification, Collection<String> told) {
    Map<String, Verification.Difference> differences = verification.differences();
    String name =
        Stream.concat(Stream.of(Verification.REVISION), told.stream())
            .filter(differences::containsKey)
            .distinct()
            .map(option -> option + " " + words(differences.get(option)))
            .collect(Collectors.joining(", "));
    return name.isEmpty() ? "no difference" : name;
  }

  private static String words(Verification.Difference its) {
    return word(its.reference()) + " -> " + word(its.candidate());
  }

  private static String word(JsonNode value) {
    return value.isValueNode() ? value.asText() : value.toString();
  }

  /** Whether this row tells of the same thing, measured at the same place and commit. */
  boolean replaces(LedgerRow other) {
    return isAbout(other.name, other.task, other.origin.machine())
        && origin.commit().equals(other.origin.commit())
        && origin.dirty() == other.origin.dirty()
        && (Revision.isKnown(origin.commit()) || origin.code().equals(other.origin.code()));
  }

  /** Whether this row tells of the same thing, measured on the same machine. */
  boolean isAbout(String itsName, String itsTask, MachineKind machine) {
    return name.equals(itsName) && task.equals(itsTask) && origin.machine().equals(machine);
  }

  /**
   * Whether this row is what a command gives there, whatever code it is of.
   *
   * @param itsName of the speed-up
   * @param itsCommand line of it
   * @param machine kind of one
   * @return true if all three are this row's
   */
  public boolean isOf(String itsName, String itsCommand, MachineKind machine) {
    return name.equals(itsName) && command.equals(itsCommand) && origin.machine().equals(machine);
  }
}
