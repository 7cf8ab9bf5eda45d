package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.files.JsonText;
import stride.home.Home;

class ProfileCommandTest {
  @TempDir Path temp;

  private static Outcome profile(String... options) {
    return profile(64, options);
  }

  private static Outcome profile(int envs, String... options) {
    List<String> args =
        new ArrayList<>(List.of("profile", "CartPole-v1", "--envs=" + envs, "--threads", "1"));
    args.addAll(List.of("--seconds", "0.05"));
    args.addAll(List.of(options));
    return Outcome.of(args.toArray(String[]::new));
  }

  @Test
  void printsOneLineOfJsonAndProgressOnStderr() throws IOException {
    Outcome outcome = profile(1, "--json", "--seed", "5", "--backend", "reference");
    JsonNode json = outcome.json();
    assertThat(json.get("schema_version").intValue()).isEqualTo(1);
    assertThat(json.get("task").textValue()).isEqualTo("CartPole-v1");
    assertThat(json.get("seed").intValue()).isEqualTo(5);
    assertThat(json.get("backend").textValue()).isEqualTo("reference");
    JsonNode row = json.get("rows").get(0);
    assertThat(row.get("envs").intValue()).isEqualTo(1);
    assertThat(row.get("threads").intValue()).isEqualTo(1);
    assertThat(row.get("physics_steps_per_second").isNull()).isTrue();
    assertThat(row.get("rollout_share").isNull()).isTrue();
    assertThat(row.get("rollout_steps_per_second").doubleValue()).isPositive();
    assertThat(row.get("stages").get(0).get("stage").textValue()).isEqualTo("rollout");
    assertThat(row.get("train_steps_per_second").doubleValue()).isPositive();
    assertThat(json.get("stepping").textValue()).isEqualTo("sharded");
    assertThat(row.get("windows").size()).isEqualTo(5);
    assertThat(row.get("windows").get(4).get("train_steps_per_second").doubleValue()).isPositive();
    assertThat(row.get("physics_interval").isNull()).isTrue();
    assertThat(row.get("rollout_interval").size()).isEqualTo(2);
    assertThat(row.get("train_interval").get(0).isDouble()).isTrue();
    assertThat(row.get("window_spread").isDouble()).isTrue();
    assertThat(row.get("latencies").get("shard_step").has("p999")).isTrue();
    assertThat(row.get("latencies").get("minibatch").get("count").longValue()).isPositive();
    assertThat(row.get("allocated_bytes_per_iteration").isDouble()).isTrue();
    JsonNode knee = json.get("knee").get(0);
    assertThat(knee.get("threads").intValue()).isEqualTo(1);
    assertThat(knee.get("envs").intValue()).isEqualTo(1);
    assertThat(knee.get("reached").booleanValue()).isFalse();
    boolean withheld = knee.get("withheld").booleanValue(); // a short measurement may be doubtful
    assertThat(knee.get("sentence").textValue())
        .startsWith(withheld ? "withheld, because " : "1 env, the only one measured, ");
    List<String> doubts = json.get("doubts").valueStream().map(JsonNode::textValue).toList();
    assertThat(outcome.err()).startsWith("  1 environment on 1 thread ");
    assertThat(outcome.err().lines().skip(1))
        .containsExactlyElementsOf(doubts.stream().map(doubt -> "warning: " + doubt).toList());
  }

  @Test
  void printsTheAnswerInTheWidthOfATerminal() {
    Outcome outcome = profile();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(outcome.out())
        .containsPattern("\nstage, % of an iteration +64 x 1( \\?)?\n")
        .containsPattern(
            "\nCartPole-v1, steps/s +limit +rollout +CPU share +training +CPU share +with FLOP +spread\n")
        .containsPattern("\n64 x 1 .* [\\d.,]+M? ")
        .contains("\nrollout.physics ")
        .containsPattern("\nknee on 1 thread: (64 envs, the only one measured, |withheld, )")
        .doesNotContain("\nstages of ");
  }

