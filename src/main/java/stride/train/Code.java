package stride.train;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import stride.files.Checksum;
import stride.files.Digest;

/**
 * What computes a result, part by part: classes, libraries, native code, models, JDK. With the same
 * configuration it gives the same bits.
 *
 * @param parts by name, each as a checksum of its files or in words
 */
public record Code(SequencedMap<String, String> parts) {
  /** No parts. */
  public static final Code NONE = new Code(new LinkedHashMap<>());

  // parts that are several of something
  private static final Set<String> PLURAL =
      Set.of("classes", "suites", "libraries", "jvm.args", "flags");

  /**
   * Copies the parts.
   *
   * @param parts by name
   */
  public Code {
    parts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(parts));
  }

  /**
   * The parts.
   *
   * @return in order; cannot be changed
   */
  @Override
  @JsonValue
  public SequencedMap<String, String> parts() {
    return parts;
  }

  /**
   * As files have it.
   *
   * @param parts by name
   * @return the record
   */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  public static Code of(LinkedHashMap<String, String> parts) {
    return new Code(parts);
  }

  /**
   * This and more.
   *
   * @param more parts of other names
   * @return all of them
   */
  public Code and(Code more) {
    return and(more.parts);
  }

  /**
   * This and more.
   *
   * @param more parts of other names
   * @return all of them
   */
  public Code and(Map<String, String> more) {
    SequencedMap<String, String> all = new LinkedHashMap<>(parts);
    all.putAll(more);
    return new Code(all);
  }

  /**
   * This and a text, as its checksum.
   *
   * @param name of the part
   * @param text that it is made of
   * @return both
   */
  public Code with(String name, String text) {
    return and(Map.of(name, Checksum.ofText(text)));
  }

  /** One digest of all parts: 64 hexadecimal digits. */
  public String digest() {
    var text = new StringBuilder();
    parts.forEach((name, value) -> text.append(name).append('\n').append(value).append('\n'));
    return Digest.ofText(text.toString());
  }

  /**
   * What is not the same.
   *
   * @param here what is at hand, where this is what was
   * @return for example {@code another hopper.xml}, one for each part that differs
   */
  public List<String> differences(Code here) {
    Set<String> names = new LinkedHashSet<>(parts.keySet());
    names.addAll(here.parts.keySet());
    List<String> differences = new ArrayList<>();
    for (String name : names) {
      String was = parts.getOrDefault(name, "none");
      String is = here.parts.getOrDefault(name, "none");
      if (!was.equals(is)) {
        boolean words = was.contains(" ") && is.contains(" ");
        differences.add(
            (PLURAL.contains(name) ? "other " : "another ")
                + name
                + (words ? " (" + was + ", here " + is + ")" : ""));
      }
    }
    return differences;
  }
}
