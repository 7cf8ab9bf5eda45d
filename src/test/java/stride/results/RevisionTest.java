package stride.results;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RevisionTest {
  private static final String UNKNOWN = "unknown";

  @TempDir Path temp;

  @BeforeEach
  void requireGit() {
    boolean found;
    try {
      found = !git("--version").isEmpty();
    } catch (IOException e) {
      found = false;
    }
    assumeTrue(found, "no git on PATH");
  }

  private String git(String... arguments) throws IOException {
    return TestGit.run(temp, arguments);
  }

  private String commit() throws IOException {
    git("init", "--quiet");
    Files.writeString(temp.resolve("tracked"), "one");
    git("add", "tracked");
    git("commit", "--quiet", "--message", "first");
    return git("rev-parse", "HEAD");
  }

  /** Or the second row of a round of verdicts would be of no commit. */
  @Test
  void isCleanWhereTheLedgerAloneHasGrown() throws IOException {
    commit();
    Path results = Files.createDirectory(temp.resolve("bench-results"));
    Files.writeString(results.resolve("ledger.json"), "{}");
    Files.writeString(results.resolve("baseline"), "one");
    git("add", "bench-results");
    git("commit", "--quiet", "--message", "second");
    Files.writeString(results.resolve("ledger.json"), "{...}");
    assertThat(Revision.of(temp).dirty()).isFalse();
    Files.writeString(results.resolve("baseline"), "two");
    assertThat(Revision.of(temp).dirty()).isTrue();
  }

  /** A bundle has no git, and may lie in a checkout of something else. */
  @Test
  void isWhatABundleSays() throws IOException {
    String commit = commit();
    Files.writeString(temp.resolve("revision"), "0123456789-dirty\n");
    assertThat(Revision.of(temp)).isEqualTo(new Revision("0123456789", true));
    Files.writeString(temp.resolve("revision"), commit + "\n");
    assertThat(Revision.of(temp)).isEqualTo(new Revision(commit, false));
  }

  @Test
  void isTheCommitOfACleanCheckout() throws IOException {
    String commit = commit();
    assertThat(commit).matches("[0-9a-f]{40,}");
    assertThat(Revision.of(temp)).isEqualTo(new Revision(commit, false));
  }

  @Test
  void isDirtyWhereATrackedFileDiffers() throws IOException {
    String commit = commit();
    Files.writeString(temp.resolve("tracked"), "two");
    assertThat(Revision.of(temp)).isEqualTo(new Revision(commit, true));
    git("add", "tracked"); // staged is not committed
    assertThat(Revision.of(temp)).isEqualTo(new Revision(commit, true));
    git("commit", "--quiet", "--message", "second");
    assertThat(Revision.of(temp).dirty()).isFalse();
    assertThat(Revision.of(temp).commit()).isNotEqualTo(commit);
    Files.delete(temp.resolve("tracked"));
    assertThat(Revision.of(temp).dirty()).isTrue();
  }

  @Test
  void untrackedFilesDoNotCount() throws IOException {
    String commit = commit();
    Files.writeString(temp.resolve("untracked"), "");
    assertThat(Revision.of(temp)).isEqualTo(new Revision(commit, false));
  }

  @Test
  void isUnknownOutsideOfACheckout() {
    Revision none = Revision.of(temp);
    assertThat(none.commit()).isEqualTo(UNKNOWN);
    assertThat(Revision.isKnown(none.commit())).isFalse();
    assertThat(none.why()).startsWith("git: not a git repository");
    assertThat(Revision.of(temp.resolve("none")).why()).startsWith("git: cannot change to ");
  }

  /** As a copy without .git that was unpacked into a checkout of something else. */
  @Test
  void isNotThatOfARepositoryAround() throws IOException {
    commit();
    Path copy = Files.createDirectory(temp.resolve("copy"));
    Revision revision = Revision.of(copy);
    assertThat(revision.commit()).isEqualTo(UNKNOWN);
    assertThat(revision.why())
        .isEqualTo(copy + " is no checkout of its own, but lies in that of " + temp.toRealPath());
  }

  /** As in a hook of another repository. */
  @Test
  void isThatOfTheProjectWhateverTheEnvironmentNames() throws IOException {
    String commit = commit();
    Path other = Files.createDirectory(temp.resolve("other"));
    TestGit.run(other, "init", "--quiet");
    Revision found = Revision.of(temp, Map.of("GIT_DIR", other.resolve(".git").toString()));
    assertThat(found).isEqualTo(new Revision(commit, false));
  }

  @Test
  void saysInOneLineWhyGitRefuses() throws IOException {
    commit();
    Revision refused = Revision.of(temp, Map.of("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1"));
    assertThat(refused.commit()).isEqualTo(UNKNOWN);
    assertThat(refused.why())
        .startsWith("git: detected dubious ownership in repository at '")
        .endsWith(" (git config --global --add safe.directory FOLDER allows it)")
        .hasLineCount(1);
  }

  @Test
  void isUnknownBeforeTheFirstCommit() throws IOException {
    git("init", "--quiet");
    assertThat(Revision.of(temp).commit()).isEqualTo(UNKNOWN);
    assertThat(Revision.of(temp).why()).startsWith("git: Needed a single revision");
  }

  @Test
  void isAbbreviatedToSevenDigits() {
    String commit = "0123456789abcdef0123456789abcdef01234567";
    assertThat(new Revision(commit, false).abbreviated()).isEqualTo("0123456");
    assertThat(new Revision(commit, true).abbreviated()).isEqualTo("0123456-dirty");
    assertThat(new Revision(UNKNOWN, false).abbreviated()).isEqualTo(UNKNOWN);
  }
}
