package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import stride.algo.Algorithms;
import stride.mujoco.Mujoco;

/** What all commands have in common: help, exit codes, one-line errors. */
class StrideTest {
  static Set<String> commands() {
    return Stride.commandLine().getSubcommands().keySet();
  }

  @Test
  void hasItsCommands() {
    assertThat(commands()).contains("info", "profile", "bench", "align", "readme", "help");
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpWithAnExample(String command) {
    Outcome outcome = Outcome.of(command, "--help");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("Usage: stride " + command, "\nExample: stride ");
    assertThat(outcome.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h", "help"})
  void listsItsCommands(String option) {
    Outcome outcome = Outcome.of(option);
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out())
        .contains("Usage: stride ", "\nExample: stride ")
        .contains("  info ", "  profile ", "  bench ", "  align ");
  }

  @Test
  void noCommandIsBadUsage() {
    Outcome outcome = Outcome.of();
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.out()).isEqualTo(Outcome.of("--help").out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"trian", "--fast", "@trian"})
  void anUnknownCommandOrOptionIsBadUsage(String word) {
    Outcome outcome = Outcome.of(word);
    assertThat(outcome.complaint(2)).contains("unknown ", word);
    assertThat(outcome.err()).endsWith("try: stride --help\n");
  }

  @Test
  void saysItsVersion() {
    Outcome outcome = Outcome.of("--version");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).matches("stride \\d+\\.\\d+\\.\\S+, commit \\S+, JDK \\S+\n");
  }

  @Test
  void theCompletionScriptIsBashAndKnowsFlagsWordsAndTasks(@TempDir Path folder) throws Exception {
    Outcome outcome = Outcome.of("completion");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("--num-envs", "lockstep", "\"Hopper-v5\"", "complete -F");
    Path script = Files.writeString(folder.resolve("script"), outcome.out());
    assertThat(new ProcessBuilder("bash", "-n", script.toString()).start().waitFor()).isZero();
  }

  @Test
  void adviceNamesTheCommand() {
    assertThat(Outcome.of("profile").err()).endsWith("try: stride profile --help\n");
  }

  /** Throws what it is told to. */
  @Command(name = "fail")
  private static final class Failing implements Callable<Integer>, CommonOptions.Holder {
    @Mixin CommonOptions common;

    private final Throwable thrown;

    Failing(Throwable thrown) {
      this.thrown = thrown;
    }

    @Override
    public CommonOptions common() {
      return common;
    }

    @Override
    public Integer call() throws Exception {
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (Exception) thrown;
    }
  }

  private static Outcome fail(Throwable thrown, String... options) {
    CommandLine commandLine = Stride.commandLine().addSubcommand(new Failing(thrown));
    String[] args = new String[options.length + 1];
    args[0] = "fail";
    System.arraycopy(options, 0, args, 1, options.length);
    return Outcome.of(commandLine, args);
  }

