package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalCommandTest {
  @TempDir static Path temp;

  private static Path run;

  /** Long enough to hold the pole far longer than chance would. */
  @BeforeAll
  static void train() {
    run = temp.resolve("run");
    Outcome outcome =
        Outcome.of(
            "train",
            "CartPole-v1",
            "--total-timesteps",
            "60000",
            "--warm-up",
            "0",
            "--run-dir",
            run.toString());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }

  private static JsonNode eval(String... options) throws IOException {
    String[] args =
        Stream.concat(Stream.of("eval", run.toString(), "--json"), Stream.of(options))
            .toArray(String[]::new);
    return Outcome.of(args).json();
  }

  @Test
  void playsWithWhatWasLearnt() throws IOException {
    JsonNode json = eval("--episodes", "40", "--deterministic");
    assertThat(json.get("episodes").intValue()).isEqualTo(40);
    assertThat(json.get("env_steps").intValue()).isEqualTo(59_392);
    assertThat(json.get("divergences").intValue()).isZero();
    // a random policy holds it for some 22 steps
    assertThat(json.get("return_mean").doubleValue()).isGreaterThan(150);
    // a reward of 1 a step
    assertThat(json.get("length_mean").doubleValue())
        .isEqualTo(json.get("return_mean").doubleValue());
    assertThat(json.get("return_std").doubleValue()).isNotNegative();
  }

  @Test
  void theSameSeedPlaysTheSameEpisodes() throws IOException {
    assertThat(eval("--episodes", "5", "--seed", "3"))
        .isEqualTo(eval("--episodes", "5", "--seed", "3"));
  }

  @Test
  void oneEpisodeHasNoDeviation() throws IOException {
    assertThat(eval("--episodes", "1").get("return_std").isNull()).isTrue();
  }

  @Test
  void theBestCheckpointIsOneOfTheRuns() throws IOException {
    JsonNode json = eval("--episodes", "2", "--best");
    assertThat(Path.of(json.get("checkpoint").textValue())).exists().startsWith(run);
  }

  @Test
  void refusesTooFewAndTooManyEpisodes() {
    for (String episodes : new String[] {"0", "-1", "1000001"}) {
      assertThat(Outcome.of("eval", run.toString(), "--episodes", episodes).complaint(2))
          .isEqualTo("stride: --episodes=" + episodes + ", required: in [1, 1000000]");
    }
  }
}
