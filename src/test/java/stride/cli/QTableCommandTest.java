package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.files.JsonText;

/** Tabular Q-learning through the commands. */
class QTableCommandTest {
  @TempDir Path temp;

  private static Outcome train(Path run, String task, String... more) {
    List<String> args = new ArrayList<>(List.of("train", task, "--algo", "qtable"));
    args.addAll(List.of("--run-dir", run.toString(), "--threads", "1", "--warm-up", "0"));
    args.addAll(List.of(more));
    return TinyRun.in(args);
  }

  /** Some 40 iterations, so that there is a checkpoint before the last. */
  private static JsonNode small(Path run, String... more) throws IOException {
    List<String> args = new ArrayList<>(List.of("--num-envs", "8", "--json"));
    args.addAll(List.of("--steps-per-iteration", "2048", "--total-timesteps", "60000"));
    args.addAll(List.of("--eval-every", "100", "--eval-episodes", "5"));
    args.addAll(List.of(more));
    return train(run, "CartPole-v1", args.toArray(String[]::new)).json();
  }

  @Test
  void trainsResumesToTheSameBytesAndPlays() throws IOException {
    Path run = temp.resolve("run");
    JsonNode result = small(run, "--end-e", "0.5");
    assertThat(result.get("algo").textValue()).isEqualTo("qtable");
    assertThat(result.get("env_steps").intValue()).isEqualTo(29 * 2048);
    assertThat(result.get("stage_seconds").fieldNames())
        .toIterable()
        .containsExactly("rollout", "update", "eval", "other");

    Path killed = TinyRun.unfinished(run, temp.resolve("killed"));
    List<String> resume = List.of("train", "--resume", killed.toString(), "--threads", "2");
    Outcome resumed = TinyRun.in(resume);
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    TinyRun.assertSameRun(killed, run);

    String[] eval = {"eval", run.toString(), "--episodes", "20", "--json"};
    double drawn = Outcome.of(eval).json().get("return_mean").doubleValue();
    String[] best = {"eval", run.toString(), "--episodes", "20", "--json", "--deterministic"};
    double greedy = Outcome.of(best).json().get("return_mean").doubleValue();
    assertThat(drawn).as("better than the 22 of random actions").isGreaterThan(25);
    assertThat(greedy).as("half of the actions were random").isGreaterThan(1.5 * drawn);
  }

  @Test
  void listsOfNumbersAreOptions() throws IOException {
    Path run = temp.resolve("run");
    small(run, "--buckets", "2,1,3,5", "--bucket-range", "2,1.5,0.1,1e0");
    JsonNode config = JsonText.readObject(run.resolve("config.json"));
    assertThat(config.get("buckets").toString()).isEqualTo("[2,1,3,5]");
    assertThat(config.get("bucket_range").toString()).isEqualTo("[2.0,1.5,0.1,1.0]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Hopper-v5   |                             | qtable needs discrete actions, Hopper-v5 has real ones
          CartPole-v1 | --buckets=6,12              | buckets=[6, 12], required: 4 numbers, one for each coordinate of CartPole-v1
          CartPole-v1 | --bucket-range=1            | bucket_range=[1.0], required: 4 numbers, one for each coordinate of CartPole-v1
          CartPole-v1 | --bucket-range=1,2,wide,4   | bucket_range=[1,2,"wide",4], required: numbers
          CartPole-v1 | --bucket-range=1,2,0,4      | bucket_range=0.0, required: one or more, each finite, > 0
          CartPole-v1 | --buckets=1,1,6,0           | buckets=0, required: one or more, each >= 1
          CartPole-v1 | --buckets=1,1,6,1001        | buckets=1001, required: each <= 1000
          CartPole-v1 | --buckets=999,999,999,999   | buckets=[999, 999, 999, 999] take 15936.1
          CartPole-v1 | --learning-rate=1.5         | learning_rate=1.5, required: in [0, 1]
          CartPole-v1 | --epsilon-schedule=cosine   | epsilon_schedule=cosine, required: one of [linear, exponential]
          CartPole-v1 | --end-e=0.9 --start-e=0.8   | end_e=0.9, required: <= start_e=0.8
          CartPole-v1 | --eval-episodes=0           | eval_episodes=0, required: >= 1
          CartPole-v1 | --gae-lambda=0.9            | qtable has no option gae_lambda, only ppo
          CartPole-v1 | --preset=cleanrl            | preset=cleanrl, required: one of [tuned]
          """)
  void theImpossibleIsRefusedInOneLine(String task, String flags, String message) {
    Path run = temp.resolve("run");
    Outcome outcome = train(run, task, flags == null ? new String[0] : flags.split(" "));
    assertThat(outcome.complaint(2)).startsWith("stride: " + message);
    assertThat(run).doesNotExist();
  }
}
