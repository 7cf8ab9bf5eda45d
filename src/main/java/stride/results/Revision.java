package stride.results;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import stride.files.FileException;

/**
 * Which version of the project was measured.
 *
 * @param commit full hash, or {@code unknown} outside of a git checkout
 * @param dirty whether tracked files differ from it, but for the ledger. Others do not count: notes
 *     and runs are among them, and what is built of new sources is told apart by what computes
 * @param why the commit is not known; null if it is
 */
public record Revision(String commit, boolean dirty, String why) {
  private static final String FILE = "revision";
  private static final String UNKNOWN = "unknown";
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{7,64}");
  private static final String DIRTY = "-dirty";

  // it grows while it is measured, which changes nothing that is measured
  private static final String BUT_LEDGER = ":(top,exclude)bench-results/ledger.json";
  private static final String EVERYTHING = ":(top)";

  // in a hook of another repository they would lead git there
  private static final Set<String> OF_ANOTHER =
      Set.of("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_COMMON_DIR", "GIT_PREFIX");

  /**
   * One that is known.
   *
   * @param commit full hash
   * @param dirty whether tracked files differ from it
   */
  public Revision(String commit, boolean dirty) {
    this(commit, dirty, null);
  }

  /**
   * Whether a commit says anything: one that is not known is not that of others, either.
   *
   * @param commit as a revision has it
   * @return false for none
   */
  public static boolean isKnown(String commit) {
    return !UNKNOWN.equals(commit);
  }

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
   * @param root of the project: a checkout, or a bundle
   * @return its revision; unknown if it is no checkout of its own, or git refuses it or is missing
   */
  public static Revision of(Path root) {
    return of(root, Map.of());
  }

  static Revision of(Path root, Map<String, String> environment) {
    try {
      Path file = root.resolve(FILE);
      if (Files.exists(file)) {
        String text = Files.readString(file).strip();
        return read(file, text);
      }
      Path top = Path.of(git(root, environment, "rev-parse", "--show-toplevel").strip());
      if (!Files.isSameFile(top, root)) {
        return unknown(root + " is no checkout of its own, but lies in that of " + top);
      }
      String commit = git(root, environment, "rev-parse", "--verify", "HEAD").strip();
      String changes =
          git(
              root,
              environment,
              "status",
              "--porcelain",
              "--untracked-files=no",
              "--",
              EVERYTHING,
              BUT_LEDGER);
      return new Revision(commit, !changes.isBlank());
    } catch (IOException e) {
      return unknown(e.getMessage());
    }
  }

  private static Revision read(Path file, String text) {
    try {
      return new Revision(text.replace(DIRTY, ""), text.endsWith(DIRTY));
    } catch (IllegalArgumentException e) {
      throw new FileException(file, e.getMessage(), e);
    }
  }

  private static Revision unknown(String why) {
    return new Revision(UNKNOWN, false, why);
  }

  /** What git prints; it fails where git does, or is missing. */
  public static String git(Path root, String... arguments) throws IOException {
    return git(root, Map.of(), arguments);
  }

  private static String git(Path root, Map<String, String> environment, String... arguments)
      throws IOException {
    var command = new ProcessBuilder("git", "-C", root.toString());
    command.command().addAll(List.of(arguments));
    command.environment().putAll(environment);
    command.environment().put("LC_ALL", "C");
    command.environment().keySet().removeAll(OF_ANOTHER);
    Path errors = Files.createTempFile("stride-git-", ".err");
    try {
      return output(command.redirectError(errors.toFile()), errors);
    } finally {
      Files.delete(errors);
    }
  }

  private static String output(ProcessBuilder command, Path errors) throws IOException {
    Process process = command.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      int exit = process.waitFor();
      if (exit != 0) {
        throw new IOException(reason(Files.readString(errors), exit));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    return output;
  }

  /**
   * The first line of what git complained of, with what to do where git takes several to say it.
   */
  private static String reason(String errors, int exit) {
    String line = errors.lines().findFirst().orElse("exit " + exit).replaceFirst("^fatal: ", "");
    String advice =
        errors.contains("safe.directory")
            ? " (git config --global --add safe.directory FOLDER allows it)"
            : "";
    return "git: " + line + advice;
  }

  /**
   * The form used in names of folders: seven digits of the hash, with {@code -dirty} if files
   * differ.
   */
  public String abbreviated() {
    return commit.substring(0, 7) + (dirty ? DIRTY : "");
  }
}
