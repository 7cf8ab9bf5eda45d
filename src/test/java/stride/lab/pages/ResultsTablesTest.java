package stride.lab.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.util.DefaultLocale;
import stride.files.FileException;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.results.Machines;
import stride.results.PeerRow;
import stride.results.PeersResult;
import stride.results.Profiles;
import stride.results.TrainingRow;

/** Do the page's figures come from the results, all of them, and from nowhere else? */
class ResultsTablesTest {
  private static final String BEGIN = "<!-- measured: rates (written by `make readme`) -->\n";
  private static final String END = "<!-- /measured -->\n";
  private static final String RUN = "2026-01-31_amd-epyc-2c_0123456";

  private static final String HOPPER =
      Profiles.json(
          "Hopper-v5",
          Profiles.row(8, 2, 40_000.0, 39_000, 34_567.8, 0.02),
          Profiles.row(64, 2, 51_234.5, 50_765.4, 45_678.9, 0.02));
  private static final String POLE =
      Profiles.json("CartPole-v1", Profiles.row(64, 2, null, 2_000_000, 654_321, 0.02));
  private static final TrainingRow.LeftOut LEFT_OUT =
      new TrainingRow.LeftOut("Hopper-v5", 1, 2048, "Other", "it takes two");
  private static final List<PeerRow> PEERS =
      List.of(
          peer("envpool-async", 64, 23_000),
          peer("envpool-sync", 64, 24_500),
          peer("gymnasium-vector", 64, 6_400));
  private static final List<TrainingRow> TRAININGS =
      List.of(
          new TrainingRow(
              "Hopper-v5", 64, 128, "stride", "Stride", 2, 30_000, 1.0, 2e6, 1.0, 260.4e6, 1.84),
          new TrainingRow(
              "Hopper-v5", 64, 128, "limit", "the limit", 2, 40_000, 0.75, null, null, null, null),
          new TrainingRow(
              "Hopper-v5",
              1,
              2048,
              "sb3",
              "Baselines",
              2,
              2500,
              5.125,
              99_960.0,
              12.0,
              425e6,
              2.6));

  private static PeerRow peer(String name, int envs, double rate) {
    return new PeerRow("Hopper-v5", name, envs, Math.min(envs, 2), rate, 1.5);
  }

