package stride.lab.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.util.DefaultLocale;
import stride.files.FileException;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.results.Machines;

/** Do the page's figures come from the results, all of them, and from nowhere else? */
class ResultsTablesTest {
  private static final String BEGIN = "<!-- measured: rates (written by `make readme`) -->\n";
  private static final String END = "<!-- /measured -->\n";
  private static final String RUN = "2026-01-31_amd-epyc-2c_0123456";

  private static final String HOPPER =
      """
      {
        "schema_version": 1, "task": "Hopper-v5", "seed": 1, "backend": "cpu", "rows": [
          {"envs": 8, "threads": 2, "physics_steps_per_second": 40000.0,
           "rollout_steps_per_second": 39000.0, "rollout_share": 0.9712, "train_steps_per_second": 34567.8, "train_share": 0.8512, "stages": []},
          {"envs": 64, "threads": 2, "physics_steps_per_second": 51234.5,
           "rollout_steps_per_second": 50765.4, "rollout_share": 0.9936, "train_steps_per_second": 45678.9, "train_share": 0.8612, "stages": []}
        ]
      }
      """;
  private static final String POLE =
      """
      {
        "schema_version": 1, "task": "CartPole-v1", "seed": 1, "backend": "cpu", "rows": [
          {"envs": 64, "threads": 2, "physics_steps_per_second": null,
           "rollout_steps_per_second": 2000000.0, "rollout_share": null, "train_steps_per_second": 654321.0, "train_share": null, "stages": []}
        ]
      }
      """;
  private static final String PEERS =
      """
      {
        "schema_version": 1, "settings": {"envs": 64, "threads": 2}, "rows": [
          {"task": "Hopper-v5", "peer": "envpool-async", "env_steps_per_second": 23000},
          {"task": "Hopper-v5", "peer": "envpool-sync", "env_steps_per_second": 24500},
          {"task": "Hopper-v5", "peer": "gymnasium-vector", "env_steps_per_second": 6400},
          {"task": "Ant-v5", "peer": "gymnasium-vector", "env_steps_per_second": 1}
        ]
      }
      """;
  private static final String TRAIN_ROWS =
      """
      , "train_rows": [
          {"task": "Hopper-v5", "envs": 64, "steps": 128, "peer": "stride", "label": "Stride", "threads": 2,
           "env_steps_per_second": 30000, "stride_ratio": 1.0,
           "update_samples_per_second": 2000000, "update_ratio": 1.0,
           "memory_bytes": 260400000, "first_iteration_seconds": 1.84},
          {"task": "Hopper-v5", "envs": 64, "steps": 128, "peer": "limit", "label": "the limit", "threads": 2,
           "env_steps_per_second": 40000, "stride_ratio": 0.75,
           "update_samples_per_second": null, "update_ratio": null,
           "memory_bytes": null, "first_iteration_seconds": null},
          {"task": "Hopper-v5", "envs": 1, "steps": 2048, "peer": "sb3", "label": "Baselines", "threads": 2,
           "env_steps_per_second": 2500, "stride_ratio": 5.125,
           "update_samples_per_second": 99960, "update_ratio": 12.0,
           "memory_bytes": 425000000, "first_iteration_seconds": 2.6}
        ]
      }
      """;

  @TempDir Path temp;

  private ResultsTables tables;

  @BeforeEach
  void makeProject() throws IOException {
    tables = new ResultsTables(temp);
    write("docs/results.md", page(BEGIN + "\nold\n" + END));
    write("bench-results/baseline", RUN + "\n");
    write("bench-results/" + RUN + "/machine.json", JsonText.file(Machines.epyc()));
    write("bench-results/" + RUN + "/profile-Hopper-v5.json", HOPPER);
    write("bench-results/" + RUN + "/profile-CartPole-v1.json", POLE);
    write("bench-results/" + RUN + "/peers.json", PEERS);
  }

  /** A page whose part of rates is as given. */
  private static String page(String rates) {
    return "# Results\n\n"
        + empty("source")
        + "\n"
        + rates
        + "\nIn between.\n"
        + empty("end to end")
        + empty("returns")
        + "\nThe rest.\n";
  }

  private static String empty(String part) {
    return BEGIN.replace("rates", part) + END;
  }

