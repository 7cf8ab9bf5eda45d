package stride.lab.sweep;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import stride.lab.trials.TrialResult;

/** What makes figures of trials doubtful, whatever they are of. */
final class TrialDoubts {
  private TrialDoubts() {}

  static List<String> of(List<TrialResult> results) {
    List<String> doubts = new ArrayList<>();
    results.stream()
        .flatMap(result -> result.origin().doubt().stream())
        .findFirst()
        .ifPresent(doubts::add);
    if (results.stream().map(result -> result.origin().machine()).distinct().count() > 1) {
      doubts.add("of several machines: do not compare their speeds");
    } else if (results.stream().map(TrialResult::threads).distinct().count() > 1) {
      doubts.add("trained with different numbers of threads: do not compare their speeds");
    }
    return doubts;
  }

  /** Trainings that ended early, a line each, and an empty line; nothing if there are none. */
  static String failures(List<String> failures, String before) {
    return failures.isEmpty()
        ? ""
        : failures.stream()
            .collect(joining("\n" + before + "failed: ", before + "failed: ", "\n\n"));
  }
}
