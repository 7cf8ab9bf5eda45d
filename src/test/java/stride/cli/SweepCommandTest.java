package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.files.JsonText;

@Tag("processes")
class SweepCommandTest {
  private static final String SPACE =
      """
      {"schema_version": 1, "options": {
        "learning_rate": {"log": [1e-3, 3e-2]},
        "hidden": {"choice": [[8, 8]]},
        "num_steps": {"choice": [16, 32]}}}
      """;

  @TempDir static Path once;
  private static Path trials; // of all tests, so that what one has trained the next one finds

  @TempDir Path temp;
  private Path space;
  private Path out;

  @BeforeAll
  static void choose() {
    trials = once.resolve("trials");
  }

  @BeforeEach
  void write() throws IOException {
    space = temp.resolve("space.json");
    out = temp.resolve("out");
    Files.writeString(space, SPACE);
  }

  /** Of trainings that take milliseconds an iteration. */
  private List<String> args(Path root, int iterations, String... more) {
    List<String> args =
        new ArrayList<>(List.of("sweep", "CartPole-v1", "--space", space.toString()));
    args.addAll(List.of("--trials", root.toString(), "--out", out.toString(), "--seeds", "2"));
    args.addAll(List.of("--backend", "reference", "--num-envs", "2", "--num-steps", "16"));
    args.addAll(List.of("--num-minibatches", "1", "--update-epochs", "1", "--hidden", "8"));
    args.addAll(List.of("--total-timesteps", Integer.toString(32 * iterations)));
    args.addAll(List.of(more));
    return args;
  }

  private Outcome sweep(String... more) {
    return TinyRun.in(args(trials, 50, more));
  }

  private JsonNode file(String name) {
    return JsonText.read(out.resolve(name));
  }

  @Test
  void ranksTheBaseAndWhatWasDrawn() throws IOException {
    Outcome outcome = sweep("--budget-runs", "6", "--json");
    JsonNode json = outcome.json();
    ObjectNode found = (ObjectNode) file("sweep.json");
    assertThat(json).isEqualTo(found.put("path", out.toString()));
    assertThat(json.at("/plan/search").textValue()).isEqualTo("random");
    assertThat(json.at("/plan/seeds")).extracting(JsonNode::intValue).containsExactly(1, 2);
    assertThat(json.at("/origin/commit").textValue()).hasSizeGreaterThan(6);
    assertThat(json.at("/machine/cores").intValue()).isPositive();
    assertThat(json.at("/result/trainings").intValue()).isEqualTo(6);
    JsonNode rows = json.at("/result/rows");
    assertThat(rows).extracting(row -> row.get("rank").intValue()).containsExactly(1, 2, 3);
    assertThat(rows)
        .extracting(row -> row.get("configuration").intValue())
        .containsExactlyInAnyOrder(1, 2, 3);
    assertThat(rows)
        .extracting(row -> row.get("return_mean").doubleValue())
        .isSortedAccordingTo((a, b) -> Double.compare(b, a));
    JsonNode first = rows.get(0);
    assertThat(first.get("returns")).hasSize(2);
    assertThat(first.at("/return_mean_ci95/low").doubleValue())
        .isLessThanOrEqualTo(first.get("return_mean").doubleValue());
    assertThat(first.get("env_steps_per_second_steady").doubleValue()).isPositive();
    assertThat(Files.readString(out.resolve("sweep.md")))
        .startsWith("# CartPole-v1: random search, 3 configurations, 6 trainings over seeds 1 to 2")
        .contains("| options ", "| base ");
    // nothing is trained again, and nothing changes
    Map<String, byte[]> before = TinyRun.saved(out);
    Outcome again = sweep("--budget-runs", "6");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain(" of 6: ");
    assertThat(again.out()).contains("return, mean ± 95 %", "hidden=8,8");
    TinyRun.assertUnchanged(out, before);
  }

