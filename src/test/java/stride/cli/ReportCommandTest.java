package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportCommandTest {
  private static final String BEFORE = "what was there before";

  @TempDir Path temp;

  private Path folder;
  private Path run;
  private Path out;

  @BeforeEach
  void copyACommittedFolder() throws IOException {
    Path results = Path.of(System.getProperty("stride.home")).resolve("bench-results");
    Path baseline = results.resolve(Files.readString(results.resolve("baseline")).strip());
    folder = Files.createDirectory(temp.resolve("results"));
    try (Stream<Path> files = Files.list(baseline)) {
      for (Path file : files.toList()) {
        Files.copy(file, folder.resolve(file.getFileName()));
      }
    }
    run = Files.createDirectory(temp.resolve("run"));
    Files.writeString(
        run.resolve("config.json"),
        "{\"schema_version\": 1, \"task\": \"Hopper-v5\", \"seed\": 1, \"preset\": \"tuned\"}");
    Files.writeString(
        run.resolve("metrics.jsonl"),
        """
        {"schema_version":1,"iteration":1,"env_steps":9,"seconds":1.5,"env_steps_per_second":6.0,\
        "return_mean_last_100":2.5,"length_mean_last_100":null,"episodes":1,"divergences":0,\
        "stage_seconds":{"rollout":1.5},"diagnostics":{"losses/policy_loss":null}}
        """);
    out = Files.writeString(temp.resolve("report.html"), BEFORE);
  }

  private Outcome report(Path... folders) {
    List<String> args = new ArrayList<>(List.of("report", "--out", out.toString()));
    Stream.of(folders).map(Path::toString).forEach(args::add);
    return Outcome.of(args.toArray(String[]::new));
  }

  /** One line, exit code 1, and the old page as it was, alone. */
  private String refusal(Path... folders) throws IOException {
    String complaint = report(folders).complaint(1);
    assertThat(out).content().isEqualTo(BEFORE);
    assertThat(temp.resolve("report.html.part")).doesNotExist();
    return complaint;
  }

  @Test
  void replacesAPageByACompleteOne() throws IOException {
    Outcome outcome = report(folder, run);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).startsWith(out + ": results folders 1, runs 1, 0.").endsWith(" MB\n");
    assertThat(out).content().startsWith("<!DOCTYPE html>").endsWith("</html>\n");
    assertThat(out)
        .content()
        .contains(
            "<title>Stride: results "
                + folder.getFileName()
                + "; Hopper-v5, run run (unfinished)</title>");
    assertThat(temp.resolve("report.html.part")).doesNotExist();
  }

  @Test
  void tellsScriptsWhereThePageIs() throws IOException {
    Outcome outcome =
        Outcome.of(
            "report", folder.toString(), "--out", out.toString(), "--title", "A < B", "--json");
    assertThat(outcome.json().get("path").textValue()).isEqualTo(out.toString());
    assertThat(outcome.json().get("bytes").longValue()).isEqualTo(Files.size(out));
    assertThat(outcome.json().get("results").intValue()).isEqualTo(1);
    assertThat(outcome.json().get("runs").intValue()).isZero();
    assertThat(out).content().contains("<h1>A &lt; B</h1>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "machine.json",
        "anchor.json",
        "profile-Hopper-v5.json",
        "jmh-GaeBenchmark.json",
        "peers.json",
        "returns.json",
        "latency-rollout-Hopper-v5.hlog"
      })
  void refusesAFileCutShort(String name) throws IOException {
    Path file = folder.resolve(name);
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.length() / 2));
    assertThat(refusal(run, folder)).startsWith("stride: " + file + ": not ");
    Files.writeString(file, "");
    if (!name.endsWith("hlog")) { // a log may have nothing in it
      assertThat(refusal(run, folder)).startsWith("stride: " + file + ": ");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"machine.json", "anchor.json", "profile-Hopper-v5.json", "peers.json"})
  void refusesAnotherVersion(String name) throws IOException {
    Path file = folder.resolve(name);
    String text = Files.readString(file);
    Files.writeString(file, text.replaceFirst("(schema_version\" ?): 1", "$1: 2"));
    assertThat(refusal(folder))
        .isEqualTo("stride: " + file + ": schema_version=2, this Stride reads 1");
    Files.writeString(file, text.replaceFirst("schema_version", "version"));
    assertThat(refusal(folder)).isEqualTo("stride: " + file + " has no \"schema_version\"");
  }

  @Test
  void refusesDamagedRuns() throws IOException {
    Path metrics = run.resolve("metrics.jsonl");
    String line = Files.readString(metrics);
    Files.writeString(metrics, line + "{\"schema_version\":1,\n" + line);
    assertThat(refusal(run))
        .isEqualTo(
            "stride: "
                + metrics
                + ": line 2: not JSON, column 21: it ends in the middle of a value");
    Files.writeString(metrics, line.replace("\"seconds\":1.5", "\"seconds\":\"soon\""));
    assertThat(refusal(run))
        .isEqualTo("stride: " + metrics + ": line 1: seconds: required: a number");
    Files.writeString(metrics, line + line);
    assertThat(refusal(run)).isEqualTo("stride: " + metrics + ": no time passes after 9 env steps");
    Files.writeString(metrics, line.replace("version\":1", "version\":7"));
    assertThat(refusal(run)).contains("schema_version=7");
    Files.writeString(run.resolve("config.json"), "{\"schema_version\": 1");
    assertThat(refusal(run))
        .startsWith("stride: " + run.resolve("config.json") + ": not JSON, line ");
  }

  @Test
  void refusesFieldsThatAreNotWhatTheyShouldBe() throws IOException {
    Path profile = folder.resolve("profile-Hopper-v5.json");
    String text = Files.readString(profile);
    Files.writeString(profile, text.replaceFirst("\"envs\" : \\d+", "\"envs\" : -1"));
    assertThat(refusal(folder))
        .isEqualTo("stride: " + profile + ": rows[0]: envs=-1, threads=1, required: >= 1");
    Files.writeString(profile, text.replaceFirst("\"rows\" : \\[", "\"rows\" : 1, \"x\" : ["));
    assertThat(refusal(folder)).isEqualTo("stride: " + profile + ": rows: required: an array");
    Files.writeString(profile, text);
    Path returns = folder.resolve("returns.json");
    Files.writeString(
        returns, Files.readString(returns).replaceFirst("\"returns\": \\[", "\"returns\": [null,"));
    assertThat(refusal(folder))
        .endsWith("returns.json: rows[0].returns[0]: null, required: a value");
  }

  @Test
  void looksBelowFoldersAndNamesThoseThatHaveNothing() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    Outcome outcome = report(empty, temp, run);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).startsWith(out + ": results folders 1, runs 1, 0.");
    assertThat(outcome.err()).contains("no results and no runs in " + empty);
  }

  @Test
  void refusesWhatIsNeitherResultsNorRun() throws IOException {
    Path empty = Files.createDirectory(temp.resolve("empty"));
    assertThat(refusal(empty))
        .isEqualTo(
            "stride: "
                + empty
                + " is neither a results folder (it has no machine.json) nor a run folder"
                + " (no config.json), and holds none");
    assertThat(refusal(temp.resolve("absent"))).endsWith("absent does not exist");
    assertThat(refusal(out)).endsWith("report.html is no folder");
  }

  @Test
  void refusesAPlaceThatCannotBeWritten() throws IOException {
    Path nowhere = temp.resolve("absent").resolve("report.html");
    Outcome outcome = Outcome.of("report", folder.toString(), "--out", nowhere.toString());
    assertThat(outcome.complaint(1))
        .isEqualTo("stride: cannot write " + nowhere + ": no such file or folder");
    outcome = Outcome.of("report", folder.toString(), "--out", run.toString());
    assertThat(outcome.complaint(1)).startsWith("stride: cannot write " + run + ": ");
    assertThat(temp.resolve("run.part")).doesNotExist();
    outcome = Outcome.of("report", folder.toString(), "--out", "/proc/report.html");
    assertThat(outcome.complaint(1)).startsWith("stride: cannot write /proc/report.html: ");
  }

  @Test
  void noSpaceLeftIsOneLineAndLeavesTheOldPage() throws IOException, InterruptedException {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    SmallDisk.require(disk);
    Path saved = Files.createDirectory(temp.resolve("saved"));
    Files.writeString(saved.resolve("page.html"), "mine");
    Path page = disk.resolve("page.html");
    Outcome outcome =
        SmallDisk.run(disk, 64, saved, List.of("report", folder.toString(), "--out=" + page));
    assertThat(outcome.complaint(1))
        .isEqualTo("stride: cannot write " + page + ": No space left on device");
    assertThat(saved.resolve("page.html")).hasContent("mine");
    assertThat(saved).isDirectoryNotContaining("glob:**.part");
  }

  @Test
  void showsTwoFoldersThatHaveNoBenchmarkInCommon() throws IOException {
    Path other = Files.createDirectory(temp.resolve("other"));
    for (String name : List.of("machine.json", "anchor.json", "jmh-GaeBenchmark.json")) {
      Files.copy(folder.resolve(name), other.resolve(name));
    }
    Path jmh = other.resolve("jmh-GaeBenchmark.json");
    Files.writeString(jmh, Files.readString(jmh).replace("GaeBenchmark.", "OtherBenchmark."));
    Outcome outcome = report(folder, other);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(out).content().contains("other is not compared: no common benchmark: results has ");
  }

  @Test
  void asksForFoldersAndAFile() {
    assertThat(Outcome.of("report", folder.toString()).complaint(2)).contains("--out");
    assertThat(Outcome.of("report", "--out", out.toString()).complaint(2)).contains("DIR");
  }
}
