package stride.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import stride.files.FileException;

/**
 * Which version of the project was measured.
 *
 * @param commit full hash, or {@code unknown} outside of a git checkout
 * @param dirty whether tracked files differ from it, but for the ledger
 */
public record Revision(String commit, boolean dirty) {
  private static final String FILE = "revision";
  private static final String UNKNOWN = "unknown";
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{7,64}");
  private static final String DIRTY = "-dirty";

  // it grows while it is measured, which changes nothing that is measured
  private static final String BUT_LEDGER = ":(top,exclude)bench-results/ledger.json";
  private static final String EVERYTHING = ":(top)";

  /**
   * Checks the commit.
   *
   * @throws IllegalArgumentException if it is none
   */
  public Revision {
    requireCommit(commit);
  }

  /**
   * Checks what names a commit.
   *
   * @param commit of a file
   * @throws IllegalArgumentException if it is neither a hash nor {@code unknown}
   */
  public static void requireCommit(String commit) {
    if (!COMMIT.matcher(commit).matches() && !commit.equals(UNKNOWN)) {
      throw new IllegalArgumentException(
          "commit=%.70s, required: 7 to 64 digits in hex, or unknown".formatted(commit));
    }
  }

  /**
   * Reads the file {@code revision} that a bundle has, else asks git.
   *
   * @param root a folder of the checkout, or a bundle
   * @return its revision; unknown if git or the checkout is missing
   */
  public static Revision of(Path root) {
    try {
      Path file = root.resolve(FILE);
      if (Files.exists(file)) {
        String text = Files.readString(file).strip();
        return read(file, text);
      }
      String commit = git(root, "rev-parse", "HEAD").strip();
      String changes =
          git(root, "status", "--porcelain", "--untracked-files=no", "--", EVERYTHING, BUT_LEDGER);
      return new Revision(commit, !changes.isBlank());
    } catch (IOException e) {
      return new Revision(UNKNOWN, false);
    }
  }

  private static Revision read(Path file, String text) {
    try {
      return new Revision(text.replace(DIRTY, ""), text.endsWith(DIRTY));
    } catch (IllegalArgumentException e) {
      throw new FileException(file, e.getMessage(), e);
    }
  }

  /** What git prints; it fails where git does, or is missing. */
  static String git(Path root, String... arguments) throws IOException {
    var command = new ProcessBuilder("git", "-C", root.toString());
    command.command().addAll(List.of(arguments));
    Process process = command.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IOException("git " + String.join(" ", arguments) + ": exit " + exit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return output;
  }

  /**
   * The form used in names of folders.
   *
   * @return seven digits of the hash, with {@code -dirty} if files differ
   */
  public String abbreviated() {
    return commit.substring(0, 7) + (dirty ? DIRTY : "");
  }
}
