package stride.cli;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.home.Home;

/**
 * Do the programs of {@code examples/} build against the installed jar, as a project of their own,
 * and do what they say?
 *
 * <p>The jar is installed into a repository of the test's own, below {@code target/}, in which all
 * but Stride is the user's: links to it, so that nothing is downloaded twice, and a Stride that the
 * user has installed is neither seen nor replaced.
 */
class ExamplesTest {
  private static final Path HOME = Home.folder();
  private static final Path REPOSITORY = HOME.resolve("target/examples-repository");
  private static final Path RESULTS = HOME.resolve("bench-results");
  private static final String BEFORE = "2026-11-21_amd-epyc-2c_5c2c77a";
  private static final String AFTER = "2026-11-21_amd-epyc-2c_7a79ff4";

  /** What Maven says where it cannot download, in contrast to what is not to be found. */
  private static final Pattern NO_NETWORK =
      Pattern.compile("Could not transfer .*|Cannot access .* in offline mode.*");

  @TempDir static Path temp;
  private static Path project;

  private String home = HOME.toString();

  @BeforeAll
  static void installsTheJarAndBuildsTheExamples() throws Exception {
    Path jar = HOME.resolve("target/stride.jar");
    need(Files.exists(jar), "not built: no " + jar);
    linkTheUsersRepository();
    project = Files.createDirectory(temp.resolve("project"));
    copy(HOME.resolve("examples/pom.xml"));
    copy(HOME.resolve("examples/src"));
    Outcome outcome =
        mvn("install:install-file", "-Dfile=" + jar, "-DpomFile=" + HOME.resolve("pom.xml"));
    assertThat(outcome.exitCode()).as(outcome.out()).isZero();
    outcome = mvn("package");
    assertThat(outcome.exitCode()).as(outcome.out()).isZero();
  }

  private static void linkTheUsersRepository() throws IOException {
    String local = System.getProperty("localRepository"); // which Surefire tells
    need(local != null, "Maven does not run this test");
    Files.createDirectories(REPOSITORY);
    try (Stream<Path> entries = Files.list(Path.of(local))) {
      for (Path entry : entries.toList()) {
        Path link = REPOSITORY.resolve(entry.getFileName());
        if (Files.isSymbolicLink(link)) {
          Files.delete(link);
        }
        if (!entry.endsWith("stride") && !Files.exists(link, NOFOLLOW_LINKS)) {
          Files.createSymbolicLink(link, entry);
        }
      }
    }
  }

