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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("processes")
class VerifyCommandTest {
  @TempDir static Path once;
  @TempDir Path temp;

  /** Of trainings that take milliseconds an iteration. */
  private static List<String> args(Path root, int iterations, String... more) {
    List<String> args =
        new ArrayList<>(List.of("verify", "CartPole-v1", "--trials", root.toString()));
    args.addAll(List.of("--backend", "reference", "--num-envs", "2", "--num-steps", "16"));
    args.addAll(List.of("--num-minibatches", "1", "--update-epochs", "1", "--hidden", "8"));
    args.addAll(List.of("--total-timesteps", Integer.toString(32 * iterations)));
    args.addAll(List.of(more));
    return args;
  }

  /** In one folder for all tests, so that what one has trained the next one finds. */
  private static Outcome verify(String... more) {
    return TinyRun.in(args(once, 50, more));
  }

  @Test
  void theSameBitsAreIdentical() throws IOException {
    // of no other test's trainings: their speeds would not compare
    List<String> arms = List.of("--gamma", "0.97", "--reference", "stepping=lockstep");
    List<String> args = args(once, 50, "--seeds", "2", "--json", "--margin", "5%");
    args.addAll(arms);
    Outcome outcome = TinyRun.in(args);
    JsonNode json = outcome.json();
    assertThat(json.get("verdict").textValue()).isEqualTo("identical");
    assertThat(json.get("speed_ratio").doubleValue()).isPositive();
    assertThat(json.get("speed_ratio_ci95").get("low").doubleValue())
        .isLessThan(json.get("speed_ratio").doubleValue());
    assertThat(json.get("speed_pairs").intValue()).isEqualTo(2);
    assertThat(json.at("/differences/stepping/reference").textValue()).isEqualTo("lockstep");
    assertThat(json.get("differences")).hasSize(1);
    assertThat(json.at("/evaluation/margin_share").doubleValue()).isEqualTo(0.05);
    assertThat(json.at("/evaluation/reference/seeds").intValue()).isEqualTo(2);
    assertThat(json.get("aa_comparison").isNull()).isTrue();
    assertThat(outcome.err()).contains("4 of 4: ");
    // nothing is trained again
    args.removeAll(List.of("--json"));
    Outcome again = TinyRun.in(args);
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain(" of 4: ");
    assertThat(again.out()).contains("identical: every pair of seeds ended in the same bits");
  }

  @Test
  @Tag("long")
  void aReferenceThatIsFoundAgainHasReturnsAndNoSpeed() throws IOException {
    TinyRun.in(args(once, 50, "--gamma", "0.96", "--candidate", "gae_lambda=0.9", "--seeds", "2"));
    Outcome outcome =
        verify("--gamma", "0.96", "--candidate", "gae_lambda=0.8", "--seeds", "2", "--json");
    JsonNode json = outcome.jsonWhateverTheExitCode();
    assertThat(json.at("/evaluation/reference/mean").doubleValue()).isPositive();
    assertThat(json.get("speed_ratio").isNull()).isTrue();
    assertThat(outcome.err()).contains("warning: the speed is of 0 of 2 pairs of seeds");
  }

  @Test
  void whatWasNotShownEndsWithOneAndIsJudgedAgainstItselfToo() throws IOException {
    Outcome outcome =
        verify("--candidate", "hidden=8,8,gamma=0.5", "--seeds", "2..5", "--json", "--margin", "0");
    assertThat(outcome.exitCode()).as(outcome.err()).isIn(0, 1);
    JsonNode json = outcome.jsonWhateverTheExitCode();
    String verdict = json.get("verdict").textValue();
    assertThat(outcome.exitCode()).isEqualTo(verdict.equals("better") ? 0 : 1);
    assertThat(verdict).isIn("better", "worse", "not_shown"); // never kept within nothing
    assertThat(json.get("seeds")).extracting(JsonNode::intValue).containsExactly(2, 3, 4, 5);
    assertThat(json.at("/differences/hidden/candidate")).hasSize(2);
    assertThat(json.at("/differences/gamma/candidate").doubleValue()).isEqualTo(0.5);
    JsonNode half = json.get("aa_comparison");
    assertThat(half.get("what").textValue()).contains("1st, 3rd, 5th");
    assertThat(half.at("/judgement/reference/seeds").intValue()).isEqualTo(2);
    assertThat(json.get("reference_key")).isNotEqualTo(json.get("candidate_key"));
  }

  /** Eight environments take four steps each: no pole falls in so few. */
  @Test
  void aTrainingTooShortForAnEpisodeToEndIsJudgedByItsEvaluation() throws IOException {
    List<String> args = new ArrayList<>(List.of("verify", "CartPole-v1", "--trials"));
    args.addAll(List.of(once.toString(), "--backend", "reference", "--hidden", "8"));
    args.addAll(List.of("--num-envs", "8", "--num-steps", "4", "--total-timesteps", "32"));
    args.addAll(List.of("--num-minibatches", "1", "--update-epochs", "1", "--seeds", "2"));
    args.addAll(List.of("--candidate", "gamma=0.5", "--json"));
    JsonNode json = TinyRun.in(args).jsonWhateverTheExitCode();
    assertThat(json.get("verdict").isTextual()).isTrue();
    assertThat(json.at("/evaluation/reference/mean").doubleValue()).isPositive();
    assertThat(json.at("/evaluation/reference/failed").intValue()).isZero();
    assertThat(json.get("training").isNull()).isTrue();
  }

