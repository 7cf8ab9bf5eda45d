package stride.lab.trials;

import java.util.Optional;
import stride.lab.Revision;

/**
 * Which code a result is of, and which machine.
 *
 * @param commit full hash, or {@code unknown} outside of a git checkout
 * @param dirty whether tracked files differed from it
 * @param code digest of what runs: the classes, the C library, the JVM's flags. It tells trees
 *     apart that have changes of no commit, and builds that are older than their commit
 * @param machine a short name
 */
public record Origin(String commit, boolean dirty, String code, String machine) {

  /**
   * The code in short.
   *
   * @return seven digits of the commit, with {@code -dirty} if files differed
   */
  public String revision() {
    return new Revision(commit, dirty).abbreviated();
  }

  /**
   * What makes results doubtful that are of here.
   *
   * @return a sentence without a full stop, or nothing
   */
  public Optional<String> doubt() {
    return dirty ? Optional.of("of no commit: tracked files differ from it") : Optional.empty();
  }
}
