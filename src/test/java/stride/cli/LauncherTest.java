package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.env.Tasks;
import stride.home.Home;
import stride.mujoco.Mujoco;

/**
 * Is a process that finds its surroundings broken as polite as one that is used badly? Each test
 * starts a JVM of its own, because a library is loaded once a process.
 */
class LauncherTest {
  private static final String LIBRARY = "libmujoco.so.4.0.0";
  private static final Path HOME = Home.folder();

  @TempDir Path temp;

  private final List<String> flags = new ArrayList<>(List.of("-Dstride.home=" + HOME));
  private final Map<String, String> environment = new HashMap<>();

  /** Runs a command in a JVM of its own, in an empty folder. */
  private Outcome stride(String... args) throws IOException, InterruptedException {
    return run(StrideProcess.command(flags, List.of(args)));
  }

  private Outcome run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder = StrideProcess.builder(command, workingFolder());
    builder.environment().putAll(environment);
    return Outcome.of(builder, temp);
  }

  private Path workingFolder() throws IOException {
    return Files.createDirectories(temp.resolve("work"));
  }

  /** A JVM that a signal ended leaves a report. */
  @AfterEach
  void nothingIsLeftInTheWorkingFolder() throws IOException {
    try (Stream<Path> files = Files.list(workingFolder())) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void stdoutIsTheCommandsOwn() throws Exception {
    Outcome outcome =
        stride("profile", "CartPole-v1", "--envs=1", "--threads=1", "--seconds=0.05", "--json");
    assertThat(outcome.json().get("task").textValue()).isEqualTo("CartPole-v1");
    assertThat(outcome.err()).contains("1 environment on 1 thread ");
  }

  @Test
  void figuresHaveADecimalPointInEveryLanguage() throws Exception {
    flags.addAll(List.of("-Duser.language=de", "-Duser.country=DE"));
    Outcome outcome = stride("align", GoldenFiles.of("CartPole-v1").toString());
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(outcome.out()).containsPattern(" 150 +\\d\\.\\d\\d").doesNotContain(",");
  }

  // ---- MuJoCo --------------------------------------------------------------------------------

  private Path mujocoHome() throws IOException {
    Path home = Files.createDirectories(temp.resolve("mujoco"));
    environment.put("MUJOCO_HOME", home.toString());
    return home;
  }

  @Test
  void namesAnEmptyMujocoHome() throws Exception {
    Path home = mujocoHome();
    assertThat(stride("info").complaint(1))
        .isEqualTo(
            "stride: no %s in %s: MUJOCO_HOME must be a folder of MuJoCo 4.0.0", LIBRARY, home);
  }

  @Test
  void namesAMujocoHomeThatDoesNotExist() throws Exception {
    environment.put("MUJOCO_HOME", temp.resolve("none").toString());
    assertThat(stride("info").complaint(1)).contains("no " + LIBRARY + " in " + temp);
  }

  @Test
  void namesTheVersionThatIsThereInstead() throws Exception {
    Files.createFile(mujocoHome().resolve("libmujoco.so.3.3.2"));
    assertThat(stride("align", GoldenFiles.of("Hopper-v5").toString()).complaint(1))
        .contains("no " + LIBRARY, ", only libmujoco.so.3.3.2: ");
  }

  @Test
  void namesALibraryThatIsDamaged() throws Exception {
    Path library = Files.writeString(mujocoHome().resolve(LIBRARY), "no shared object\n");
    Outcome outcome = stride("info");
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(1);
    assertThat(outcome.out()).isEmpty();
    outcome.assertNoTrace();
    // what the JVM itself thinks of such a file comes before
    assertThat(outcome.err().lines().filter(line -> line.startsWith("stride: ")))
        .containsExactly("stride: cannot load " + library + ": damaged, or for another machine");
    assertThat(outcome.err()).endsWith("machine\n");
  }

  /** The loader maps what is not there, and the process dies of a signal. */
  @ParameterizedTest
  @ValueSource(ints = {10, 50, 90, 99})
  void namesALibraryThatIsCut(int percent) throws Exception {
    Path library = cut(Mujoco.library(), mujocoHome().resolve(LIBRARY), percent);
    assertThat(stride("info").complaint(1))
        .startsWith("stride: cannot load " + library + ": cut short: bytes=");
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 50, 90, 99})
  void namesAShimThatIsCut(int percent) throws Exception {
    flags.add("-Dstride.home=" + temp);
    environment.put("MUJOCO_HOME", Mujoco.library().getParent().toString());
    Path built = Home.folder().resolve("build/native/libstride_mujoco.so");
    Path shim = Files.createDirectories(temp.resolve("build/native")).resolve(built.getFileName());
    cut(built, shim, percent);
    assertThat(stride("info").complaint(1))
        .startsWith("stride: cannot load " + shim + ": cut short: bytes=");
  }

  private static Path cut(Path library, Path to, int percent) throws IOException {
    byte[] whole = Files.readAllBytes(library);
    return Files.write(to, Arrays.copyOf(whole, (int) ((long) whole.length * percent / 100)));
  }

  @Test
  void namesALibraryThatIsNotMujoco() throws Exception {
    Optional<Path> other =
        Stream.of("/lib/x86_64-linux-gnu", "/lib64", "/usr/lib")
            .map(folder -> Path.of(folder, "libm.so.6"))
            .filter(Files::exists)
            .findFirst();
    assumeTrue(other.isPresent(), "no libm.so.6");
    Path library = Files.copy(other.get(), mujocoHome().resolve(LIBRARY));
    assertThat(stride("info").complaint(1)).contains(library.toString());
  }

  @Test
  void tasksWrittenInJavaDoWithoutMujoco() throws Exception {
    mujocoHome();
    Outcome outcome = stride("align", "--json", GoldenFiles.of("CartPole-v1").toString());
    assertThat(outcome.json().get("files").get(0).get("aligned").booleanValue()).isTrue();
  }

  @Test
  void namesAMissingBuild() throws Exception {
    flags.add("-Dstride.home=" + temp);
    environment.put("MUJOCO_HOME", Mujoco.library().getParent().toString());
    assertThat(stride("info").failure())
        .isEqualTo(
            "stride: no %s: run `make build`", temp.resolve("build/native/libstride_mujoco.so"));
    Path out = temp.resolve("results");
    assertThat(stride("profile", "Hopper-v5", "--out", out.toString()).failure())
        .contains("libstride_mujoco.so: run `make build`");
    assertThat(out).doesNotExist();
    environment.put("MUJOCO_HOME", "");
    assertThat(stride("info").failure())
        .contains("no " + LIBRARY + " in " + temp.resolve("build/fetched/mujoco"), "`make build`");
  }

  @Test
  void namesAMissingModel() throws Exception {
    flags.add("-Dstride.assets=" + temp);
    assertThat(stride("profile", "Hopper-v5").complaint(1))
        .isEqualTo("stride: no model file %s: run `make build`", temp.resolve("hopper.xml"));
  }

  @Test
  void namesADamagedModelWithMujocosReason() throws Exception {
    flags.add("-Dstride.assets=" + temp);
    Path model = Files.writeString(temp.resolve("hopper.xml"), "<mujoco><worldbody>\n<body");
    assertThat(stride("profile", "Hopper-v5").complaint(1))
        .startsWith("stride: mj_parseXML: " + model + ": ")
        .contains("XML");
  }

  private Path model(String resource, String name) throws IOException {
    flags.add("-Dstride.assets=" + temp);
    try (InputStream model = Tasks.class.getResourceAsStream(resource)) {
      Files.copy(model, temp.resolve(name));
    }
    return temp.resolve(name);
  }

  @Test
  void namesAModelOfAnotherShape() throws Exception {
    model("half_cheetah_without_rootz.xml", "half_cheetah.xml");
    for (String command : List.of("profile", "train")) {
      assertThat(stride(command, "HalfCheetah-v5").complaint(1))
          .isEqualTo(
              "stride: HalfCheetah-v5: half_cheetah.xml has nq=8, nv=8, required: nq=9, nv=9");
    }
  }

  @Test
  void namesAModelThatIsTooLarge() throws Exception {
    Path model = model("inverted_pendulum_with_huge_hfield.xml", "inverted_pendulum.xml");
    assertThat(stride("profile", "InvertedPendulum-v5").complaint(1))
        .isEqualTo(
            "stride: %s: hfield h: nrow=100000, ncol=100000, required: nrow * ncol <= 67108864",
            model);
  }

  @Test
  void namesTheMissingBenchmarks() throws Exception {
    assertThat(stride("bench").complaint(1))
        .isEqualTo("stride: no benchmarks on the class path: run `make build`");
  }

  // ---- the script ----------------------------------------------------------------------------

  private static Path script() {
    for (String built : List.of("target/.built", "target/lib", "target/classes")) {
      assumeTrue(Files.exists(HOME.resolve(built)), "not built: no " + built);
    }
    return HOME.resolve("stride");
  }

  @Test
  void theScriptRunsFromAnyFolder() throws Exception {
    environment.put("STRIDE_JVM_ARGS", "-Xmx300m -Dstride.assets=" + temp);
    Path link = Files.createSymbolicLink(temp.resolve("link"), script());
    Outcome info = run(List.of(link.toString(), "info", "--json"));
    Outcome profile = run(List.of(link.toString(), "profile", "Hopper-v5"));
    Files.delete(link);
    assertThat(info.json().get("mujoco_version").textValue()).isEqualTo("4.0.0");
    assertThat(profile.complaint(1)).contains(temp.resolve("hopper.xml").toString());
  }

  /** A checkout below a folder that is no ASCII, and a run in another. */
  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", ""})
  void namesAreUtf8WhateverTheLocaleSays(String locale) throws Exception {
    assumeTrue("UTF-8".equals(System.getProperty("sun.jnu.encoding")), "these tests run without");
    Path script = script();
    Path checkout = Files.createDirectory(temp.resolve("ünï"));
    Files.copy(script, checkout.resolve("stride"), StandardCopyOption.COPY_ATTRIBUTES);
    List<String> parts = List.of("jvm.args", "tools", "target", "build");
    for (String part : parts) {
      Files.createSymbolicLink(checkout.resolve(part), HOME.resolve(part));
    }
    environment.putAll(Map.of("LC_ALL", locale, "LC_CTYPE", "", "LANG", ""));
    Path run = temp.resolve("café");
    List<String> command = new ArrayList<>(List.of(checkout.resolve("stride").toString()));
    command.addAll(TinyRun.begin(run, 2));
    Outcome outcome = run(command);
    for (String part : parts) {
      Files.delete(checkout.resolve(part));
    }
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    assertThat(run.resolve("config.json")).exists();
    assertThat(outcome.out()).contains("run folder                       " + run);
  }

  @Test
  void theScriptPassesTheExitCodeOn() throws Exception {
    Outcome outcome = run(List.of(script().toString(), "profile", "Hoper-v5"));
    assertThat(outcome.complaint(2)).contains("did you mean Hopper-v5?");
  }
}
