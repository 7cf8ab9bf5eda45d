package stride.lab.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.results.AlgorithmRow;
import stride.results.Machines;
import stride.results.PeersResult;

/** Do the figures of a page on algorithms come from the results that it names? */
class AlgorithmTablesTest {
  private static final String RUN = "2026-01-31_amd-epyc-2c_0123456";
  private static final String RETURNS =
      """
      {"schema_version": 1, "rows": [{"task": "CartPole-v1", "preset": "dqn cleanrl",
       "judged_by": "last 100 training episodes", "commit": "0123456789", "env_steps": 500000,
       "seconds": [6.0, 7.0], "returns": [480.0, 490.0], "reference": []}]}
      """;

  @TempDir Path root;

  private AlgorithmTables tables;

  @BeforeEach
  void lay() throws IOException {
    tables = AlgorithmTables.cartPole(root);
    write(
        "docs/cartpole.md",
        "# CartPole\n\n" + part("source") + part("programs") + part("returns") + "\nThe rest.\n");
    write("bench-results/cartpole", RUN + "\n");
    write("bench-results/" + RUN + "/machine.json", JsonText.file(Machines.epyc()));
    write("bench-results/" + RUN + "/returns.json", RETURNS);
    var peers =
        new PeersResult(
            1,
            new PeersResult.Settings(null),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(
                new AlgorithmRow(
                    "dqn",
                    "CartPole-v1",
                    "stride",
                    "Stride",
                    2,
                    90_000,
                    1.0,
                    0.98,
                    71.5,
                    120.4e6,
                    1.25),
                new AlgorithmRow(
                    "dqn",
                    "CartPole-v1",
                    "limit",
                    "the limit",
                    2,
                    360_000,
                    0.25,
                    null,
                    null,
                    null,
                    null)),
            List.of(),
            List.of(
                new AlgorithmRow(
                    "a2c",
                    "CartPole-v1",
                    "stride",
                    "Stride",
                    2,
                    300_000,
                    1.0,
                    1.01,
                    17.5,
                    130e6,
                    1.5),
                new AlgorithmRow(
                    "sac", "Hopper-v5", "stride", "Stride", 2, 250, 1.0, 1.0, 4000.0, 230e6, 9.0)),
            List.of());
    write("bench-results/" + RUN + "/peers.json", JsonText.file(peers));
  }

  private static String part(String name) {
    return "<!-- measured: %s (written by `make readme`) -->\nold\n<!-- /measured -->\n"
        .formatted(name);
  }

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private String page() throws IOException {
    return Files.readString(root.resolve("docs/cartpole.md"));
  }

  @Test
  void showsProgramsAndReturns() throws IOException {
    assertThat(tables.isCurrent()).isFalse();
    tables.update();
    assertThat(tables.isCurrent()).isTrue();
    assertThat(page().replaceAll(" +", " "))
        .contains("commit 0123456: [bench-results/" + RUN + "](../bench-results/" + RUN)
        .contains("| Stride | 2 | 90,000 | 25.0 % | 1.00 | 0.98 | 72 us | 120 MB | 1.3 s |")
        .contains("| the limit | 2 | 360,000 | 100.0 % | 0.25 | - | - | - | - |")
        .contains("| CartPole-v1, dqn cleanrl: last 100 training episodes | 500,000 | 2 | 485 ±")
        .endsWith("\nThe rest.\n")
        .doesNotContain("old");
  }

  @Test
  void showsProgramsByTheirAlgorithm() throws IOException {
    write(
        "docs/actor-critics.md",
        part("source") + part("programs-sac") + part("programs-a2c") + part("returns"));
    write("bench-results/actor-critics", RUN + "\n");
    AlgorithmTables.actorCritics(root).update();
    String text = Files.readString(root.resolve("docs/actor-critics.md")).replaceAll(" +", " ");
    assertThat(text.substring(text.indexOf("programs-sac"), text.indexOf("programs-a2c")))
        .contains("| Stride | 2 | 250 | - | 1.00 | 1.00 | 4,000 us | 230 MB | 9.0 s |")
        .doesNotContain("300,000");
    assertThat(text.substring(text.indexOf("programs-a2c")))
        .contains("| Stride | 2 | 300,000 | - | 1.00 | 1.01 | 18 us | 130 MB | 1.5 s |")
        .doesNotContain("90,000");
  }

  @Test
  void noticesAFigureEditedByHand() throws IOException {
    tables.update();
    write("docs/cartpole.md", page().replace("90,000", "99,000"));
    assertThat(tables.isCurrent()).isFalse();
  }

  @Test
  void namesAPartThatThePageLacks() throws IOException {
    write("docs/cartpole.md", "# CartPole\n\n" + part("source"));
    assertThatThrownBy(tables::update)
        .isInstanceOf(LabException.class)
        .hasMessageStartingWith("cartpole.md has no part between")
        .hasMessageContaining("measured: programs");
  }
}
