package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.cuda.FakeDriver;
import stride.files.JsonText;
import stride.train.CheckpointStore;

/** The commands with the update on the emulated device. */
class CudaTrainTest {
  private static final int MINIBATCHES = 4; // of an update

  @TempDir Path temp;

  @BeforeEach
  void start() {
    FakeDriver.assumeBuilt();
    FakeDriver.reset();
  }

  @AfterEach
  void nothingIsLeft() {
    FakeDriver.assumeBuilt();
    FakeDriver.reset();
    FakeDriver.assertNothingAlive();
  }

  /** Thirty iterations: checkpoints at the beginning, after twenty, and at the end. */
  private static List<String> begin(Path run, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "CartPole-v1", "--backend", "cuda"));
    args.addAll(List.of("--num-envs", "4", "--num-steps", "16", "--hidden", "8"));
    args.addAll(List.of("--num-minibatches", "2", "--update-epochs", "2"));
    args.addAll(List.of("--total-timesteps", Integer.toString(30 * 64)));
    args.addAll(
        List.of(
            "--threads", "2", "--oversubscribe", "--warm-up", "0", "--run-dir", run.toString()));
    for (String each : more) {
      replace(args, each);
    }
    return args;
  }

  /** An option may be given once: a later one takes the place of its like. */
  private static void replace(List<String> args, String option) {
    int earlier = args.indexOf(option.split("=", -1)[0]);
    if (earlier >= 0) {
      args.subList(earlier, earlier + 2).clear();
    }
    args.add(option);
  }

  private static Outcome run(List<String> args) {
    return Outcome.of(args.toArray(String[]::new));
  }

  private static Outcome resume(Path run, String... more) {
    List<String> args = new ArrayList<>(TinyRun.resume(run));
    args.addAll(List.of(more));
    return run(args);
  }

  private Path whole(String name, String... more) {
    Path run = temp.resolve(name);
    Outcome outcome = run(begin(run, more));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return run;
  }

  @Test
  void trainsEvaluatesAndSaysWhichWayIsTheFastest() throws IOException {
    Path run = temp.resolve("run");
    Outcome outcome = run(begin(run, "--json"));
    assertThat(outcome.json().get("finished").booleanValue()).isTrue();
    assertThat(outcome.err().lines())
        .anyMatch(
            line ->
                line.matches(
                    "cuda update: (launches|graph|persistent|cluster), the fastest of launches"
                        + " [0-9.]+ ms, graph [0-9.]+ ms, persistent [0-9.]+ ms, cluster [0-9.]+"
                        + " ms"));
    JsonNode config = JsonText.read(run.resolve("config.json"));
    assertThat(config.get("precision").textValue()).isEqualTo("fp32");
    assertThat(config.has("cuda_update")).isFalse();
    JsonNode eval = Outcome.of("eval", run.toString(), "--episodes", "5", "--json").json();
    assertThat(eval.get("return_mean").doubleValue()).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"launches", "graph", "persistent", "cluster"})
  void goesOnToTheSameBitsInAnyWay(String mode) throws IOException {
    Path whole = whole("whole", "--cuda-update=launches");
    Path copy = TinyRun.unfinished(whole, temp.resolve("copy"));
    Outcome resumed = resume(copy, "--cuda-update", mode);
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    assertThat(resumed.err()).contains("cuda update: " + mode + System.lineSeparator());
    TinyRun.assertSameRun(copy, whole);
  }

  /** Kernels of an update: advantages, moments, what is explained; and three a minibatch. */
  @Test
  void aLostDeviceNamesTheLastCheckpointAndTheRunGoesOn() throws IOException {
    Path whole = whole("whole", "--cuda-update=launches");
    Path run = temp.resolve("run");
    FakeDriver.set("lose_device", 1 + 25L * (3 + 3 * MINIBATCHES) + 5);
    Outcome lost = run(begin(run, "--cuda-update=launches"));
    Path checkpoint = CheckpointStore.of(run).newest();
    assertThat(lost.failure())
        .startsWith("stride: stopped in iteration 26: ")
        .contains("CUDA_ERROR_ILLEGAL_ADDRESS")
        .endsWith("; the last good state is " + checkpoint);
    FakeDriver.reset();
    FakeDriver.assertNothingAlive();
    Outcome resumed = resume(run);
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    TinyRun.assertSameRun(run, whole);
  }

  @Test
  void thePolicyOnTheDeviceGoesOnToTheSameBits() throws IOException {
    String[] options = {"--policy-device=cuda", "--stepping=lockstep", "--cuda-update=graph"};
    Path whole = whole("whole", options);
    Path copy = TinyRun.unfinished(whole, temp.resolve("copy"));
    Outcome resumed = resume(copy);
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    TinyRun.assertSameRun(copy, whole);
  }

  @Test
  void wideNetworksTakeAPrecision() throws IOException {
    Path exact = whole("exact", "--hidden=130", "--total-timesteps=64");
    Path rounded = whole("rounded", "--hidden=130", "--total-timesteps=64", "--precision=tf32");
    JsonNode config = JsonText.read(rounded.resolve("config.json"));
    assertThat(config.get("precision").textValue()).isEqualTo("tf32");
    assertThat(Files.readAllBytes(CheckpointStore.of(rounded).newest()))
        .isNotEqualTo(Files.readAllBytes(CheckpointStore.of(exact).newest()));
  }

  /** In the file of options, and from there into the rest of the run. */
  @Test
  void narrowNetworksTakeTheTensorCores() throws IOException {
    Path exact = whole("exact", "--cuda-update=launches");
    Path cores = whole("cores", "--cuda-update=launches", "--precision=tf32x3");
    JsonNode config = JsonText.read(cores.resolve("config.json"));
    assertThat(config.get("precision").textValue()).isEqualTo("tf32x3");
    assertThat(Files.readAllBytes(CheckpointStore.of(cores).newest()))
        .isNotEqualTo(Files.readAllBytes(CheckpointStore.of(exact).newest()));
    Path copy = TinyRun.unfinished(cores, temp.resolve("copy"));
    Outcome resumed = resume(copy, "--cuda-update", "persistent");
    assertThat(resumed.exitCode()).as(resumed.err()).isZero();
    TinyRun.assertSameRun(copy, cores);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "--precision=tf32x3 --hidden=200;precision=tf32x3, required: fp32, tf32 or bf16 for"
            + " networks that cuBLAS computes",
        "--precision=tf32;precision=tf32, required: fp32 or tf32x3 for networks without a hidden"
            + " layer above 128, which cuBLAS has no part in",
        "--policy-device=cuda;policy_device=cuda, required: cpu unless stepping=lockstep and"
            + " num_envs >= 2",
        "--cuda-update=fast;cuda_update=fast, required: one of [auto, launches, graph, persistent,"
            + " cluster]",
        "--cuda-update=persistent --hidden=200;cuda_update=persistent, required: auto or one of"
            + " [launches, graph] for networks that cuBLAS computes",
      })
  void whatIsNotToBeHadIsRefusedBeforeAFolderIsMade(String flags, String message) {
    Path run = temp.resolve("run");
    assertThat(run(begin(run, flags.split(" ", -1))).complaint(2)).isEqualTo("stride: " + message);
    assertThat(run).doesNotExist();
  }

  @Test
  void clustersThatTheDeviceRefusesAreSaidAndPassedOver() {
    FakeDriver.set("most_cluster", 0);
    assertThat(run(begin(temp.resolve("none"), "--cuda-update=cluster")).complaint(2))
        .isEqualTo(
            "stride: cuda_update=cluster, required: auto or one of [launches, graph, persistent]"
                + " for these networks and minibatches on this device");
    FakeDriver.set("most_cluster", 1);
    Outcome outcome = run(begin(temp.resolve("few")));
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.err())
        .containsPattern("persistent [0-9.]+ ms; not cluster: cuLaunchKernel: .*CLUSTER_SIZE");
  }

  @Test
  void anUpdateThatHangsIsGivenUp() throws Exception {
    List<String> flags = new ArrayList<>(StrideProcess.quickFlags());
    for (String name : List.of("driver", "lib", "cache")) {
      flags.add("-Dstride.cuda." + name + "=" + System.getProperty("stride.cuda." + name));
    }
    flags.add("-Dstride.cuda.watchdog=0.02");
    var builder =
        StrideProcess.builder(
            StrideProcess.command(flags, begin(temp.resolve("run"), "--cuda-update=persistent")),
            temp);
    builder.environment().put("CUDAEMU_DELAY_US", "400000"); // of each operation, at most
    Outcome outcome = Outcome.of(builder, temp);
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .contains(
            "stride: stopped in iteration 1: the update by persistent did not end within 0.02 s:"
                + " the device is lost to this process (-Dstride.cuda.watchdog=SECONDS allows"
                + " more); the last good state is ");
  }
}
