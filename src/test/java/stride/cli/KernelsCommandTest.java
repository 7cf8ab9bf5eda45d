package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.cuda.FakeDriver;
import stride.files.JsonText;

/** What is compiled ahead on the emulation is what a training there wants. */
final class KernelsCommandTest {
  private static final String CACHE = "stride.cuda.cache";
  private static final List<String> SIZES =
      List.of(
          "CartPole-v1",
          "--num-envs=4",
          "--num-steps=16",
          "--num-minibatches=2",
          "--update-epochs=2");

  @TempDir Path temp;
  private String cacheBefore;

  @BeforeEach
  void start() {
    FakeDriver.assumeBuilt();
    FakeDriver.reset();
    cacheBefore = System.setProperty(CACHE, temp.resolve("cache").toString());
  }

  @AfterEach
  void end() {
    if (cacheBefore != null) {
      System.setProperty(CACHE, cacheBefore);
    }
    FakeDriver.assumeBuilt();
    FakeDriver.reset();
  }

  private static Outcome run(String command, List<String> sizes, String... more) {
    List<String> args = new ArrayList<>(List.of(command));
    args.addAll(sizes);
    args.addAll(List.of(more));
    return Outcome.of(args.toArray(String[]::new));
  }

  private JsonNode kernels(List<String> sizes, String... more) {
    String[] options = Stream.concat(Stream.of(more), Stream.of("--json")).toArray(String[]::new);
    Outcome outcome = run("kernels", sizes, options);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    JsonNode json = JsonText.parse(outcome.out());
    assertThat(json.path("compiler").asText()).startsWith("NVRTC ");
    assertThat(json.path("cache").asText()).isEqualTo(temp.resolve("cache").toString());
    return json;
  }

  private Set<String> cacheFiles() throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve("cache"))) {
      return new TreeSet<>(files.map(Path::toString).toList());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "8, cpu, common.cu narrow.cu ppo_update.cu ppo_cluster.cu",
    "8, cuda, common.cu narrow.cu ppo_update.cu ppo_cluster.cu policy_step.cu",
    "136, cpu, common.cu wide.cu"
  })
  void aTrainingFindsAllInTheCache(String width, String policyDevice, String programs)
      throws IOException {
    List<String> sizes = new ArrayList<>(SIZES);
    sizes.addAll(
        List.of("--hidden=" + width, "--policy-device=" + policyDevice, "--stepping=lockstep"));
    // needs no device, but gets what one here would get
    JsonNode first = kernels(sizes, "--architecture=sm_90a");
    assertThat(first.path("programs")).allMatch(program -> !program.path("cached").asBoolean());
    assertThat(first.path("programs")).allMatch(program -> program.path("seconds").asDouble() > 0);
    assertThat(first.path("programs").findValuesAsText("program"))
        .containsExactly(programs.split(" ", -1));
    Set<String> files = cacheFiles();
    assertThat(files).hasSize(first.path("programs").size());

    Outcome training =
        run(
            "train",
            sizes,
            "--backend=cuda",
            "--total-timesteps=128",
            "--threads=1",
            "--warm-up=0",
            "--run-dir=" + temp.resolve("run"));
    assertThat(training.exitCode()).as(training.err()).isZero();
    assertThat(cacheFiles()).isEqualTo(files);
    JsonNode again = kernels(sizes);
    assertThat(again.path("architecture").asText()).isEqualTo("sm_90a");
    assertThat(again.path("programs")).allMatch(program -> program.path("cached").asBoolean());
    assertThat(again.path("programs")).allMatch(program -> program.path("seconds").asDouble() == 0);
  }

  @Test
  void saysWhatItDid() {
    Outcome first = run("kernels", SIZES, "--hidden=8", "--architecture=sm_80");
    assertThat(first.out())
        .containsPattern("NVRTC \\S+ for sm_80, cache " + temp.resolve("cache") + "\n")
        .containsPattern("common.cu +compiled in \\d+\\.\\d s\n")
        .doesNotContain("ppo_cluster.cu"); // the architecture has no clusters
    Outcome second = run("kernels", SIZES, "--hidden=8", "--architecture=sm_80");
    assertThat(second.out()).containsPattern("ppo_update.cu +cached\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--architecture=sm_12 | architecture=sm_12, required: one of sm_75, sm_80, ",
        "--architecture=compute_90 | architecture=compute_90, required: one of sm_75, ",
        "--num-minibatches=65 | num_minibatches=65, required: "
      })
  void badOptionsAreRefused(String option, String message) {
    Outcome outcome =
        run("kernels", List.of("CartPole-v1", "--num-envs=4", "--num-steps=16"), option);
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err()).contains(message);
  }
}
