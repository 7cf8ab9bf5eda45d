package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.cuda.FakeDriver;
import stride.home.Home;

/**
 * The bundle's run.sh: what it does in which order, and what is left when it cannot go on. Commands
 * of Stride are scripts that write as much as the real ones would, but for the last test.
 */
class BundleRunTest {
  private static final List<String> TOOLS =
      List.of(
          "awk",
          "bash",
          "cat",
          "cut",
          "date",
          "df",
          "dirname",
          "find",
          "grep",
          "gzip",
          "mkdir",
          "mktemp",
          "mv",
          "nproc",
          "paste",
          "readlink",
          "rm",
          "sed",
          "sh",
          "sleep",
          "sort",
          "tail",
          "tar",
          "tee",
          "timeout",
          "tr",
          "wc",
          "xargs");

  private static final String GPU = "{\"cuda\":{\"available\":true}}";

  // as Stride's own: info in two forms, results of suites, of trainings and of a profile
  private static final String STRIDE =
      """
      #!/bin/sh
      case "$*" in
        'info') echo 'cuda available' ;;
        'info --json') cat info.json ;;
        bench*)
          while [ "$1" != --out ]; do [ "$1" != --suite ] || suite=$2; shift; done
          mkdir -p "$2/run-$suite"
          echo "[]" > "$2/run-$suite/jmh-$suite.partial.json"
          [ ! -e "sleep-$suite" ] || sleep 300
          mv "$2/run-$suite/jmh-$suite.partial.json" "$2/run-$suite/jmh-$suite.json"
          echo "table of $suite" > "$2/run-$suite/summary.md" ;;
        train*) echo '{"env_steps_per_second_steady":12345}' ;;
      esac
      """;

  @TempDir Path temp;
  private Path bundle;
  private Path out;
  private String path;

  private record Ended(int exitCode, String output) {}

  @BeforeEach
  void unpack() throws IOException {
    bundle = Files.createDirectories(temp.resolve("bundle"));
    out = temp.resolve("out");
    Files.copy(Home.folder().resolve("tools/bundle/run.sh"), bundle.resolve("run.sh"));
    Files.writeString(bundle.resolve("revision"), "0123456789abcdef\n");
    script(bundle.resolve("stride"), STRIDE);
    Files.writeString(bundle.resolve("info.json"), GPU);
    script(Files.createDirectories(bundle.resolve("jre/bin")).resolve("java"), "#!/bin/sh\n");
    Path bin = Files.createDirectories(temp.resolve("bin"));
    path = bin.toString();
    for (String tool : TOOLS) {
      Path there =
          Stream.of("/usr/bin", "/bin")
              .map(folder -> Path.of(folder, tool))
              .filter(Files::isExecutable)
              .findFirst()
              .orElse(null);
      assumeTrue(there != null, "no " + tool);
      script(bin.resolve(tool), "#!/bin/bash\nexec %s \"$@\"\n".formatted(there));
    }
  }

  private static void script(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Process start(String... words) throws IOException {
    List<String> command = new ArrayList<>(List.of(bundle.resolve("run.sh").toString()));
    command.addAll(List.of(words));
    var builder = new ProcessBuilder(command).directory(temp.toFile()).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("STRIDE_"));
    environment.put("PATH", path);
    environment.put("OUT", out.toString());
    environment.put("TMPDIR", temp.toString());
    environment.put("STRIDE_BUNDLE_PACK_SECONDS", "1");
    return builder.redirectOutput(temp.resolve("printed").toFile()).start();
  }

  private Ended run(String... words) throws IOException, InterruptedException {
    Process process = start(words);
    boolean ended = process.waitFor(2, TimeUnit.MINUTES);
    process.destroyForcibly(); // one that hangs stays with no one
    assertThat(ended).isTrue();
    return new Ended(process.exitValue(), Files.readString(temp.resolve("printed")));
  }