  static List<Throwable> failures() {
    return List.of(
        new IllegalStateException("the reason"),
        new IOException("the\nreason"),
        new StackOverflowError("the reason"),
        new NoClassDefFoundError("the reason"));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void whateverFailsIsOneLine(Throwable thrown) {
    Outcome outcome = fail(thrown);
    assertThat(outcome.complaint(1))
        .isEqualTo(
            "stride: %s: %s"
                .formatted(
                    thrown.getClass().getSimpleName(), thrown.getMessage().replace("\n", "; ")));
    assertThat(outcome.err()).hasLineCount(1);
  }

  @ParameterizedTest
  @MethodSource("failures")
  void debugShowsTheStackTrace(Throwable thrown) {
    Outcome outcome = fail(thrown, "--debug");
    assertThat(outcome.exitCode()).isEqualTo(1);
    assertThat(outcome.err())
        .startsWith("stride: ")
        .contains(thrown.getClass().getName() + ": ", "\tat stride.cli.StrideTest.failures");
  }

  @Test
  void anExceptionWithoutWordsShowsItsType() {
    assertThat(fail(new UnsupportedOperationException()).complaint(1))
        .isEqualTo("stride: UnsupportedOperationException");
  }

  @ParameterizedTest
  @CsvSource({
    "profile Hoper-v5, 'unknown task Hoper-v5, did you mean Hopper-v5?'",
    "profile Hopper-v5 --envs 0, '--envs=0, required: one or more, each in [1, 100000]'",
    "profile Hopper-v5 --envs 8;-1, '--envs=-1, required: one or more, each in [1, 100000]'",
    "profile Hopper-v5 --envs ;, '--envs is empty, required: one or more'",
    "profile Hopper-v5 --envs 2000000000, '--envs=2000000000, required: '",
    "profile Hopper-v5 --envs a;b, 'Invalid value for option ''--envs'' (N): a, required: an"
        + " integer in '",
    "profile Hopper-v5 --envs, '--envs needs a value'",
    "profile Hopper-v5 --seed --envs 8, '--seed needs a value, got --envs'",
    "train --seed --num-env 4, 'unknown option --num-env, did you mean --num-envs?'",
    "train CartPole-v1 --track, 'unknown option --track: every run keeps TensorBoard'",
    "eval runs/none --epsiodes 5, 'unknown option --epsiodes, did you mean --episodes?'",
    "trian CartPole-v1 --num-envs 4, 'unknown command trian, did you mean train?'",
    "verify CartPole-v1, 'nothing to compare: give --candidate OPTION=VALUE'",
    "profile Hopper-v5 --threads 0, '--threads=0, required: one or more, each in [1, '",
    "profile Hopper-v5 --threads 1;2000000, '--threads=2000000, required: '",
    "profile Hopper-v5 --seconds 0, '--seconds=0.0, required: in (0, 3600]'",
    "profile Hopper-v5 --seconds -1, '--seconds=-1.0, required: in (0, 3600]'",
    "profile Hopper-v5 --seconds NaN, '--seconds=NaN, required: in (0, 3600]'",
    "profile Hopper-v5 --seconds Infinity, '--seconds=Infinity, required: in (0, 3600]'",
    "profile Hopper-v5 --seconds soon, 'Invalid value for option ''--seconds'''",
    "profile Hopper-v5 --seed x, 'Invalid value for option ''--seed'''",
    "profile Hopper-v5 --backend gpu, 'backend=gpu, required: one of [reference, cpu, cuda]'",
    "profile Hopper-v5 Walker2d-v5, 'Unmatched argument at index 2: ''Walker2d-v5'''",
    "profile, 'Missing required parameter: ''TASK'''",
    "bench --with-profile Hoper-v5, 'unknown task Hoper-v5, did you mean Hopper-v5?'",
    "align, 'Missing required parameter: ''FILE'''",
    "info now, 'Unmatched argument at index 1: ''now'''",
    "help trian, 'unknown command trian, did you mean train?'",
  })
  void badUsageIsNamed(String line, String complaint) {
    Outcome outcome = Outcome.of(line.replace(';', ',').split(" ", -1));
    assertThat(outcome.complaint(2)).startsWith("stride: " + complaint);
  }

  @Test
  void debugShowsWhereBadUsageWasFound() {
    Outcome outcome = Outcome.of("profile", "Hoper-v5", "--debug");
    assertThat(outcome.exitCode()).isEqualTo(2);
    assertThat(outcome.err())
        .startsWith("stride: unknown task Hoper-v5, ")
        .contains("stride.env.UnknownTaskException", "\tat stride.env.Tasks.of(");
  }

  @Test
  void infoIsOneLineOfJson() throws IOException {
    Outcome outcome = Outcome.of("info", "--json");
    JsonNode info = outcome.json();
    assertThat(info.get("mujoco_version").textValue()).isEqualTo("4.0.0");
    assertThat(info.get("mujoco_library").textValue()).isEqualTo(Mujoco.library().toString());
    assertThat(info.get("backends").get("cpu").textValue()).isEqualTo("available");
    assertThat(info.get("backends").get("reference").textValue()).isEqualTo("available");
    assertThat(info.get("backend").textValue()).isEqualTo("cpu");
    assertThat(info.get("cores").intValue()).isPositive();
    assertThat(info.get("algorithms").valueStream().map(JsonNode::textValue))
        .containsExactlyElementsOf(Algorithms.names());
    assertThat(info.get("tasks").valueStream().map(JsonNode::textValue))
        .contains("Hopper-v5", "CartPole-v1");
    assertThat(info.get("cuda").get("available").isBoolean()).isTrue();
    assertThat(info.get("cuda").has("device"))
        .isEqualTo(info.get("cuda").get("available").asBoolean());
    assertThat(outcome.err()).isEmpty();
  }

  /** In a process of its own, without a driver whatever the machine has. */
  private static Outcome withoutGpu(Path folder, String... args)
      throws IOException, InterruptedException {
    List<String> flags = new ArrayList<>(StrideProcess.quickFlags());
    flags.add("-Dstride.cuda.driver=/nowhere/libcuda.so.1");
    List<String> command = StrideProcess.command(flags, List.of(args));
    return Outcome.of(StrideProcess.builder(command, folder), folder);
  }

  @ParameterizedTest
  @ValueSource(strings = {"info", "info --json", "--help", "train --help", "help", "align FILE"})
  void outputThatWentNowhereIsAFailure(String line, @TempDir Path folder) throws Exception {
    assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full");
    String golden = GoldenFiles.of("CartPole-v1").toString();
    List<String> args = List.of(line.replace("FILE", golden).split(" ", -1));
    Path err = folder.resolve("err");
    Process process = StrideProcess.start(args, folder, Path.of("/dev/full"), err);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).isOne();
    assertThat(Files.readString(err).lines().filter(said -> !said.startsWith("WARNING: ")))
        .containsExactly(
            "stride: cannot write stdout: its disk is full, or nobody reads it any more");
  }

  private static final String NO_DRIVER =
      "no NVIDIA driver: /nowhere/libcuda.so.1: cannot open shared object file: No such file or"
          + " directory";

  @Test
  void infoSaysWhyThereIsNoCuda(@TempDir Path folder) throws IOException, InterruptedException {
    JsonNode info = withoutGpu(folder, "info", "--json").json();
    assertThat(info.get("cuda").get("available").booleanValue()).isFalse();
    assertThat(info.get("cuda").get("reason").textValue()).isEqualTo(NO_DRIVER);
    assertThat(info.get("backends").get("cuda").textValue()).isEqualTo(NO_DRIVER);
    assertThat(withoutGpu(folder, "info").out())
        .contains("\ncuda             unavailable: " + NO_DRIVER + "\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"train CartPole-v1", "profile CartPole-v1 --envs 1 --seconds 0.1"})
  void askedForCudaWithoutAGpuACommandFailsWithTheReason(String line, @TempDir Path folder)
      throws IOException, InterruptedException {
    String[] args = (line + " --backend cuda").split(" ", -1);
    assertThat(withoutGpu(folder, args).complaint(1))
        .isEqualTo("stride: backend cuda: " + NO_DRIVER);
    assertThat(folder.resolve("runs")).doesNotExist();
  }

  @Test
  void infoForAReaderHasALineForEachFact() {
    Outcome outcome = Outcome.of("info");
    assertThat(outcome.exitCode()).isZero();
    assertThat(outcome.out()).contains("mujoco_version   4.0.0\n").contains("\nbackends         {");
  }
}
