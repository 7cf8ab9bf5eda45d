package stride.lab.trials;

import java.util.Optional;
import java.util.regex.Pattern;
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
  private static final Pattern CODE = Pattern.compile("[0-9a-f]{7,64}");

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException if the commit or the digest is none
   */
  public Origin {
    Revision.requireCommit(commit);
    if (!CODE.matcher(code).matches()) {
      throw new IllegalArgumentException(
          "code=%.70s, required: 7 to 64 digits in hex".formatted(code));
    }
  }

  /**
   * The code in short.
   *
   * @return seven digits of the commit, with {@code -dirty} if files differed
   */
  public String revision() {
    return new Revision(commit, dirty).abbreviated();
  }

  /**
   * The digest in short.
   *
   * @return its first seven digits
   */
  public String shortCode() {
    return code.substring(0, 7);
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