  /** Copies what a user would: the sources, none of what was built from them there. */
  private static void copy(Path from) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, project.resolve(HOME.resolve("examples").relativize(path).toString()));
      }
    }
  }

  /**
   * Runs the Maven that runs the tests; what it cannot download here skips them, with its words.
   */
  private static Outcome mvn(String... args) throws Exception {
    List<String> command = new ArrayList<>(List.of(System.getProperty("stride.maven"), "-q", "-B"));
    Path settings = Path.of(System.getProperty("stride.maven.settings"));
    if (Files.exists(settings)) {
      command.addAll(List.of("-s", settings.toString()));
    }
    command.addAll(List.of("-Dmaven.repo.local=" + REPOSITORY, "-f", project.toString()));
    command.addAll(List.of(args));
    ProcessBuilder builder = StrideProcess.builder(command, temp);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Outcome outcome = Outcome.of(builder, temp);
    Matcher complaint = NO_NETWORK.matcher(outcome.out());
    if (outcome.exitCode() != 0 && complaint.find()) {
      need(false, "Maven: " + complaint.group());
    }
    return outcome;
  }

  /** Skips the tests where something is missing, unless they are required: then they fail. */
  private static void need(boolean isThere, String otherwise) {
    if ("required".equals(System.getProperty("stride.examples"))) {
      assertThat(isThere).as(otherwise).isTrue();
    }
    assumeTrue(isThere, otherwise);
  }

  /** Runs a program as examples/README.md says. */
  private Outcome run(String program, String... args) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("@" + HOME.resolve("jvm.args"));
    command.addAll(List.of("-cp", "target/classes:target/lib/*", "examples." + program));
    command.addAll(List.of(args));
    ProcessBuilder builder = StrideProcess.builder(command, project);
    builder.environment().put("STRIDE_HOME", home);
    return Outcome.of(builder, temp);
  }

  private static void assertComplaint(Outcome outcome, int exitCode, String line) {
    assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(exitCode);
    assertThat(outcome.out()).isEmpty();
    assertThat(outcome.err()).isEqualTo(line + "\n");
  }

  @Test
  void theirClassPathHasTheInstalledJar() throws Exception {
    try (Stream<Path> installed = Files.walk(REPOSITORY.resolve("stride"))) {
      Path jar = installed.filter(path -> path.toString().endsWith(".jar")).findFirst().get();
      assertThat(jar).hasSameBinaryContentAs(HOME.resolve("target/stride.jar"));
      assertThat(project.resolve("target/lib").resolve(jar.getFileName()))
          .hasSameBinaryContentAs(jar);
    }
  }

  @Test
  void stepsEnvironmentsBesideTheLimit() throws Exception {
    Outcome outcome = run("StepEnvironments");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    Matcher line =
        Pattern.compile(
                "Hopper-v5, 8 environments: (\\d+) env steps/s, limit (\\d+), share ([\\d.]+) %\n")
            .matcher(outcome.out());
    assertThat(line.matches()).as(outcome.out()).isTrue();
    double rate = Double.parseDouble(line.group(1));
    double limit = Double.parseDouble(line.group(2));
    assertThat(rate).isGreaterThan(100);
    assertThat(Double.parseDouble(line.group(3))).isCloseTo(100 * rate / limit, within(0.2));
  }

  @Test
  void stepsOnlyWhatThereIs() throws Exception {
    assertComplaint(
        run("StepEnvironments", "Hoper-v5"),
        2,
        "StepEnvironments: unknown task Hoper-v5, did you mean Hopper-v5?");
    assertComplaint(
        run("StepEnvironments", "CartPole-v1"),
        2,
        "StepEnvironments: CartPole-v1 does not run on MuJoCo: it has no such limit");
  }

  @Test
  void saysWhatToSetWhereStrideIsNotFound() throws Exception {
    Path model = project.resolve("build/fetched/gymnasium/envs/mujoco/assets/hopper.xml");
    home = "";
    assertComplaint(
        run("StepEnvironments"),
        1,
        "StepEnvironments: no model file "
            + model
            + ": set STRIDE_HOME or -Dstride.home to the folder of Stride in which `make build`"
            + " has run");
  }

  @Test
  void trainsAndEvaluates() throws Exception {
    home = ""; // CartPole needs nothing of it
    Outcome outcome = run("TrainAndEvaluate", "40000");
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    Matcher line =
        Pattern.compile("return of the policy over 20 episodes: mean ([\\d.]+), .*\n$")
            .matcher(outcome.out());
    assertThat(line.find()).as(outcome.out()).isTrue();
    assertThat(Double.parseDouble(line.group(1))).isGreaterThan(195); // random actions: 22
  }

  @Test
  void refusesToTrainForNoIteration() throws Exception {
    assertComplaint(
        run("TrainAndEvaluate", "2047"), 2, "TrainAndEvaluate: ENV_STEPS=2047, required: >= 2048");
    assertComplaint(
        run("TrainAndEvaluate", "many"),
        2,
        "TrainAndEvaluate: ENV_STEPS=many, required: an integer");
  }

  @Test
  void readsResultsAndTellsSlowerByTheExitCode() throws Exception {
    String before = RESULTS.resolve(BEFORE).toString();
    String after = RESULTS.resolve(AFTER).toString();
    Outcome faster = run("ReadResults", before, after);
    assertThat(faster.exitCode()).as(faster.err()).isZero();
    assertThat(faster.out())
        .endsWith("verdict: not slower by more than 5 %, 2 of 2 benchmarks faster\n");
    Outcome slower = run("ReadResults", after, before);
    assertThat(slower.exitCode()).as(slower.err()).isEqualTo(1);
    assertThat(slower.out()).endsWith("verdict: slower, 1 of 2 benchmarks by more than 5 %\n");
    assertComplaint(
        run("ReadResults", before, "nowhere"), 2, "ReadResults: nowhere does not exist");
    assertComplaint(
        run("ReadResults", before), 2, "ReadResults: usage: ReadResults A B, two results folders");
  }
}
