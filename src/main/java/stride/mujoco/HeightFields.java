package stride.mujoco;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses height fields that a model declares too large, in its text. Other arrays can be checked
 * once a model is parsed. Height fields are allocated and filled during parsing, which can take
 * minutes, and MuJoCo ends the process if memory runs out.
 *
 * <p>Invalid numbers and invalid XML are left to MuJoCo to report.
 */
final class HeightFields {
  /** The most cells of a height field: the shim's limit for other arrays. */
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