  private Path trial(String key) throws IOException {
    try (Stream<Path> folders = Files.list(trials.resolve("CartPole-v1"))) {
      return folders
          .filter(folder -> folder.toString().endsWith("__" + key))
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void theBestIsAConfigurationThatTrains() throws IOException {
    JsonNode json = sweep("--budget-runs", "6", "--json").json();
    JsonNode best = json.at("/result/rows/0");
    Path run = temp.resolve("run");
    Outcome outcome =
        Outcome.of(
            "train",
            "--config",
            out.resolve("best.json").toString(),
            "--run-dir",
            run.toString(),
            "--threads",
            "1",
            "--warm-up",
            "0");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    TinyRun.assertSameRun(run, trial(best.get("key").textValue()).resolve("seed-1"));
  }

  @Test
  void theCommandThatItPrintsComparesTheBestWithTheBase() throws IOException {
    // any network learns more than one whose learning rate is next to nothing
    JsonNode json = sweep("--budget-runs", "6", "--json", "--learning-rate", "1e-9").json();
    assertThat(json.at("/result/best").intValue()).isNotEqualTo(1);
    String command = json.at("/result/verify").textValue();
    assertThat(command)
        .startsWith("stride verify CartPole-v1 --config ")
        .endsWith(" --seeds 3..22");
    List<String> args = new ArrayList<>(Arrays.asList(command.split(" ")).subList(1, 7));
    args.addAll(List.of("--seeds", "1..2", "--trials", trials.toString(), "--json"));
    Outcome outcome = TinyRun.in(args);
    JsonNode verification = outcome.jsonWhateverTheExitCode();
    assertThat(outcome.err()).as("the very trainings of the search").doesNotContain(" of 4: ");
    assertThat(verification.get("candidate_key")).isEqualTo(json.at("/result/rows/0/key"));
    assertThat(verification.at("/differences/learning_rate/candidate"))
        .isEqualTo(json.at("/result/options/learning_rate"));
  }

  @Test
  @Tag("long")
  void halvingTrainsTheBetterOnesForLonger() throws IOException {
    List<String> args = args(trials, 90, "--search", "halving", "--budget-runs", "3.3", "--json");
    args.set(args.indexOf("--seeds") + 1, "1");
    JsonNode json = TinyRun.in(args).json();
    assertThat(json.at("/plan/eta").intValue()).isEqualTo(3);
    JsonNode rows = json.at("/result/rows");
    assertThat(rows).hasSize(5); // 5 ninths, 2 thirds and 2: 3.2 runs
    assertThat(rows)
        .extracting(row -> row.get("total_timesteps").intValue())
        .containsExactly(2880, 2880, 320, 320, 320);
    assertThat(rows.get(0).get("return_mean_ci95").isNull()).as("of one seed").isTrue();
    assertThat(List.of(rows.get(0), rows.get(1)))
        .extracting(row -> row.get("configuration").intValue())
        .contains(1);
    assertThat(json.get("decisions")).extracting(JsonNode::intValue).containsExactly(5, 1, 1);
    assertThat(file("best.json").get("total_timesteps").intValue()).isEqualTo(2880);
  }

  @Test
  void whatDivergesIsCountedAndTheBaseMayBeBest() throws IOException {
    Files.writeString(
        space, "{\"schema_version\": 1, \"options\": {\"learning_rate\": {\"choice\": [1e30]}}}");
    Outcome outcome = sweep("--budget-minutes", "5", "--anneal-lr", "false");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out())
        .contains("budget of 5 minutes", "(2 failed)", "failed: learning_rate=1.0E30, 1600 env")
        .contains("Nothing beat the base: " + out.resolve("best.json") + " is the base.");
    assertThat(file("best.json")).isEqualTo(file("base.json"));
    assertThat(file("sweep.json").at("/result/verify").isNull()).isTrue();
  }

  @Test
  void aFolderOfAnotherSearchIsRefused() throws IOException {
    assertThat(sweep("--budget-runs", "4").exitCode()).isZero();
    Map<String, byte[]> before = TinyRun.saved(out);
    assertThat(sweep("--budget-runs", "4", "--seed", "2").complaint(1))
        .isEqualTo(
            "stride: %s holds another sweep, which differs in seed: give another --out"
                .formatted(out));
    assertThat(sweep("--budget-runs", "4", "--gamma", "0.9").complaint(1))
        .contains("which differs in config: ");
    TinyRun.assertUnchanged(out, before);
    Files.writeString(out.resolve("sweep.json"), "{\"schema_version\": 9}");
    assertThat(sweep("--budget-runs", "4").complaint(1))
        .isEqualTo(
            "stride: %s: schema_version=9, this Stride reads 1"
                .formatted(out.resolve("sweep.json")));
  }

  @Test
  @Tag("long")
  void aDamagedSearchIsNotBegunAnew() throws IOException {
    assertThat(sweep("--budget-runs", "4").exitCode()).isZero();
    Path file = out.resolve("sweep.json");
    for (String field : List.of("decisions", "seconds", "machine", "result")) {
      ObjectNode json = JsonText.readObject(file);
      JsonNode removed = json.remove(field);
      Files.writeString(file, JsonText.file(json));
      Map<String, byte[]> before = TinyRun.saved(out);
      assertThat(sweep("--budget-runs", "4").complaint(1))
          .isEqualTo("stride: %s: %s is missing".formatted(file, field));
      TinyRun.assertUnchanged(out, before);
      Files.writeString(file, JsonText.file(json.set(field, removed)));
    }
  }

  @Test
  void aFolderOfSomethingElseIsRefused() throws IOException {
    Files.createDirectories(out);
    Files.writeString(out.resolve("best.json"), "mine");
    assertThat(sweep("--budget-runs", "4").complaint(1))
        .isEqualTo(
            "stride: %s is not empty and has no sweep.json: give another --out".formatted(out));
    assertThat(out.resolve("best.json")).hasContent("mine");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"schema_version\": 1, \"options\": {\"gamma\" | : not JSON, line 1, column ",
        "`` | : not JSON, empty",
        "[] | : not a JSON object",
        "{\"schema_version\": 2, \"options\": {}} | : schema_version=2, this Stride reads 1",
        "{\"options\": {\"gamma\": {\"choice\": [1]}}} | ` has no \"schema_version\"`",
        "{\"schema_version\": 1, \"options\": {}} | : options={}, required: an object with",
        "{\"schema_version\": 1, \"options\": {\"gama\": {\"choice\": [1]}}} | : unknown option"
            + " gama, did you mean gamma?",
        "{\"schema_version\": 1, \"options\": {\"gamma\": {\"range\": [1, 0]}}} | :"
            + " gamma={\"range\":[1,0]}, required: ",
        "{\"schema_version\": 1, \"options\": {\"gamma\": {\"range\": [0.5, 2]}}} | : gamma=2.0,"
            + " required: in [0, 1]",
        "{\"schema_version\": 1, \"options\": {\"gamma\": {\"log\": [0, 1]}}} | :"
            + " gamma={\"log\":[0,1]}, required: ",
        "{\"schema_version\": 1, \"options\": {\"num_envs\": {\"choice\": [1.5]}}} | :"
            + " num_envs=1.5, required: integer",
        "{\"schema_version\": 1, \"options\": {\"anneal_lr\": {\"range\": [0, 1]}}} | :"
            + " anneal_lr=0, required: true or false",
      })
  void aSpaceThatIsNoneIsBadUsage(String text, String complaint) throws IOException {
    Files.writeString(space, text);
    assertThat(sweep().complaint(2)).startsWith("stride: " + space + complaint);
    assertThat(out).doesNotExist();
  }

