package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.train.JsonText;

class ProfileCommandTest {
  @TempDir Path temp;

  private static Outcome profile(String... options) {
    List<String> args =
        new ArrayList<>(List.of("profile", "CartPole-v1", "--envs", "64", "--threads", "1"));
    args.addAll(List.of("--seconds", "0.05"));
    args.addAll(List.of(options));
    return Outcome.of(args.toArray(String[]::new));
  }

  @Test
  void printsOneLineOfJsonAndProgressOnStderr() throws IOException {
    Outcome outcome = profile("--json", "--seed", "5", "--backend", "reference");
    JsonNode json = outcome.json();
    assertThat(json.get("schema_version").intValue()).isEqualTo(1);
    assertThat(json.get("task").textValue()).isEqualTo("CartPole-v1");
    assertThat(json.get("seed").intValue()).isEqualTo(5);
    assertThat(json.get("backend").textValue()).isEqualTo("reference");
    JsonNode row = json.get("rows").get(0);
    assertThat(row.get("envs").intValue()).isEqualTo(64);
    assertThat(row.get("threads").intValue()).isEqualTo(1);
    assertThat(row.get("physics_steps_per_second").isNull()).isTrue();
    assertThat(row.get("rollout_share").isNull()).isTrue();
    assertThat(row.get("rollout_steps_per_second").doubleValue()).isPositive();
    assertThat(row.get("stages").get(0).get("stage").textValue()).isEqualTo("rollout");
    assertThat(row.get("train_steps_per_second").doubleValue()).isPositive();
    assertThat(row.get("step_micros").has("p999")).isTrue();
    JsonNode knee = json.get("knee").get(0);
    assertThat(knee.get("threads").intValue()).isEqualTo(1);
    assertThat(knee.get("envs").intValue()).isEqualTo(64);
    assertThat(knee.get("reached").booleanValue()).isFalse();
    assertThat(knee.get("sentence").textValue()).startsWith("64 envs, the only number measured, ");
    assertThat(outcome.err()).hasLineCount(1).startsWith("  64 environments on 1 threads ");
  }

  @Test
  void printsTablesForAReader() {
    Outcome outcome = profile();
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .contains("\nenvs x threads  limit steps/s  rollout steps/s ")
        .contains("\n64 x 1 ", "\nstages of 64 x 1\n", "\nrollout.physics ")
        .contains("\nknee on 1 thread: 64 envs, the only number measured, reach ");
  }

  @Test
  void keepsItsResults() throws IOException {
    Outcome outcome = profile("--json", "--out", temp.resolve("results").toString());
    JsonNode json = outcome.json();
    try (Stream<Path> folders = Files.list(temp.resolve("results"))) {
      Path folder = folders.toList().getFirst();
      assertThat(outcome.err()).endsWith("results in " + folder + "\n");
      assertThat(folder).isDirectoryContaining("glob:**/machine.json");
      assertThat(folder).isDirectoryContaining("glob:**/latency-rollout-CartPole-v1.hlog");
      assertThat(folder.resolve("summary.md"))
          .content()
          .contains("## Profile of CartPole-v1", "| 64 x 1 ", "\n- knee on 1 thread: 64 envs");
      assertThat(JsonText.read(folder.resolve("profile-CartPole-v1.json"), JsonNode.class))
          .isEqualTo(json);
    }
  }

  @Test
  void refusesAFileForResultsBeforeItMeasures() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "");
    Outcome outcome = profile("--out", file.toString());
    assertThat(outcome.complaint(1)).startsWith("stride: cannot make a results folder in " + file);
    assertThat(outcome.err()).hasLineCount(1);
  }
}