  @Test
  @Tag("long")
  void aPilotSaysHowManySeedsItTakes() throws IOException {
    Outcome outcome =
        verify(
            "--candidate",
            "hidden=8,8,gamma=0.5",
            "--max-seeds",
            "6",
            "--margin",
            "0.1%",
            "--json");
    JsonNode json = outcome.jsonWhateverTheExitCode();
    assertThat(outcome.err())
        .contains("pilot: 5 seeds of each")
        .containsPattern("the pilot's spread needs \\d+ seeds of each for a margin of 0.1")
        .containsPattern("with 6, equal returns are found to be kept in \\d+ % of comparisons")
        .contains(" min more");
    assertThat(json.get("seeds")).hasSize(6);
  }

  @Test
  void seedsThatDivergeAreWorseNotMissing() throws IOException {
    Outcome outcome =
        verify("--candidate", "learning_rate=1e30,anneal_lr=false", "--seeds", "3", "--json");
    assertThat(outcome.exitCode()).isOne();
    JsonNode json = outcome.jsonWhateverTheExitCode();
    assertThat(json.get("failures")).hasSize(3);
    assertThat(json.get("failures").get(0).textValue())
        .startsWith("candidate, seed 1: stopped in iteration ");
    assertThat(json.get("verdict").textValue()).isIn("worse", "not_shown");
    assertThat(json.at("/evaluation/difference").doubleValue()).isNegative();
    assertThat(json.get("speed_ratio").isNull()).isTrue();
  }

  @Test
  void anArmMayHaveAPresetAndAComparisonWithItselfIsToldSo() {
    Outcome outcome =
        verify("--reference", "preset=tuned", "--candidate", "preset=tuned", "--seeds", "1");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err()).contains("warning: both arms are the same configuration");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--seeds=0 | Invalid value for option '--seeds': 0, required: a number, a range such as",
        "--seeds=9..3 | Invalid value for option '--seeds': 9..3, required: ",
        "--seeds=many | Invalid value for option '--seeds': many, required: ",
        "--jobs=0 | --jobs=0, required: ",
        "--threads=0 | --threads=0, required: ",
        "--max-seeds=1 | --max-seeds=1, required: ",
        "--margin=2 | Invalid value for option '--margin'",
        "--candidate=gamma | --candidate=gamma, required: OPTION=VALUE",
        "--candidate=gama=1 | unknown option gama, did you mean gamma?",
        "--candidate=gamma=2 | gamma=2",
        "--reference=preset=best | preset=best, required: one of",
        "--against=nonsense | --against=nonsense, required: a revision that git knows",
      })
  void refusesWhatIsImpossible(String option, String complaint) {
    Path root = temp.resolve("trials");
    assertThat(TinyRun.in(args(root, 50, option)).complaint(2)).startsWith("stride: " + complaint);
    assertThat(root).doesNotExist();
  }

  @Test
  void aSignalSavesTheSeedsInFlightAndTheSameCommandGoesOn() throws Exception {
    Path root = temp.resolve("trials");
    List<String> args =
        args(root, 4000, "--seeds", "2", "--reference", "stepping=lockstep", "--json");
    Path out = temp.resolve("out");
    Path err = temp.resolve("err");
    Process process = StrideProcess.start(args, temp, out, err);
    try {
      List<ProcessHandle> children = trainings(process, root, err);
      process.destroy(); // SIGTERM
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
      assertThat(children).noneMatch(ProcessHandle::isAlive);
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(128 + 15);
    assertThat(Files.readString(err))
        .containsPattern("stride: stopped with \\d of 4 trials finished: the same command goes on");
    assertThat(out).isEmptyFile();
    // by the same JVM with the same flags: other ones are other trials
    List<String> command = StrideProcess.command(StrideProcess.quickFlags(), args);
    JsonNode json = Outcome.of(StrideProcess.builder(command, temp), temp).json();
    assertThat(json.get("verdict").textValue()).isEqualTo("identical");
  }

  @Test
  void itsTrainingsEndWithItEvenWhereItIsKilled() throws Exception {
    Path root = temp.resolve("trials");
    List<String> args = args(root, 1_000_000, "--candidate", "gamma=0.9", "--seeds", "2");
    Path err = temp.resolve("err");
    Process process = StrideProcess.start(args, temp, temp.resolve("out"), err);
    List<ProcessHandle> children = List.of();
    try {
      children = trainings(process, root, err);
      process.destroyForcibly().waitFor(); // SIGKILL
      for (ProcessHandle child : children) {
        child.onExit().get(1, TimeUnit.MINUTES);
      }
    } finally {
      process.destroyForcibly();
      children.forEach(ProcessHandle::destroyForcibly);
    }
  }

  /** The processes that train, once one of them is at work. */
  private static List<ProcessHandle> trainings(Process process, Path root, Path err)
      throws Exception {
    while (!anyTrainingIsAtWork(root)) {
      assertThat(process.isAlive()).as(Files.readString(err)).isTrue();
      Thread.sleep(5);
    }
    List<ProcessHandle> children = process.descendants().toList();
    assertThat(children).isNotEmpty();
    return children;
  }

  private static boolean anyTrainingIsAtWork(Path root) throws IOException {
    if (!Files.exists(root)) {
      return false;
    }
    try (Stream<Path> files = Files.walk(root)) {
      return files.anyMatch(file -> file.endsWith("metrics.jsonl"));
    }
  }
}
