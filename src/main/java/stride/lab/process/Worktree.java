package stride.lab.process;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import stride.files.FileException;
import stride.lab.LabException;
import stride.results.Revision;

/**
 * Another revision of the project, built by its own Makefile in a git worktree of its own: {@code
 * build/against/<hash>}. It stays there for the next time; {@code make clean} removes it.
 */
public final class Worktree {
  // what both revisions fetch; each folder says inside by which line of requirements it was made,
  // and is fetched anew if the other revision asks for something else
  private static final List<String> FETCHED = List.of("mujoco", "gymnasium", "cuda");

  private Worktree() {}

  /**
   * Checks a revision out and builds it, unless that has been done.
   *
   * @param home root of the project
   * @param ref how git is told the revision
   * @param progress takes a line
   * @return the revision, built
   * @throws IllegalArgumentException if git knows no such revision
   * @throws LabException if it cannot be checked out or built
   */
  public static Checkout build(Path home, String ref, PrintWriter progress) {
    String commit = commit(home, ref);
    var revision = new Revision(commit, false);
    Path root = home.resolve("build/against").resolve(commit);
    Path log = root.resolveSibling(commit + ".log");
    try {
      Files.createDirectories(root.getParent());
      if (!isWhole(root, commit)) {
        checkOut(home, root, commit, log);
      }
      link(home.resolve("build/fetched"), root.resolve("build/fetched"));
    } catch (IOException e) {
      throw FileException.cannot("make", root, e);
    }
    progress.println("building " + revision.abbreviated() + " in " + root);
    progress.flush();
    if (ChildProcess.run(root, log, List.of("make", "build")) != 0) {
      throw new LabException(
          "%s does not build: %s (all of it in %s)"
              .formatted(revision.abbreviated(), ChildProcess.reason(log), log));
    }
    return new Checkout(root, revision);
  }

  private static String commit(Path home, String ref) {
    String why = Revision.of(home).why();
    if (why != null) {
      throw new LabException("no other revisions can be built: " + why);
    }
    try {
      return Revision.git(
              home, "rev-parse", "--verify", "--quiet", "--end-of-options", ref + "^{commit}")
          .strip();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "--against=" + ref + ", required: a revision that git knows", e);
    }
  }

  /** Whether the worktree is there, is of the commit, and nobody has changed it. */
  private static boolean isWhole(Path root, String commit) {
    if (!Files.exists(root.resolve(".git"))) {
      return false;
    }
    Revision found = Revision.of(root);
    if (!found.commit().equals(commit)) {
      return false;
    }
    if (found.dirty()) {
      throw new LabException(
          root + " has changed files, so it is not " + commit + ": undo them, or `make clean`");
    }
    return true;
  }

  private static void checkOut(Path home, Path root, String commit, Path log) {
    String git = home.toString();
    // what an interrupted check-out left; git's note of it is overwritten by --force
    ChildProcess.run(home, log, List.of("rm", "-rf", root.toString()));
    List<String> add =
        List.of(
            "git",
            "-C",
            git,
            "worktree",
            "add",
            "--force",
            "--quiet",
            "--detach",
            root + "",
            commit);
    if (ChildProcess.run(home, log, add) != 0) {
      throw new LabException("cannot check out " + commit + ": " + ChildProcess.reason(log));
    }
  }

  /** Saves the other revision's build from fetching what lies here. */
  private static void link(Path ours, Path theirs) throws IOException {
    Files.createDirectories(theirs);
    for (String folder : FETCHED) {
      Path link = theirs.resolve(folder);
      if (Files.isDirectory(ours.resolve(folder)) && !Files.exists(link)) {
        Files.deleteIfExists(link); // a link to what is no longer there
        Files.createSymbolicLink(link, ours.resolve(folder).toRealPath());
      }
    }
  }
}
