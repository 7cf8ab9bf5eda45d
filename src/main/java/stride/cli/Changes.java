package stride.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/** Reads options that a command line changes: {@code gamma=0.98,hidden=64,64}. */
final class Changes {
  private Changes() {}

  /** Commas part options, and also the numbers of one. */
  static SequencedMap<String, String> of(String option, List<String> given) {
    SequencedMap<String, String> changes = new LinkedHashMap<>();
    for (String list : given) {
      for (String change : list.split(",(?=\\s*\\w+=)", -1)) {
        int equals = change.indexOf('=');
        if (equals < 1) {
          throw new IllegalArgumentException(
              option + "=" + list + ", required: OPTION=VALUE, or several with commas");
        }
        changes.put(change.substring(0, equals).strip(), change.substring(equals + 1).strip());
      }
    }
    return changes;
  }
}