  @Test
  void aSpaceThatIsNotThereIsBadUsage() throws IOException {
    Files.delete(space);
    assertThat(sweep().complaint(2)).isEqualTo("stride: " + space + " does not exist");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"gamma\": {\"choice\": [7]}} | the space allows gamma=7: gamma=7.0, required: in [0, 1]",
        "{\"num_minibatches\": {\"choice\": [5]}} | the space allows num_minibatches=5:"
            + " num_minibatches=5, required: a divisor",
        "{\"gamma\": {\"choice\": [0.99]}} | the space holds nothing but the base",
        "{\"total_timesteps\": {\"choice\": [9000]}} | total_timesteps is what the budget counts"
            + " in",
      })
  void drawsThatAreImpossibleAreRefusedBeforeAnythingRuns(String options, String complaint)
      throws IOException {
    Files.writeString(space, "{\"schema_version\": 1, \"options\": " + options + "}");
    assertThat(sweep().complaint(2)).startsWith("stride: " + complaint);
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--search=grid | --search=grid, required: one of [random, halving]",
        "--eta=4 | --eta=4 is for --search halving",
        "--search=halving --eta=1 | --eta=1, required: ",
        "--budget-runs=3 | a budget of 3 runs of the full length, required: at least 4.000, for",
        "--budget-runs=0 | --budget-runs=0.0, required: > 0",
        "--budget-minutes=-1 | --budget-minutes=-1.0, required: > 0",
        "--budget-runs=9 --budget-minutes=9 | --budget-runs and --budget-minutes: give one of them",
        "--jobs=0 | --jobs=0, required: ",
        "--gamma=2 | gamma=2.0, required: in [0, 1]",
      })
  void refusesWhatIsImpossible(String options, String complaint) {
    assertThat(sweep(options.split(" ")).complaint(2)).startsWith("stride: " + complaint);
    assertThat(out).doesNotExist();
  }

  @Test
  void seedsAreGiven() {
    List<String> args = args(trials, 50);
    args.set(args.indexOf("--seeds") + 1, "auto");
    assertThat(TinyRun.in(args).complaint(2)).startsWith("stride: --seeds=auto, required: 1 or");
  }

  @Test
  void aPartOfATrainingHasAnIteration() {
    assertThat(TinyRun.in(args(trials, 8, "--search", "halving")).complaint(2))
        .startsWith("stride: total_timesteps=256, and base would be trained for 28,");
    assertThat(out).doesNotExist();
  }

  @Test
  void aSignalStopsItAndTheSameCommandGoesOn() throws Exception {
    Path root = temp.resolve("trials");
    List<String> args = args(root, 4000, "--budget-runs", "4", "--json");
    Path stdout = temp.resolve("stdout");
    Path stderr = temp.resolve("stderr");
    Process process = StrideProcess.start(args, temp, stdout, stderr);
    try {
      while (!anyTrainingIsAtWork(root)) {
        assertThat(process.isAlive()).as(Files.readString(stderr)).isTrue();
        Thread.sleep(5);
      }
      process.destroy(); // SIGTERM
      assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    assertThat(process.exitValue()).isEqualTo(128 + 15);
    assertThat(Files.readString(stderr))
        .containsPattern("stride: stopped with \\d of 4 trials finished: the same command goes on");
    assertThat(stdout).isEmptyFile();
    assertThat(file("sweep.json").get("result").isNull()).isTrue();
    double seconds = file("sweep.json").get("seconds").doubleValue();
    assertThat(seconds).isPositive();
    // by the same JVM with the same flags: other ones are other trials
    List<String> command = StrideProcess.command(StrideProcess.quickFlags(), args);
    JsonNode json = Outcome.of(StrideProcess.builder(command, temp), temp).json();
    assertThat(json.at("/result/rows")).hasSize(2);
    assertThat(json.get("seconds").doubleValue()).isGreaterThan(seconds);
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
