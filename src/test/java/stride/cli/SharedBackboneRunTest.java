package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A run whose actor and critic share their hidden layers, from its beginning to its export. */
class SharedBackboneRunTest {
  @TempDir static Path temp;

  private static Path run(TinyAlgorithm algorithm) {
    return temp.resolve(algorithm.name());
  }

  @BeforeAll
  static void train() {
    for (TinyAlgorithm each : List.of(TinyAlgorithm.PPO, TinyAlgorithm.A2C)) {
      TinyRun.whole(each, run(each), 50, "--shared-backbone", "--hidden", "16,8");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"PPO", "A2C"})
  void goesOnAsIfNothingHadHappened(TinyAlgorithm algorithm) throws IOException {
    Path run = run(algorithm);
    Path copy = TinyRun.unfinished(run, temp.resolve("copy of " + algorithm));
    Outcome resumed = TinyRun.in(TinyRun.resume(copy));
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    TinyRun.assertSameRun(copy, run);
  }

  @ParameterizedTest
  @EnumSource(names = {"PPO", "A2C"})
  void isPlayedAndExported(TinyAlgorithm algorithm) throws IOException {
    Path run = run(algorithm);
    Outcome played = Outcome.of("eval", run.toString(), "--episodes", "2", "--json");
    assertThat(played.json().get("episodes").intValue()).isEqualTo(2);
    for (String form : List.of("--onnx", "--safetensors")) {
      Path file = temp.resolve(algorithm + form);
      Outcome exported = Outcome.of("export", run.toString(), form, file.toString());
      assertThat(exported.exitCode()).as(exported.err()).isZero();
      assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
          .contains("trunk.2.weight", "actor.0.weight", "critic.0.bias");
    }
  }

  @Test
  void doesNotBeginFromParametersThatAreApart() {
    Path apart = TinyRun.whole(temp.resolve("apart"), 1, "--hidden", "16,8");
    Outcome outcome =
        TinyRun.in(
            TinyRun.begin(
                temp.resolve("other"),
                1,
                "--shared-backbone",
                "--hidden",
                "16,8",
                "--init-from",
                apart.toString()));
    assertThat(outcome.complaint(1)).contains("required: those of the new run");
  }

  @Test
  void needsTheHost() {
    Outcome outcome = Outcome.of("train", "CartPole-v1", "--shared-backbone", "--backend", "cuda");
    assertThat(outcome.complaint(2))
        .isEqualTo("stride: shared_backbone=true, required: false for backend=cuda");
  }
}
