package stride.lab.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.lab.LabException;
import stride.results.Revision;
import stride.results.TestGit;

/** A tiny project of two revisions, whose Makefile builds by copying a file. */
class WorktreeTest {
  private static final String MAKEFILE =
      ".PHONY: build\nbuild:\n\t@mkdir -p target && cp source target/built && echo built >> target/times\n";

  @TempDir Path temp;
  private Path home;
  private String first;
  private final StringWriter progress = new StringWriter();

  private String git(String... arguments) throws IOException {
    return TestGit.run(home, arguments);
  }

  private String commit(String source, String makefile) throws IOException {
    Files.writeString(home.resolve("source"), source);
    Files.writeString(home.resolve("Makefile"), makefile);
    git("add", "source", "Makefile");
    git("commit", "--quiet", "--message", source);
    return git("rev-parse", "HEAD");
  }

  @BeforeEach
  void makeProject() throws IOException {
    home = Files.createDirectory(temp.resolve("a project"));
    git("init", "--quiet");
    first = commit("one", MAKEFILE);
    commit("two", MAKEFILE);
  }

  private Checkout build(String ref) {
    return Worktree.build(home, ref, new PrintWriter(progress));
  }

  @Test
  void buildsTheOtherRevisionBesideThisOne() throws IOException {
    Files.createDirectories(home.resolve("build/fetched/mujoco/include"));
    Checkout checkout = build("HEAD~1");
    assertThat(checkout.revision()).isEqualTo(new Revision(first, false));
    assertThat(checkout.root()).isEqualTo(home.resolve("build/against").resolve(first));
    assertThat(checkout.root().resolve("target/built")).hasContent("one");
    assertThat(checkout.root().resolve("build/fetched/mujoco/include")).isDirectory();
    assertThat(checkout.root().resolve("build/fetched/gymnasium")).doesNotExist();
    assertThat(home.resolve("source")).hasContent("two");
    assertThat(git("status", "--porcelain", "--untracked-files=no")).isEmpty();
    assertThat(progress.toString()).contains("building " + first.substring(0, 7) + " in ");
  }

  @Test
  void isKeptForTheNextTime() throws IOException {
    Path kept = Files.createFile(build("HEAD~1").root().resolve("target/kept"));
    Checkout again = build(first.substring(0, 10));
    assertThat(kept).exists();
    assertThat(again.root().resolve("target/times")).hasContent("built\nbuilt");
  }

  @Test
  void anInterruptedCheckOutIsMadeAnew() throws IOException {
    Path root = home.resolve("build/against").resolve(first);
    Files.createDirectories(root);
    Files.createFile(root.resolve("half"));
    assertThat(build("HEAD~1").root().resolve("target/built")).hasContent("one");
    assertThat(root.resolve("half")).doesNotExist();
  }

  @Test
  void aChangedOneIsRefused() throws IOException {
    Path root = build("HEAD~1").root();
    Files.writeString(root.resolve("source"), "changed");
    assertThatThrownBy(() -> build("HEAD~1"))
        .isInstanceOf(LabException.class)
        .hasMessageStartingWith(root + " has changed files");
    assertThat(root.resolve("source")).hasContent("changed");
  }

  @Test
  void anUnknownRevisionIsBadUsage() {
    for (String ref : List.of("nonsense", "HEAD~9", "--help", "")) {
      assertThatThrownBy(() -> build(ref))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("--against=" + ref + ", required: a revision that git knows");
    }
    assertThat(home.resolve("build/against")).doesNotExist();
  }

  @Test
  void outsideOfACheckoutThereAreNoRevisions() {
    assertThatThrownBy(() -> Worktree.build(temp, "HEAD", new PrintWriter(progress)))
        .isInstanceOf(LabException.class)
        .hasMessageStartingWith("no other revisions can be built: git: not a git repository");
  }

  @Test
  void aFailedBuildSaysWhy() throws IOException {
    String broken =
        commit(
            "three",
            ".PHONY: build\nbuild:\n\t@echo 'hello'; echo 'stride: no C compiler'; exit 2\n");
    commit("four", MAKEFILE);
    assertThatThrownBy(() -> build("HEAD~1"))
        .isInstanceOf(LabException.class)
        .hasMessageStartingWith(broken.substring(0, 7) + " does not build: stride: no C compiler (")
        .message()
        .hasLineCount(1);
  }
}