  private void peers(List<PeerRow> rows, List<TrainingRow> trainings) throws IOException {
    var settings = new PeersResult.Settings(rows.isEmpty() ? null : 2);
    var result =
        new PeersResult(
            1,
            settings,
            rows,
            List.of(),
            trainings,
            List.of(LEFT_OUT),
            List.of(),
            List.of(),
            List.of(),
            List.of());
    write("bench-results/" + RUN + "/peers.json", JsonText.file(result));
  }

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
    peers(PEERS, List.of());
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
                + "\n| env steps/s: task, environments x threads |")
        .doesNotContain("old")
        .contains(
            END + "\nIn between.\n" + BEGIN.replace("rates", "end to end") + "\nNot measured.\n")
        .endsWith("\nNot measured.\n\n" + END + "\nThe rest.\n");
    assertThat(row("Hopper-v5, 8 x 2")).isEqualTo("40,000|39,000|97.5 %|34,568|86.4 %|2.0 %|-|-");
    // of a peer's modes the better one counts
    assertThat(row("Hopper-v5, 64 x 2"))
        .isEqualTo("51,235|50,765|99.1 %|45,679|89.2 %|2.0 %|24,500|6,400");
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
  void aDashStandsWhereNothingWasMeasured() throws IOException {
    tables.update();
    assertThat(row("CartPole-v1, 64 x 2")).isEqualTo("-|2.00M|-|654,321|-|2.0 %|-|-");
  }

  @Test
  void doesWithoutPeers() throws IOException {
    Files.delete(temp.resolve("bench-results/" + RUN + "/peers.json"));
    tables.update();
    assertThat(row("Hopper-v5, 64 x 2")).isEqualTo("51,235|50,765|99.1 %|45,679|89.2 %|2.0 %");
  }

  @Test
  void pairsPeersOfSeveralCountsWithTheRowOfTheirOwn() throws IOException {
    List<PeerRow> counts = new ArrayList<>(PEERS);
    counts.add(peer("envpool-sync", 1, 11_000));
    counts.add(peer("envpool-sync", 8, 99_000));
    peers(counts, List.of());
    tables.update();
    assertThat(row("Hopper-v5, 8 x 2"))
        .isEqualTo("40,000|39,000|97.5 %|34,568|86.4 %|2.0 %|99,000|-");
    assertThat(row("Hopper-v5, 64 x 2"))
        .isEqualTo("51,235|50,765|99.1 %|45,679|89.2 %|2.0 %|24,500|6,400");

    // one environment keeps one of the threads busy
    write(
        "bench-results/" + RUN + "/profile-Hopper-v5.json",
        Profiles.json("Hopper-v5", Profiles.row(1, 1, 40_000.0, 39_000, 34_567.8, 0.02)));
    tables.update();
    assertThat(row("Hopper-v5, 1 x 1"))
        .isEqualTo("40,000|39,000|97.5 %|34,568|86.4 %|2.0 %|11,000");
  }

  @Test
  void doesWithPeersOfTrainingAlone() throws IOException {
    peers(List.of(), TRAININGS);
    tables.update();
    assertThat(row("Hopper-v5, 64 x 2")).isEqualTo("51,235|50,765|99.1 %|45,679|89.2 %|2.0 %");
    assertThat(row("Hopper-v5, 64 x 128: Stride")).startsWith("2|30,000|");
  }

  @Test
  void showsTrainingWhereItWasMeasured() throws IOException {
    tables.update();
    assertThat(results()).doesNotContain("Stride / it");

    peers(PEERS, TRAININGS);
    tables.update();
    assertThat(results()).contains("\n| task, environments x steps: program |");
    assertThat(row("Hopper-v5, 64 x 128: Stride"))
        .isEqualTo("2|30,000|75.0 %|1.00|2,000,000|1.00|260 MB|1.8 s");
    assertThat(row("Hopper-v5, 64 x 128: the limit")).isEqualTo("2|40,000|100.0 %|0.75|-|-|-|-");
    // without its limit no share
    assertThat(row("Hopper-v5, 1 x 2048: Baselines"))
        .isEqualTo("2|2,500|-|5.13|99,960|12.00|425 MB|2.6 s");
    // the first table is as before
    assertThat(row("Hopper-v5, 64 x 2"))
        .isEqualTo("51,235|50,765|99.1 %|45,679|89.2 %|2.0 %|24,500|6,400");
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
    write("docs/results.md", results().replace("99.1 %", "99.9 %"));
    assertThat(tables.isCurrent()).isFalse();
  }

  @Test
  void noticesOtherResults() throws IOException {
    tables.update();
    write("bench-results/" + RUN + "/profile-Hopper-v5.json", HOPPER.replace("50765.4", "50761.4"));
    assertThat(tables.isCurrent()).isFalse();
  }

  @Test
  @DefaultLocale("de-DE")
  void isTheSameInEveryLanguage() throws IOException {
    tables.update();
    assertThat(results()).contains("99.1 %", "51,235").doesNotContain("99,1", "51.235");
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
    write(file, HOPPER.replace("\"schema_version\" : 1", "\"schema_version\" : 2"));
    assertThatThrownBy(tables::update)
        .isInstanceOf(FileException.class)
        .hasMessage(temp.resolve(file) + ": schema_version=2, this Stride reads 1");
    write(file, HOPPER.replace("39000.0", "\"fast\""));
    assertThatThrownBy(tables::update)
        .isInstanceOf(FileException.class)
        .hasMessage(temp.resolve(file) + ": rows[0].rollout_steps_per_second: required: a number");
  }

  @Test
  void namesAFieldThatIsMissing() throws IOException {
    String file = "bench-results/" + RUN + "/profile-Hopper-v5.json";
    write(file, HOPPER.replace("rollout_share\"", "share\""));
    assertThatThrownBy(tables::update)
        .isInstanceOf(FileException.class)
        .hasMessage(temp.resolve(file) + ": rows[0].rollout_share is missing");
  }

  @Test
  void returnsThatWereMeasuredAnewTakeThePlaceOfOlderOnes() throws IOException {
    String rows =
        """
        {"schema_version": 1, "rows": [
          {"task": "Hopper-v5", "preset": "cleanrl", "judged_by": "last 100", "env_steps": 1000, "commit": "%s",
           "seconds": null, "returns": [%s], "reference": []},
          {"task": "%s", "preset": "tuned", "judged_by": "last 100", "env_steps": 1000, "commit": "%1$s",
           "seconds": null, "returns": [7, 7], "reference": []}]}
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
        .contains("| Hopper-v5, cleanrl: last 100 | 1,000 | 2 | 2 ± 0 | - | 0 | - | - | 89abcde |")
        .contains("| Walker2d-v5, tuned: last 100 | 1,000 | 2 | 7 ± 0 | - | 0 | - | - | 0123456 |")
        .contains("Rows of another commit than the rest were measured anew on AMD EPYC")
        .contains("bench-results/" + anew + "/summary.md")
        .doesNotContain("CartPole-v1, tuned: last 100");
  }
}
