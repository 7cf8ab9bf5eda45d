package stride.lab.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.files.FileException;
import stride.lab.bench.ComparisonRow;
import stride.lab.bench.JmhFiles;
import stride.results.Anchor;
import stride.results.Machines;
import stride.results.ResultsFolder;

final class ComparedTablesTest {
  private static final Anchor ANCHOR = new Anchor(20_000, 10);

  @TempDir Path parent;

  private String folder(double rate, long seed) {
    ResultsFolder folder = ResultsFolder.create(parent, Machines.epyc());
    JmhFiles.anchors(folder, ANCHOR, ANCHOR);
    var random = new SplittableRandom(seed);
    JmhFiles.write(folder, "Suite", List.of(JmhFiles.noisy("Suite.work", rate, 0.01, 5, random)));
    return folder.path().getFileName().toString();
  }

  private static String page(String before, String after) {
    return "text\n<!-- compared\n%s | %s\n-->\nold\n<!-- /compared -->\nmore text\n"
        .formatted(before, after);
  }

  @Test
  void saysWhatAChangeWasWorth() {
    String before = folder(100, 1);
    String after = folder(120, 2);
    String written = ComparedTables.updated(page(before, after), parent);
    assertThat(written)
        .startsWith("text\n<!-- compared\n" + before + " | " + after + "\n-->\n")
        .containsPattern("Suite.work envs=64 \\|( +[\\d.]+ \\|){2}( +1\\.[12]\\d\\d \\|){2} 1\\.")
        .contains(ComparisonRow.FASTER)
        .contains("[bench-results/" + after + "](../bench-results/" + after + ")")
        .endsWith("<!-- /compared -->\nmore text\n")
        .doesNotContain("old");
    assertThat(ComparedTables.updated(written, parent)).isEqualTo(written);
  }

  @Test
  void namesAFolderThatIsMissing() {
    assertThatThrownBy(() -> ComparedTables.updated(page(folder(100, 1), "gone"), parent))
        .isInstanceOf(FileException.class)
        .hasMessageContaining("gone");
  }
}
