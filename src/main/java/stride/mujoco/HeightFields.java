package stride.mujoco;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses height fields that a model declares too large, in its text. Other arrays can be looked at
 * once a model is parsed; these MuJoCo allocates and fills while it parses, for minutes if need be,
 * and ends the process where the memory does not suffice.
 *
 * <p>What is no number, or no XML, is left to MuJoCo to complain of.
 */
final class HeightFields {
  /** Most cells of one: as many numbers as the shim lets other arrays have. */
  private static final int MAX_CELLS = 1 << 26;

  private static final Pattern COMMENT = Pattern.compile("<!--.*?-->", Pattern.DOTALL);
  private static final Pattern ELEMENT =
      Pattern.compile("<hfield\\s((?:[^>\"']++|\"[^\"]*+\"|'[^']*+')*+)>");
  private static final Pattern ATTRIBUTE =
      Pattern.compile("(name|nrow|ncol)\\s*=\\s*(?:\"([^\"]*+)\"|'([^']*+)')");

  private HeightFields() {}

  /**
   * Looks through a model's MJCF files.
   *
   * @throws MujocoException if a height field is too large, with its name and numbers
   */
  static void check(Path mjcf) {
    try {
      for (Path file : ModelFiles.of(mjcf)) {
        if (ModelFiles.isText(file)) {
          scan(file);
        }
      }
    } catch (IOException e) {
      // MuJoCo reads the file next, and says why it cannot
    }
  }

  private static void scan(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    Matcher element = ELEMENT.matcher(COMMENT.matcher(text).replaceAll(""));
    while (element.find()) {
      checkCells(file, element.group(1));
    }
  }

  private static void checkCells(Path file, String attributes) {
    String rows = attribute(attributes, "nrow").strip();
    String columns = attribute(attributes, "ncol").strip();
    if (number(rows) * number(columns) > MAX_CELLS) {
      throw new MujocoException(
          "%s: hfield %s: nrow=%s, ncol=%s, required: nrow * ncol <= %d"
              .formatted(file, attribute(attributes, "name"), rows, columns, MAX_CELLS));
    }
  }

  private static String attribute(String attributes, String name) {
    Matcher attribute = ATTRIBUTE.matcher(attributes);
    while (attribute.find()) {
      if (attribute.group(1).equals(name)) {
        return attribute.group(2) == null ? attribute.group(3) : attribute.group(2);
      }
    }
    return "";
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
