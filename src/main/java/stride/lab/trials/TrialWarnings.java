package stride.lab.trials;

import java.util.ArrayList;
import java.util.List;

/** What makes figures of trials doubtful, whatever they are of. */
public final class TrialWarnings {
  private TrialWarnings() {}

  /**
   * Looks at all that is compared.
   *
   * @param results of trials
   * @return sentences without full stops
   */
  public static List<String> of(List<TrialResult> results) {
    List<String> doubts = new ArrayList<>();
    results.stream()
        .flatMap(result -> result.origin().doubt().stream())
        .findFirst()
        .ifPresent(doubts::add);
    if (results.stream().map(result -> result.origin().machine()).distinct().count() > 1) {
      doubts.add("of several machines: do not compare their speeds");
    }
    return doubts;
  }
}
