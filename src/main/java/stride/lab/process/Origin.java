package stride.lab.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import java.util.regex.Pattern;
import stride.files.JsonObject;
import stride.files.OrNull;
import stride.results.Machine;
import stride.results.MachineKind;
import stride.results.Revision;
import stride.train.Code;

/**
 * Which code a result is of, and which machine.
 *
 * @param commit full hash, or {@code unknown} outside of a git checkout
 * @param dirty whether tracked files differed from it
 * @param code digest of what computes. It tells trees apart that have changes of no commit, and
 *     builds that are older than their commit
 * @param parts of the code, for a reader who asks what differs; null where they are not known
 * @param machine by what its speed is comparable
 */
public record Origin(
    String commit, boolean dirty, String code, @OrNull Code parts, MachineKind machine) {
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
   * Of what computes here.
   *
   * @param machine this one, with the commit
   * @param code what computes
   * @return the origin of results
   */
  static Origin of(Machine machine, Code code) {
    return new Origin(machine.commit(), machine.dirty(), code.digest(), code, machine.kind());
  }

  /**
   * Fills in null for what older files do not say of an origin.
   *
   * @param whole what should have an origin
   * @return a copy that can be read as a record
   */
  public static JsonObject completed(JsonObject whole) {
    JsonNode copy = whole.node().deepCopy();
    if (copy.get("origin") instanceof ObjectNode origin && !origin.has("parts")) {
      origin.putNull("parts");
    }
    return new JsonObject(whole.file(), copy);
  }

  /** The code in short: seven digits of the commit, with {@code -dirty} if files differed. */
  public String revision() {
    return new Revision(commit, dirty).abbreviated();
  }

  /** The digest in short: its first seven digits. */
  public String shortCode() {
    return code.substring(0, 7);
  }

  /** What makes results doubtful that are of here: a sentence without a full stop, or nothing. */
  public Optional<String> doubt() {
    if (!Revision.isKnown(commit)) {
      return Optional.of("of no known commit");
    }
    return dirty ? Optional.of("of no commit: tracked files differ from it") : Optional.empty();
  }
}
