package stride.cuda;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program for the device: one file and what it includes, by name.
 *
 * @param name of the main file, for messages
 * @param text of the main file
 * @param headers what {@code #include "name"} finds
 */
public record KernelSource(String name, String text, SequencedMap<String, String> headers) {

  private static final Pattern INCLUDE = Pattern.compile("(?m)^#include \"([^\"]+)\"");

  /** Copies the headers, so that the same program always has the same fingerprint. */
  public KernelSource {
    headers = new TreeMap<>(headers);
  }

  /**
   * Reads a program from the class path, where the build puts {@code native/cuda} as {@code
   * stride/cuda}: a main file, and what it and its headers include.
   *
   * @param folder such as {@code /stride/cuda}
   * @param generated files that are included but lie nowhere, text by name
   * @throws IllegalArgumentException if a file is missing
   */
  public static KernelSource ofResources(
      String folder, String main, Map<String, String> generated) {
    SequencedMap<String, String> headers = new TreeMap<>(generated);
    String text = resource(folder + "/" + main);
    follow(folder, text, headers);
    return new KernelSource(main, text, headers);
  }

  private static void follow(String folder, String text, SequencedMap<String, String> headers) {
    Matcher include = INCLUDE.matcher(text);
    while (include.find()) {
      String name = include.group(1);
      if (!headers.containsKey(name)) {
        String header = resource(folder + "/" + name);
        headers.put(name, header);
        follow(folder, header, headers);
      }
    }
  }

  private static String resource(String path) {
    try (InputStream file = KernelSource.class.getResourceAsStream(path)) {
      if (file == null) {
        throw new IllegalArgumentException("no " + path + " on the class path");
      }
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
