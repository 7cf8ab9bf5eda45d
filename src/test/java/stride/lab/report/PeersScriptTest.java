package stride.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the measurement of peers says of its options before it fetches or measures anything, and how
 * it makes figures from runs.
 */
class PeersScriptTest {
  private static final Path SCRIPT =
      Path.of(System.getProperty("stride.home"), "peers", "side_by_side.py");

  @TempDir Path temp;

  private record Ended(int exitCode, String output) {}

  private Ended check(String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(SCRIPT.toString(), "--check"));
    command.addAll(List.of(options));
    command.addAll(List.of("--out", temp.resolve("out").toString()));
    return python(command);
  }

  /** Runs Python in the folder of the script, whose modules it finds. */
  private static Ended python(List<String> words) throws IOException, InterruptedException {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3"))),
        "no python3");
    List<String> command = new ArrayList<>(List.of("python3", "-EsB"));
    command.addAll(words);
    Process process =
        new ProcessBuilder(command)
            .directory(SCRIPT.getParent().toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output.strip());
  }

  @Test
  void takesListsOfEnvironmentsAndSizes() throws IOException, InterruptedException {
    assertThat(check("--envs", "1,8,64,256", "--train-sizes", "64x128,256x128,1x2048"))
        .isEqualTo(new Ended(0, "env train values actor-critics"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"env", "train", "values", "actor-critics"})
  void measuresOnePartAlone(String part) throws IOException, InterruptedException {
    assertThat(check("--only", part)).isEqualTo(new Ended(0, part));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "--envs        | 0       | 0 is not above zero",
        "--envs        | 8,-1    | -1 is not above zero",
        "--envs        | 1,many  | '1,many' is no list such as 1,8,64,256",
        "--envs        | 1,,8    | '1,,8' is no list such as 1,8,64,256",
        "--envs        | 8,64,8  | 8,64,8 has the same twice",
        "--train-sizes | 64      | '64' is no list such as 64x128,1x2048",
        "--train-sizes | 64x0    | 0 is not above zero",
        "--train-sizes | 3x5     | 3x5: 15 rows do not part into 32 minibatches",
        "--value-slices | 12     | 12 is less than 13",
        "--value-stride-slices | 9.5 | invalid slices value: '9.5'",
        "--actor-critic-slices | 30 | 30 is less than 31",
        "--actor-critic-rounds | 0  | 0 is not above zero",
      })
  void namesTheOptionAndWhatIsWrong(String option, String value, String reason)
      throws IOException, InterruptedException {
    Ended ended = check(option, value);
    assertThat(ended.output()).endsWith("make peers: error: argument " + option + ": " + reason);
    assertThat(ended.exitCode()).isEqualTo(2);
    assertThat(temp).isEmptyDirectory();
  }

  /**
   * Slices of a run of 500 env steps each: two before learning, the one with the first update, then
   * 20 that slow down.
   */
  @Test
  void countsSlicesOnceLearningHasBegun() throws IOException, InterruptedException {
    String program =
        """
        import compare_values
        seconds = [0.1, 0.1, 9] + [0.25] * 2 + [0.5] * 16 + [1] * 2
        run = {"env_steps": [500 * (k + 1) for k in range(23)], "seconds": seconds,
               "update_seconds": [0, 0, 8] + [0.05] * 20,
               "memory_bytes": 1, "first_iteration_seconds": 2}
        print(compare_values.DQN.figures(run))
        """;
    assertThat(python(List.of("-c", program)))
        .isEqualTo(
            new Ended(
                0,
                "{'env_steps_per_second': 1000.0, 'last_tenth_ratio': 0.25,"
                    + " 'update_microseconds': 1000.0, 'memory_bytes': 1,"
                    + " 'first_update_seconds': 11.1}"));
  }

  /** What counts begins after the slice with the first update, however long slices are. */
  @ParameterizedTest
  @CsvSource({"SAC, 50, 21", "SAC, 100, 11", "A2C, 1600, 1", "A2C, 40000, 1"})
  void leavesOutTheSlicesUntilTheFirstUpdate(String contest, int size, int uncounted)
      throws IOException, InterruptedException {
    String program =
        """
        import compare_actor_critics
        ends = [%2$d * (k + 1) for k in range(%3$d + 10)]
        run = {"env_steps": ends, "seconds": [4] * %3$d + [2] * 10,
               "update_seconds": [0] * %3$d + [1] * 10, "memory_bytes": 1, "first_iteration_seconds": 4.5}
        figures = compare_actor_critics.%1$s.figures(run)
        print(figures["env_steps_per_second"], figures["last_tenth_ratio"], figures["first_update_seconds"])
        """
            .formatted(contest, size, uncounted);
    assertThat(python(List.of("-c", program)))
        .isEqualTo(new Ended(0, size / 2.0 + " 1.0 " + (4.5 + 4 * (uncounted - 1))));
  }

  @Test
  void takesAsManySlicesAsTheLongestWayToTheFirstUpdateLeavesTenOf()
      throws IOException, InterruptedException {
    assertThat(check("--actor-critic-slices", "31"))
        .isEqualTo(new Ended(0, "env train values actor-critics"));
  }

  @Test
  void hasARowForEachProgramWithTheRatiosOfItsRounds() throws IOException, InterruptedException {
    String program =
        """
        import compare_values
        def one(rate): return {"env_steps_per_second": rate, "others_cores": 0}
        rounds = {"stride": [one(90), one(100), one(110)], "limit": [one(400)] * 3,
                  "torch-dqn": [one(10), one(8), one(11)]}
        for row in compare_values.DQN.summarise(rounds, {"stride": 2, "limit": 2, "torch-dqn": 1}):
            print(row["peer"], row["threads"], row["stride_ratio"], row["stride_ratio_by_round"],
                  row["update_microseconds"])
        """;
    assertThat(python(List.of("-c", program)))
        .isEqualTo(
            new Ended(
                0,
                """
                stride 2 1.0 [1.0, 1.0, 1.0] None
                limit 2 0.25 [0.225, 0.25, 0.275] None
                torch-dqn 1 10.0 [9.0, 12.5, 10.0] None"""));
  }

  @Test
  void saysOfEachActorCriticWhatItIs() throws IOException, InterruptedException {
    String program =
        """
        import compare_actor_critics
        for contest in compare_actor_critics.CONTESTS:
            one = [{"env_steps_per_second": 10, "others_cores": 0}]
            for row in contest.summarise({"stride": one, "limit": one}, {"stride": 2, "limit": 2}):
                print(row["algo"], row["task"], row["peer"], row["label"])
        """;
    assertThat(python(List.of("-c", program)))
        .isEqualTo(
            new Ended(
                0,
                """
                sac Hopper-v5 stride Stride
                sac Hopper-v5 limit the limit, physics and arithmetic
                a2c CartPole-v1 stride Stride
                a2c CartPole-v1 limit the limit, physics and arithmetic"""));
  }

  /**
   * With one thread there is no other Stride, without a compiler and without SBX no such program.
   */
  @Test
  void leavesOutWhatDoesNotStartHereAndSaysWhy() throws IOException, InterruptedException {
    String program =
        """
        import types
        import compare_actor_critics, contest
        contest.lacking_to_compile = lambda: "no g++ (package g++)"
        contest.importlib.util.find_spec = lambda name: None
        found, left_out = compare_actor_critics.SAC.contestants(types.SimpleNamespace(threads=1))
        print(*found)
        for row in left_out:
            print(row["algo"], row["task"], row["peer"], row["reason"], sep=": ")
        """;
    Ended ended = python(List.of("-c", program));
    assertThat(ended.output())
        .contains("stride limit torch-sac sb3-sac")
        .contains("sac: Hopper-v5: torch-sac-compiled: no g++ (package g++)")
        .contains("sac: Hopper-v5: sbx-sac: it could not be fetched")
        .contains("stride: SAC: PyTorch, updates compiled is left out: no g++ (package g++)");
    assertThat(ended.exitCode()).isZero();
  }

  /** What does not start says why in its last line. */
  @Test
  void asksWhetherAProgramStarts() throws IOException, InterruptedException {
    String program =
        """
        import measuring
        print(measuring.reason_against("1"))
        print(measuring.reason_against("import sys; sys.exit('no AVX')"))
        print(measuring.reason_against("import os; os._exit(3)"))
        """;
    assertThat(python(List.of("-c", program)))
        .isEqualTo(
            new Ended(
                0,
                """
                None
                it does not start: no AVX
                it does not start: exit status 3"""));
  }
}