  private void write(String path, String text) throws IOException {
    Path file = temp.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private String results() throws IOException {
    return Files.readString(temp.resolve("docs/results.md"));
  }

  @Test
  void writesTheMeasuredPartAndNothingElse() throws IOException {
    assertThat(tables.isCurrent()).isFalse();
    tables.update();
    assertThat(results())
        .startsWith(
            "# Results\n\n"
                + BEGIN.replace("rates", "source")
                + "\n"
                + "Measured on AMD EPYC (SomeVendor family 25), 256-bit vectors, 2 cores, Some JDK"
                + " 25, commit 0123456: [bench-results/"
                + RUN
                + "](../bench-results/"
                + RUN
                + "/summary.md).\n\n"
                + END
                + "\n"
                + BEGIN
                + "\n| task, environments x threads |")
        .doesNotContain("old")
        .contains(
            END + "\nIn between.\n" + BEGIN.replace("rates", "end to end") + "\nNot measured.\n")
        .endsWith("\nNot measured.\n\n" + END + "\nThe rest.\n");
    assertThat(row("Hopper-v5, 8 x 2")).isEqualTo("40.0k|39.0k|97.1 %|34.6k|85.1 %||");
    // of a peer's modes the better one counts
    assertThat(row("Hopper-v5, 64 x 2")).isEqualTo("51.2k|50.8k|99.4 %|45.7k|86.1 %|24.5k|6.4k");
  }

  /** The cells of a row after the first, between bars. */
  private String row(String first) throws IOException {
    String line =
        results().lines().filter(text -> text.startsWith("| " + first)).findFirst().orElseThrow();
    return line.replaceFirst("\\| [^|]*\\| *", "")
        .replaceAll(" *\\| *", "|")
        .replaceFirst("\\|$", "");
  }

  @Test
  void leavesCellsEmptyWhereNothingWasMeasured() throws IOException {
    tables.update();
    assertThat(row("CartPole-v1, 64 x 2")).isEqualTo("|2000.0k||654.3k|||");
  }

  @Test
  void doesWithoutPeers() throws IOException {
    Files.delete(temp.resolve("bench-results/" + RUN + "/peers.json"));
    tables.update();
    assertThat(row("Hopper-v5, 64 x 2")).isEqualTo("51.2k|50.8k|99.4 %|45.7k|86.1 %||");
  }

  @Test
  void pairsPeersOfSeveralCountsWithTheRowOfTheirOwn() throws IOException {
    String counts = PEERS.replace("\"envs\": 64", "\"envs\": [1, 8, 64]");
    for (String peer : new String[] {"envpool-async", "envpool-sync", "gymnasium-vector"}) {
      counts = counts.replace("\"%s\",".formatted(peer), "\"%s\", \"envs\": 64,".formatted(peer));
    }
    String others =
        """
        "rows": [
          {"task": "Hopper-v5", "peer": "envpool-sync", "envs": 1, "env_steps_per_second": 11000},
          {"task": "Hopper-v5", "peer": "envpool-sync", "envs": 8, "env_steps_per_second": 99000},
        """;
    String single = HOPPER.replace("\"envs\": 8, \"threads\": 2", "\"envs\": 1, \"threads\": 1");
    write("bench-results/" + RUN + "/peers.json", counts.replace("\"rows\": [", others));
    tables.update();
    assertThat(row("Hopper-v5, 8 x 2")).isEqualTo("40.0k|39.0k|97.1 %|34.6k|85.1 %|99.0k|");
    assertThat(row("Hopper-v5, 64 x 2")).isEqualTo("51.2k|50.8k|99.4 %|45.7k|86.1 %|24.5k|6.4k");

    // one environment keeps one of the threads busy
    write("bench-results/" + RUN + "/profile-Hopper-v5.json", single);
    tables.update();
    assertThat(row("Hopper-v5, 1 x 1")).isEqualTo("40.0k|39.0k|97.1 %|34.6k|85.1 %|11.0k|");
  }

  @Test
  void doesWithPeersOfTrainingAlone() throws IOException {
    write(
        "bench-results/" + RUN + "/peers.json",
        "{\"schema_version\": 1, \"settings\": {\"train\": {}}, \"rows\": []" + TRAIN_ROWS);
    tables.update();
    assertThat(row("Hopper-v5, 64 x 2")).isEqualTo("51.2k|50.8k|99.4 %|45.7k|86.1 %||");
    assertThat(row("Hopper-v5, 64 x 128: Stride")).startsWith("30.0k|");
  }

  @Test
  void showsTrainingWhereItWasMeasured() throws IOException {
    tables.update();
    assertThat(results()).doesNotContain("Stride / it");

    String peers = PEERS.strip();
    write(
        "bench-results/" + RUN + "/peers.json",
        peers.substring(0, peers.length() - 1) + TRAIN_ROWS);
    tables.update();
    assertThat(results()).contains("\n| task, environments x steps: program |");
    assertThat(row("Hopper-v5, 64 x 128: Stride"))
        .isEqualTo("30.0k|75.0 %|1.00|2000.0k|1.00|260 MB|1.8 s");
    assertThat(row("Hopper-v5, 64 x 128: the limit")).isEqualTo("40.0k|100.0 %|0.75||||");
    // without its limit no share
    assertThat(row("Hopper-v5, 1 x 2048: Baselines"))
        .isEqualTo("2.5k||5.13|100.0k|12.00|425 MB|2.6 s");
    // the first table is as before
    assertThat(row("Hopper-v5, 64 x 2")).isEqualTo("51.2k|50.8k|99.4 %|45.7k|86.1 %|24.5k|6.4k");
  }

  @Test
  void isCurrentAfterwards() throws IOException {
    tables.update();
    assertThat(tables.isCurrent()).isTrue();
    String once = results();
    tables.update();
    assertThat(results()).isEqualTo(once);
  }

  @Test
  void noticesAFigureEditedByHand() throws IOException {
    tables.update();
    write("docs/results.md", results().replace("99.4 %", "99.9 %"));
    assertThat(tables.isCurrent()).isFalse();
  }

  @Test
  void noticesOtherResults() throws IOException {
    tables.update();
    write("bench-results/" + RUN + "/profile-Hopper-v5.json", HOPPER.replace("0.9936", "0.9811"));
    assertThat(tables.isCurrent()).isFalse();
  }

  @Test
  @DefaultLocale("de-DE")
  void isTheSameInEveryLanguage() throws IOException {
    tables.update();
    assertThat(results()).contains("99.4 %", "51.2k").doesNotContain("99,4", "51,2k");
  }

  @Test
  void refusesAPageWithoutTheMarks() throws IOException {
    for (String rates : new String[] {"", BEGIN.replace("rates", "rate"), END}) {
      String text = page(rates);
      write("docs/results.md", text);
      assertThatThrownBy(tables::isCurrent)
          .isInstanceOf(LabException.class)
          .hasMessageStartingWith("results.md has no part between " + BEGIN.strip());
      assertThatThrownBy(tables::update).isInstanceOf(LabException.class);
      assertThat(results()).isEqualTo(text);
    }
  }

  @Test
  void writesThroughNoLinkThatWasPlanted() throws IOException {
    Path other = Files.writeString(temp.resolve("other"), "precious");
    Files.createSymbolicLink(temp.resolve("docs/results.md.part"), other);
    tables.update();
    assertThat(tables.isCurrent()).isTrue();
    assertThat(other).hasContent("precious");
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    Path folder = temp.resolve("bench-results/" + RUN);
    missing(folder.resolve("machine.json"), folder + ": no machine.json");
    Path baseline = temp.resolve("bench-results/baseline");
    missing(baseline, baseline + " does not exist");
    Path page = temp.resolve("docs/results.md");
    missing(page, page + " does not exist");
  }

  private void missing(Path file, String complaint) throws IOException {
    Files.delete(file);
    assertThatThrownBy(tables::isCurrent)
        .isInstanceOf(FileException.class)
        .hasMessageStartingWith(complaint);
  }

  @Test
  void refusesResultsOfAnotherVersionAndFiguresThatAreNone() throws IOException {
    String file = "bench-results/" + RUN + "/profile-Hopper-v5.json";
    write(file, HOPPER.replace("\"schema_version\": 1", "\"schema_version\": 2"));
    assertThatThrownBy(tables::update)
        .isInstanceOf(FileException.class)
        .hasMessage(temp.resolve(file) + ": schema_version=2, this Stride reads 1");
    write(file, HOPPER.replace("39000.0", "\"fast\""));
    assertThatThrownBy(tables::update)
        .isInstanceOf(FileException.class)
        .hasMessage(
            temp.resolve(file) + ": rollout_steps_per_second is \"fast\", expected a number");
  }

  @Test
  void namesAFieldThatIsMissing() throws IOException {
    String file = "bench-results/" + RUN + "/profile-Hopper-v5.json";
    write(file, HOPPER.replace("rollout_share", "share"));
    assertThatThrownBy(tables::update)
        .isInstanceOf(FileException.class)
        .hasMessage(temp.resolve(file) + " has no \"rollout_share\"");
  }

  @Test
  void returnsThatWereMeasuredAnewTakeThePlaceOfOlderOnes() throws IOException {
    String rows =
        """
        {"schema_version": 1, "rows": [
          {"task": "Hopper-v5", "preset": "cleanrl", "judged_by": "last 100", "env_steps": 1000, "commit": "%s",
           "returns": [%s], "reference": []},
          {"task": "%s", "preset": "tuned", "judged_by": "last 100", "env_steps": 1000, "commit": "%1$s",
           "returns": [7, 7], "reference": []}]}
        """;
    String anew = "2026-02-01_amd-epyc-2c_89abcde";
    write(
        "bench-results/" + RUN + "/returns.json", rows.formatted("0123456", "1, 1", "Walker2d-v5"));
    write(
        "bench-results/" + anew + "/returns.json",
        rows.formatted("89abcde", "2, 2", "CartPole-v1"));
    write("bench-results/" + anew + "/machine.json", JsonText.file(Machines.epyc()));
    write("bench-results/returns", anew + "\n");
    tables.update();
    assertThat(results().replaceAll(" +", " "))
        .contains("| Hopper-v5, cleanrl: last 100 | 1,000 | 2 | 2 ± 0 | | | - | 89abcde |")
        .contains("| Walker2d-v5, tuned: last 100 | 1,000 | 2 | 7 ± 0 | | | - | 0123456 |")
        .contains("Rows of another commit than the rest were measured anew on AMD EPYC")
        .contains("bench-results/" + anew + "/summary.md")
        .doesNotContain("CartPole-v1, tuned: last 100");
  }
}
