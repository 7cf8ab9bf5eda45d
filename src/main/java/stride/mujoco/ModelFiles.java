package stride.mujoco;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * All files that a model is read from: its MJCF file, what that includes, meshes, textures and
 * height fields, and what those MJCF files name in turn.
 *
 * <p>An attribute whose name begins with {@code file}, or that attaches a model, names one; it is
 * looked for beside the MJCF file and in every folder that a compiler element names. The list
 * serves to tell whether a model is still the same: an extra file does no harm, a missing one does.
 */
final class ModelFiles {
  private static final Pattern FILE = attribute("(?:file\\w*|model)");
  private static final Pattern FOLDER = attribute("(?:asset|mesh|texture)dir");

  private final Path main;
  private final Set<Path> found = new LinkedHashSet<>();
  private final Set<String> folders = new TreeSet<>();

  private ModelFiles(Path main) {
    this.main = main.toAbsolutePath().normalize();
  }

  private static Pattern attribute(String name) {
    return Pattern.compile("\\s" + name + "\\s*=\\s*(?:\"([^\"]*)\"|'([^']*)')");
  }

  /** In the order in which they are named, the MJCF file first; missing ones are left out. */
  static Collection<Path> of(Path mjcf) throws IOException {
    var files = new ModelFiles(mjcf);
    int before;
    do { // a folder may be named after a file that lies in it
      before = files.folders.size();
      files.found.clear();
      files.add(files.main);
    } while (files.folders.size() > before);
    return files.found;
  }

  /** Whether a file may name others. */
  static boolean isText(Path file) {
    return file.getFileName().toString().toLowerCase(Locale.ROOT).matches(".*\\.(xml|mjcf|urdf)");
  }

  private void add(Path file) throws IOException {
    if (!Files.isRegularFile(file) || !found.add(file)) {
      return;
    }
    if (!isText(file)) {
      return;
    }
    String text = Files.readString(file, StandardCharsets.ISO_8859_1);
    for (Matcher match = FOLDER.matcher(text); match.find(); ) {
      folders.add(value(match));
    }
    for (Matcher match = FILE.matcher(text); match.find(); ) {
      addNamed(file, value(match));
    }
  }

  /** MuJoCo takes names relative to the main file, and those of an attached model to its own. */
  private void addNamed(Path by, String name) throws IOException {
    for (Path base : new TreeSet<>(List.of(main.getParent(), by.getParent()))) {
      try {
        add(base.resolve(name).normalize());
        for (String folder : folders) {
          add(base.resolve(folder).resolve(name).normalize());
        }
      } catch (InvalidPathException e) {
        // a name that no file can have
      }
    }
  }

  private static String value(Matcher match) {
    String text = match.group(1) != null ? match.group(1) : match.group(2);
    return new String(text.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8)
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
  }
}
