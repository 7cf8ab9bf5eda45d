package stride.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import stride.files.JsonException;
import stride.files.JsonText;

/** Files damaged at random: as a disk or an editor may leave them, and as no writer would. */
public final class Mutations {
  /** A text that stands for one that is no JSON, until the tree is written. */
  private static final String MARK = "@@@";

  private static final List<String> NO_JSON =
      List.of("NaN", "-Infinity", "1e400", "01", "tru", "'a'", "1 // why\n", "[".repeat(5000));

  private static final List<String> VALUES =
      List.of(
          "null", "true", "0", "-1", "1.5", "1e30", "3000000000", "\"\"", "\"a b\"", "[]", "{}");

  private static final byte[] BYTES = {0, -1, '"', '{', '}', '[', ']', ',', '\\', '-', '9', '\n'};

  private final RandomGenerator random;

  Mutations(RandomGenerator random) {
    this.random = random;
  }

  /** A damaged file. */
  static final class Mutant {
    private final String what;
    private final byte[] bytes;
    private final boolean isRefused;

    /**
     * Keeps them as they are.
     *
     * @param what was done to it
     * @param bytes of it
     * @param isRefused whether no reader of JSON, or of records that are whole, may take it
     */
    Mutant(String what, byte[] bytes, boolean isRefused) {
      this.what = what;
      this.bytes = bytes;
      this.isRefused = isRefused;
    }

    String what() {
      return what;
    }

    byte[] bytes() {
      return bytes;
    }

    boolean isRefused() {
      return isRefused;
    }
  }

  private int below(int bound) {
    return random.nextInt(bound);
  }

  private <T> T any(List<T> list) {
    return list.get(below(list.size()));
  }

  // ---- bytes ----

  /** Some bytes are other ones, gone, or there twice. */
  Mutant bytes(byte[] file) {
    byte[] bytes = file;
    List<String> what = new ArrayList<>();
    for (int k = below(3); k >= 0 && bytes.length > 0; k--) {
      int from = below(bytes.length);
      int to = from + below(Math.min(64, bytes.length - from)) + 1;
      int kind = below(5);
      what.add("bytes %d to %d, kind %d".formatted(from, to, kind));
      bytes =
          switch (kind) {
            case 0 -> flipped(bytes, from);
            case 1 -> with(bytes, from, from + 1, new byte[] {BYTES[below(BYTES.length)]});
            case 2 -> with(bytes, from, to, new byte[0]);
            case 3 -> with(bytes, from, from, Arrays.copyOfRange(bytes, from, to));
            default -> with(bytes, from, to, noise(to - from));
          };
    }
    return new Mutant(String.join(", ", what), bytes, false);
  }

  private byte[] flipped(byte[] bytes, int at) {
    byte[] flipped = bytes.clone();
    flipped[at] ^= (byte) (1 << below(8));
    return flipped;
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] with(byte[] bytes, int from, int to, byte[] between) {
    byte[] changed = Arrays.copyOf(bytes, from + between.length + bytes.length - to);
    System.arraycopy(between, 0, changed, from, between.length);
    System.arraycopy(bytes, to, changed, from + between.length, bytes.length - to);
    return changed;
  }

  // ---- JSON ----

  /** A place in a tree. */
  private record Place(JsonNode parent, String key, int index) {
    JsonNode value() {
      return key != null ? parent.get(key) : parent.get(index);
    }

    void set(JsonNode value) {
      if (key != null) {
        ((ObjectNode) parent).set(key, value);
      } else {
        ((ArrayNode) parent).set(index, value);
      }
    }
  }

  /** All places but those below fields of these names, in which a file may say what it likes. */
  private static void places(JsonNode node, Set<String> free, List<Place> all) {
    for (String key : node.propertyStream().map(property -> property.getKey()).toList()) {
      all.add(new Place(node, key, -1));
      if (!free.contains(key)) {
        places(node.get(key), free, all);
      }
    }
    for (int k = 0; node.isArray() && k < node.size(); k++) {
      all.add(new Place(node, null, k));
      places(node.get(k), free, all);
    }
  }

  private List<Place> places(JsonNode tree, Set<String> free) {
    List<Place> all = new ArrayList<>();
    places(tree, free, all);
    return all;
  }

  /** Text that is no JSON in the place of a value, a field twice, or more after the end. */
  Mutant noJson(JsonNode whole) {
    JsonNode tree = whole.deepCopy();
    Place place = any(places(tree, Set.of()));
    int kind = below(4);
    if (kind == 0 || place.key == null) {
      String bad = any(NO_JSON);
      place.set(JsonText.tree(MARK));
      return mutant(
          place + " is " + bad, tree, true, text -> text.replace("\"" + MARK + "\"", bad));
    }
    if (kind == 1) {
      ((ObjectNode) place.parent).set(MARK, place.value());
      return mutant(place.key + " twice", tree, true, text -> text.replace(MARK, place.key));
    }
    String more = any(List.of("{}", "x", "]", ",", "null"));
    return mutant("then " + more, tree, true, text -> text + more);
  }

  /** Another value than was written, which may be possible. */
  Mutant value(JsonNode whole) {
    JsonNode tree = whole.deepCopy();
    Place place = any(places(tree, Set.of()));
    String value = any(VALUES);
    place.set(JsonText.parse(value));
    return mutant(place.key + " is " + value, tree, false, text -> text);
  }

  /** A field is gone, has another name, or has an array or object for a single value. */
  Mutant form(JsonNode whole, Set<String> free, Set<String> optional) {
    JsonNode tree = whole.deepCopy();
    Place place =
        any(
            places(tree, free).stream()
                .filter(its -> its.key != null && !optional.contains(its.key))
                .toList());
    JsonNode value = place.value();
    int kind = below(3);
    if (kind == 2 && !free.contains(place.key)) {
      place.set(JsonText.parse(value.isContainerNode() ? "7" : any(List.of("[]", "{}"))));
      return mutant(place.key + " is of another form", tree, true, text -> text);
    }
    ((ObjectNode) place.parent).remove(place.key);
    if (kind == 1) {
      ((ObjectNode) place.parent).set(place.key + "_", value);
    }
    return mutant(place.key + " is missing", tree, true, text -> text);
  }

  private static Mutant mutant(
      String what, JsonNode tree, boolean isRefused, UnaryOperator<String> edit) {
    return new Mutant(what, edit.apply(JsonText.file(tree)).getBytes(UTF_8), isRefused);
  }

  // ---- shorter ----

  /** The first bytes alone; refused unless what is cut off is blank. */
  static Mutant cut(byte[] file, int length) {
    boolean blank = new String(file, length, file.length - length, UTF_8).isBlank();
    return new Mutant("cut to " + length + " bytes", Arrays.copyOf(file, length), !blank);
  }

  /** Whether a file is one JSON value. */
  static boolean isJson(byte[] file) {
    try {
      JsonText.parse(new String(file, UTF_8));
      return true;
    } catch (JsonException e) {
      return false;
    }
  }
}
