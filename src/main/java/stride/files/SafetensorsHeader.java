package stride.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Pattern;
import stride.memory.ElementType;
import stride.memory.Shape;
import stride.memory.Slab;

/**
 * The JSON header of a safetensors file.
 *
 * <pre>
 *   | u64 LE: header length | header ....... spaces | slab | slab | ... |
 *   0                       8         a multiple of 8                   end of file
 * </pre>
 *
 * <p>Slabs follow one another in the header's order, without gaps. The digest in the metadata is
 * that of header and data together, taken while zeros stand in its place.
 *
 * @param metadata of the whole file
 * @param entries of the slabs, in the order of their data
 */
record SafetensorsHeader(
    SequencedMap<String, String> metadata, SequencedMap<String, SafetensorsHeader.Entry> entries) {
  /** Bytes of the length before the header. */
  static final int LENGTH_BYTES = 8;

  /** Far above any real header. */
  static final long LONGEST = 16L << 20;

  private static final String METADATA = "__metadata__";
  private static final String VERSION = "schema_version";
  private static final String DIGEST = "sha256";
  private static final String NO_DIGEST = "0".repeat(64);
  private static final Pattern DIGEST_FORM = Pattern.compile("[0-9a-f]{64}");
  private static final int ALIGNMENT = 8;

  /** One slab of the file. */
  record Entry(ElementType type, Shape shape) {
    long sizeBytes() {
      return type.sizeBytes(shape);
    }
  }

  static SafetensorsHeader of(
      int version, SequencedMap<String, String> texts, SequencedMap<String, ? extends Slab> slabs) {
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    metadata.put(VERSION, Integer.toString(version));
    metadata.putAll(texts);
    metadata.put(DIGEST, NO_DIGEST);
    SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    slabs.forEach((name, slab) -> entries.put(name, new Entry(slab.elementType(), slab.shape())));
    return new SafetensorsHeader(metadata, entries);
  }

  private static String dtype(ElementType type) {
    return switch (type) {
      case FLOAT -> "F32";
      case DOUBLE -> "F64";
      case INT -> "I32";
      case LONG -> "I64";
      case BYTE -> "U8";
    };
  }

  /** The bytes between length and data. */
  byte[] toBytes() {
    SequencedMap<String, Object> json = new LinkedHashMap<>();
    json.put(METADATA, metadata);
    long at = 0;
    for (Map.Entry<String, Entry> named : entries.entrySet()) {
      Entry entry = named.getValue();
      SequencedMap<String, Object> tensor = new LinkedHashMap<>();
      tensor.put("dtype", dtype(entry.type()));
      tensor.put("shape", entry.shape().dims());
      tensor.put("data_offsets", List.of(at, at + entry.sizeBytes()));
      json.put(named.getKey(), tensor);
      at += entry.sizeBytes();
    }
    byte[] text = JsonText.line(json).getBytes(StandardCharsets.UTF_8);
    byte[] padded = Arrays.copyOf(text, Math.ceilDiv(text.length, ALIGNMENT) * ALIGNMENT);
    Arrays.fill(padded, text.length, padded.length, (byte) ' ');
    return padded;
  }

  /** Sets a digest in a header's bytes, of which the present one is known. */
  static byte[] withDigest(byte[] header, String from, String to) {
    // a character for every byte, so that nothing else changes
    String text = new String(header, StandardCharsets.ISO_8859_1);
    return text.replace(from, to).getBytes(StandardCharsets.ISO_8859_1);
  }

  static byte[] withDigest(byte[] header, String digest) {
    return withDigest(header, NO_DIGEST, digest);
  }

  static byte[] withoutDigest(byte[] header, String digest) {
    return withDigest(header, digest, NO_DIGEST);
  }

  String digest() {
    return digest(metadata);
  }

  static String digest(Map<String, String> metadata) {
    return metadata.get(DIGEST);
  }

  /** Reads a header whose data must be of a known size. */
  static SafetensorsHeader parse(Path file, int version, byte[] bytes, long dataBytes) {
    JsonNode root;
    try {
      root = JsonText.parse(new String(bytes, StandardCharsets.UTF_8));
    } catch (JsonException e) {
      throw new DamagedFileException(file, "corrupt, its header is no JSON");
    }
    JsonNode metadataNode = root.path(METADATA);
    if (!root.isObject() || !metadataNode.isObject()) {
      throw new DamagedFileException(file, "not a file of Stride, it has no metadata");
    }
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    metadataNode.properties().forEach(p -> metadata.put(p.getKey(), p.getValue().asText()));
    requireVersion(file, version, metadata.get(VERSION));
    if (!DIGEST_FORM.matcher(metadata.getOrDefault(DIGEST, "")).matches()) {
      throw new DamagedFileException(file, "corrupt, it has no digest");
    }
    return new SafetensorsHeader(metadata, parseEntries(file, root, dataBytes));
  }

  /** Asked before anything else of the file is believed. */
  private static void requireVersion(Path file, int version, String its) {
    if (its == null) {
      throw new DamagedFileException(file, "not a file of Stride, it has no version");
    }
    if (!its.equals(Integer.toString(version))) {
      throw FileException.otherVersion(file, its, version);
    }
  }

  private static SequencedMap<String, Entry> parseEntries(
      Path file, JsonNode root, long dataBytes) {
    SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    long at = 0;
    for (Map.Entry<String, JsonNode> property : root.properties()) {
      if (property.getKey().equals(METADATA)) {
        continue;
      }
      Entry entry;
      JsonNode offsets = property.getValue().path("data_offsets");
      try {
        entry = parseEntry(property.getValue());
        long end = Math.addExact(at, entry.sizeBytes());
        if (offsets.size() != 2 || !isLong(offsets.get(0), at) || !isLong(offsets.get(1), end)) {
          throw new IllegalArgumentException("data_offsets=" + offsets);
        }
        at = end;
      } catch (IllegalArgumentException | ArithmeticException e) {
        throw new DamagedFileException(
            file, "corrupt, slab " + property.getKey() + ": " + e.getMessage());
      }
      entries.put(property.getKey(), entry);
    }
    if (at != dataBytes) {
      throw new DamagedFileException(
          file,
          (at > dataBytes ? "truncated" : "corrupt")
              + (", it has " + dataBytes + " bytes of data, and its header says " + at));
    }
    return entries;
  }

  private static boolean isLong(JsonNode node, long value) {
    return node.isIntegralNumber() && node.canConvertToLong() && node.longValue() == value;
  }

  private static Entry parseEntry(JsonNode node) {
    String dtype = node.path("dtype").asText();
    ElementType type =
        Arrays.stream(ElementType.values())
            .filter(candidate -> dtype(candidate).equals(dtype))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("dtype=" + dtype));
    JsonNode shape = node.path("shape");
    if (!shape.isArray()) {
      throw new IllegalArgumentException("shape=" + shape);
    }
    long[] dims = new long[shape.size()];
    for (int k = 0; k < dims.length; k++) {
      if (!shape.get(k).isIntegralNumber() || !shape.get(k).canConvertToLong()) {
        throw new IllegalArgumentException("shape=" + shape);
      }
      dims[k] = shape.get(k).longValue();
    }
    return new Entry(type, Shape.of(dims));
  }
}