  @Test
  void printsEverythingIfAsked() {
    Outcome outcome = profile("--verbose");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out().lines()).allMatch(line -> line.length() <= 100);
    assertThat(outcome.out())
        .containsPattern("\n64 x 1( \\?)? +update step +[\\d,]+ ")
        .containsPattern("\nstages of 64 x 1( \\?)?\n");
  }

  @Test
  void keepsItsResults() throws IOException {
    Outcome outcome = profile("--json", "--out", temp.resolve("results").toString());
    JsonNode json = outcome.json();
    try (Stream<Path> folders = Files.list(temp.resolve("results"))) {
      Path folder = folders.toList().getFirst();
      assertThat(outcome.err()).contains("\nresults in " + folder + "\n");
      assertThat(folder).isDirectoryContaining("glob:**/machine.json");
      assertThat(folder).isDirectoryContaining("glob:**/latency-shard_step-CartPole-v1.hlog");
      assertThat(folder.resolve("summary.md"))
          .content()
          .contains("## Profile of CartPole-v1", "| 64 x 1 ", "\n- knee on 1 thread: ");
      assertThat(folder).isDirectoryContaining("glob:**/anchor.json");
      assertThat(JsonText.read(folder.resolve("profile-CartPole-v1.json"))).isEqualTo(json);
    }
  }

  @Test
  void aFolderThatIsThereTakesOneMore() throws IOException {
    Path mine = Files.writeString(temp.resolve("mine.txt"), "mine");
    for (int k = 1; k <= 2; k++) {
      assertThat(profile("--out", temp.toString()).exitCode()).isZero();
      assertThat(folders()).hasSize(k);
    }
    assertThat(mine).hasContent("mine");
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> all = Files.list(temp)) {
      return all.filter(Files::isDirectory).sorted().toList();
    }
  }

  @ParameterizedTest
  @CsvSource({"-INT, 130", "-TERM, 143"})
  void endedEarlyItLeavesNoFolder(String signal, int code) throws Exception {
    Path results = temp.resolve("results");
    List<String> args =
        List.of("profile", "CartPole-v1", "--envs=1", "--seconds=600", "--out=" + results);
    Path err = temp.resolve("err");
    Process process = StrideProcess.start(args, temp, temp.resolve("out"), err);
    try {
      while (!Files.readString(err).contains("1 environment on ")) {
        assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
        Thread.sleep(5);
      }
      assertThat(results).isNotEmptyDirectory();
      new ProcessBuilder("kill", signal, Long.toString(process.pid())).start().waitFor();
      assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).as(Files.readString(err)).isEqualTo(code);
    assertThat(results).isEmptyDirectory();
  }

  @Test
  void refusesAFolderThatCannotBeWrittenBeforeItMeasures() {
    Outcome outcome = profile("--out", "/proc/results"); // where root cannot write either
    assertThat(outcome.complaint(1))
        .startsWith("stride: cannot make a results folder in /proc/results: ");
    assertThat(outcome.err()).hasLineCount(1);
  }

  private Outcome onAFullDisk(Path disk, Path saved) throws IOException, InterruptedException {
    return SmallDisk.run(
        disk,
        4, // a page: room for one small file
        saved,
        // vectors are slow without the better compiler, and these are thousands of minibatches
        List.of("-Dstride.home=" + Home.folder()),
        List.of(
            "profile",
            "CartPole-v1",
            "--envs=1",
            "--threads=1",
            "--seconds=0.05",
            "--out=" + disk.resolve("results")));
  }

  @Test
  void aDiskThatFillsLeavesNoHalfWrittenFileAndNoEmptyFolder() throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    SmallDisk.require(disk);
    Path saved = Files.createDirectory(temp.resolve("saved"));
    assertThat(onAFullDisk(disk, saved).failure())
        .startsWith("stride: cannot write " + disk.resolve("results"))
        .endsWith(": No space left on device");
    assertThat(saved.resolve("results")).isEmptyDirectory(); // no measurement found room
  }

  @Test
  void aFullDiskIsSaidBeforeAnythingIsMeasured() throws Exception {
    Path disk = Files.createDirectory(temp.resolve("disk"));
    SmallDisk.require(disk);
    Path saved = Files.createDirectory(temp.resolve("saved"));
    Path mine = Files.writeString(saved.resolve("mine.txt"), "x".repeat(4096));
    assertThat(onAFullDisk(disk, saved).complaint(1))
        .startsWith("stride: cannot write " + disk.resolve("results"))
        .endsWith("machine.json: No space left on device");
    assertThat(saved.resolve("results")).isEmptyDirectory();
    assertThat(mine).hasContent("x".repeat(4096));
  }

  @Test
  void refusesAFileForResultsBeforeItMeasures() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    Outcome outcome = profile("--out", file.toString());
    assertThat(outcome.complaint(1))
        .isEqualTo(
            "stride: cannot make a results folder in " + file + ": a file of this name is there");
    assertThat(outcome.err()).hasLineCount(1);
  }

  @Test
  void stepsInLockstep() throws IOException {
    JsonNode json = profile("--json", "--stepping", "lockstep").json();
    assertThat(json.get("stepping").textValue()).isEqualTo("lockstep");
    assertThat(json.get("policy_device").textValue()).isEqualTo("cpu");
  }

  @Test
  void keepsFlameGraphsInTheResultsFolder() throws IOException {
    Outcome outcome = profile("--flame", "--out", temp.toString());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).startsWith("flame graphs by ");
    try (Stream<Path> folders = Files.list(temp)) {
      assertThat(folders.toList().getFirst())
          .isDirectoryContaining("glob:**/flame-CartPole-v1_64x1.*");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "--flame, '--flame needs --out, the folder for flame graphs'",
    "--stepping=both, 'stepping=both, required: one of [sharded, lockstep]'",
    "--policy-device=host, 'policy_device=host, required: one of [cpu, cuda]'",
    "--policy-device=cuda, 'policy_device=cuda, required: cpu for backend=cpu'",
    "--policy-device=cuda --backend=cuda, 'policy_device=cuda, required: cpu unless stepping='",
  })
  void refusesWhatDoesNotGoTogether(String options, String complaint) {
    assertThat(profile(options.split(" ", -1)).complaint(2)).startsWith("stride: " + complaint);
  }

  @Test
  void makesNoFolderForWhatIsRefused() throws IOException {
    Outcome outcome = profile("--policy-device=cuda", "--out", temp.resolve("results").toString());
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(temp).isEmptyDirectory();
  }
}