  private List<String> archived() throws IOException, InterruptedException {
    var tar = new ProcessBuilder("tar", "-tzf", out.resolve("raw.tar.gz").toString()).start();
    String names = new String(tar.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(tar.waitFor()).as("the archive is whole").isZero();
    return names.lines().toList();
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    Instant end = Instant.now().plus(Duration.ofSeconds(60));
    while (!condition.call()) {
      assertThat(Instant.now()).isBefore(end);
      Thread.sleep(50);
    }
  }

  private boolean isArchived(String name) throws IOException, InterruptedException {
    return Files.exists(out.resolve("raw.tar.gz")) && archived().contains(name);
  }

  private void assertFewFilesAndNoFolders() throws IOException {
    try (Stream<Path> files = Files.walk(out)) {
      assertThat(files.filter(file -> !file.equals(out)).toList())
          .hasSizeLessThanOrEqualTo(8)
          .allMatch(Files::isRegularFile);
    }
  }

  @Test
  void stepsComeInTheOrderOfTheirValue() throws IOException, InterruptedException {
    Ended list = run("--list");
    assertThat(list.output().lines().map(line -> line.split(" ", 2)[0]))
        .containsExactly(
            "info",
            "compile",
            "first",
            "update",
            "torch",
            "launch",
            "train",
            "tests",
            "inference",
            "wide",
            "profile",
            "upload",
            "gae",
            "trainings",
            "racecheck",
            "synccheck",
            "initcheck",
            "memcheck",
            "ncu");
    assertThat(list.exitCode()).isZero();
    assertThat(out).doesNotExist();
  }

  @Test
  void refusesWhatItDoesNotKnow() throws IOException, InterruptedException {
    Ended option = run("--quick");
    assertThat(option.output()).startsWith("usage: ./run.sh [--smoke] [STEP...]").hasLineCount(1);
    assertThat(option.exitCode()).isEqualTo(2);
    Ended step = run("update", "lunch");
    assertThat(step.output())
        .startsWith("stride: step=lunch, required: one of info compile first update ")
        .hasLineCount(1);
    assertThat(step.exitCode()).isEqualTo(2);
    assertThat(out).doesNotExist();
  }

  @Test
  void namedStepsAreAddedToWhatIsThere() throws IOException, InterruptedException {
    Ended first = run("train", "update");
    assertThat(first.exitCode()).as(first.output()).isZero();
    assertThat(first.output()).containsSubsequence("\nupdate ", "\ntrain ", " 12345 ");
    assertThat(archived()).noneMatch(name -> name.contains("CudaGaeBenchmark"));
    Ended second = run("gae");
    assertThat(second.exitCode()).as(second.output()).isZero();
    assertThat(second.output()).doesNotContain("\nupdate ");
    assertThat(archived())
        .contains(
            "raw/bench/run-CudaUpdateBenchmark/jmh-CudaUpdateBenchmark.json",
            "raw/bench/run-CudaGaeBenchmark/jmh-CudaGaeBenchmark.json");
    assertThat(Files.readString(out.resolve("summary.txt")))
        .containsSubsequence("\nupdate ", "\ntrain ", "\ngae ");
    assertThat(out.resolve("tables.md"))
        .hasContent("table of CudaGaeBenchmark\ntable of CudaUpdateBenchmark");
    assertFewFilesAndNoFolders();
  }

  /** Also of the step that is at work; and what it started does not stay. */
  @Test
  void aKillLeavesWhatWasMeasured() throws Exception {
    Files.createFile(bundle.resolve("sleep-CudaLaunchBenchmark"));
    Process process = start("update", "launch");
    await(
        () -> isArchived("raw/bench/run-CudaLaunchBenchmark/jmh-CudaLaunchBenchmark.partial.json"));
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly().waitFor();
    assertThat(archived())
        .contains("raw/bench/run-CudaUpdateBenchmark/jmh-CudaUpdateBenchmark.json");
    assertThat(Files.readString(out.resolve("summary.txt"))).contains("passed", "update");
    assertFewFilesAndNoFolders();
    await(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(archived()).isNotEmpty();
    assertFewFilesAndNoFolders();
  }

  @Test
  void aSignalLeavesWhatWasMeasured() throws Exception {
    Files.createFile(bundle.resolve("sleep-CudaUpdateBenchmark"));
    Process process = start("update", "launch");
    await(this::isUpdateHalfDone);
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(130);
    assertThat(Files.readString(out.resolve("summary.txt"))).contains("stopped by a signal");
    assertThat(archived())
        .contains("raw/bench/run-CudaUpdateBenchmark/jmh-CudaUpdateBenchmark.partial.json");
    try (Stream<Path> left = Files.list(temp)) {
      assertThat(left).noneMatch(file -> file.toString().contains(".stride-bundle-"));
    }
  }

  private boolean isUpdateHalfDone() throws IOException {
    try (Stream<Path> files = Files.walk(temp)) {
      return files.anyMatch(file -> file.endsWith("jmh-CudaUpdateBenchmark.partial.json"));
    } catch (UncheckedIOException e) {
      return false; // a file has gone while it was looked for
    }
  }

  @Test
  void aStepThatFailsLeavesTheOthersAndSaysWhy() throws IOException, InterruptedException {
    script(
        bundle.resolve("stride"),
        "#!/bin/sh\ncase \"$*\" in *Launch*) echo 'stride: no kernel'; echo at x; exit 1 ;; esac\n"
            + STRIDE);
    Ended ended = run("update", "launch", "gae", "racecheck", "torch");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(ended.output())
        .containsPattern("\nlaunch +suite CudaLaunchBenchmark +FAILED, exit 1 .*\n +no kernel\n")
        .containsPattern("\ngae .* passed ")
        .containsPattern("\ntorch +the update in PyTorch: no python3 +absent ")
        .containsPattern("\nracecheck +no compute-sanitizer +absent ")
        .contains("\n1 FAILED, ");
  }

  @Test
  void saysInALineWhatAMachineLacks() throws IOException, InterruptedException {
    Files.writeString(
        bundle.resolve("info.json"),
        "{\"cuda\":{\"available\":false,\"reason\":\"driver 11.4 is older than 12.0\"}}");
    Ended old = run("update", "torch");
    assertThat(old.exitCode()).isEqualTo(1);
    assertThat(old.output())
        .contains("\nno GPU: driver 11.4 is older than 12.0; what needs one is left out\n")
        .contains("\ntorch ")
        .doesNotContain("\nupdate ");

    script(
        bundle.resolve("stride"),
        "#!/bin/sh\necho \"java: libc.so.6: version 'GLIBC_2.34' not found\" >&2\nexit 1\n");
    Ended glibc = run("update");
    assertThat(glibc.exitCode()).isEqualTo(1);
    assertThat(glibc.output())
        .containsPattern(
            " java: libc.so.6: version 'GLIBC_2.34' not found\nStride does not run here; .*\n");
  }

  @Test
  void aTorchThatIsNotThereIsNoFailure() throws IOException, InterruptedException {
    script(temp.resolve("bin/python3"), "#!/bin/sh\nexit 1\n");
    Ended ended = run("torch");
    assertThat(ended.exitCode()).isZero();
    assertThat(ended.output()).containsPattern("\ntorch .*: python3 has no torch +absent ");
  }

  @Test
  void saysInALineThatItCannotWrite() throws IOException, InterruptedException {
    Files.createFile(out);
    Ended file = run();
    assertThat(file.output())
        .isEqualTo("stride: cannot write into " + out + ": OUT=DIR names another folder\n");
    assertThat(file.exitCode()).isEqualTo(2);

    Files.delete(out);
    Files.createDirectories(out);
    Files.createSymbolicLink(out.resolve("log.txt"), Path.of("/dev/full"));
    Ended full = run("update");
    assertThat(full.exitCode()).isEqualTo(1);
    assertThat(full.output()).contains("FAILED, cannot write " + out.resolve("log.txt"));

    Files.delete(out.resolve("log.txt"));
    for (String when : List.of("step", "last", "meanwhile")) {
      Files.createDirectory(out.resolve(".raw." + when + ".part"));
    }
    byte[] before = Files.readAllBytes(out.resolve("raw.tar.gz"));
    Ended archive = run("update");
    assertThat(archive.output()).contains("cannot write " + out.resolve("raw.tar.gz"));
    assertThat(out.resolve("raw.tar.gz")).hasBinaryContent(before);
  }

  /** Real suites on the emulation whose kernels are skipped: proofs fail, and figures are there. */
  @Test
  void whatIsNotProvedIsTimedAndSaid() throws IOException, InterruptedException {
    FakeDriver.assumeBuilt();
    path += ":/usr/bin:/bin"; // for the emulation's compiler
    List<String> flags =
        Stream.of("stride.cuda.driver", "stride.cuda.lib", "stride.cuda.cache")
            .map(name -> "-D%s=%s".formatted(name, System.getProperty(name)))
            .collect(Collectors.toCollection(ArrayList::new));
    flags.addAll(StrideProcess.quickFlags());
    List<String> command = StrideProcess.command(flags, List.of());
    command.set(command.indexOf("-cp") + 1, System.getProperty("java.class.path"));
    String words = command.stream().map(w -> "'" + w + "'").collect(Collectors.joining(" "));
    script(
        bundle.resolve("stride"),
        """
        #!/bin/sh
        export CUDAEMU_SKIP_KERNELS=1
        case $1 in bench) set -- "$@" -- -wi 1 -i 2 -w 50ms -r 50ms ;; esac
        exec %s "$@"
        """
            .formatted(words));
    Ended ended = run("launch");
    assertThat(ended.output()).contains(" benchmarks failed: CudaLaunchBenchmark.");
    assertThat(ended.exitCode()).isEqualTo(1);
    assertThat(Files.readString(out.resolve("log.txt")))
        .contains("stride: proof failed: a block counted 0 of ")
        .contains("CudaLaunchBenchmark.kernel blocks=0 (timed, but its proof failed)");
    assertThat(archived()).anyMatch(n -> n.endsWith("/jmh-CudaLaunchBenchmark.partial.json"));
  }
}
