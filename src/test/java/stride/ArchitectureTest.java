package stride;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the arrows between the packages, and what no package, or only one, may touch. */
class ArchitectureTest {

  /**
   * What a package may use directly; it may also use whatever those may use. A package below
   * another is part of it, and needs a row of its own only if it may use more.
   */
  private static final Map<String, List<String>> MAY_USE =
      Map.ofEntries(
          entry("files", List.of("memory")),
          entry("memory", List.of()),
          entry("home", List.of()),
          entry("random", List.of("memory")),
          entry("parallel", List.of()),
          entry("elf", List.of()),
          entry("mujoco", List.of("memory", "elf", "home")),
          entry("ale", List.of("memory", "elf", "home")),
          entry("options", List.of("files")),
          entry("env", List.of("options", "files", "mujoco", "ale", "random", "parallel")),
          entry("nn", List.of("options", "memory", "random", "parallel")),
          entry("cuda", List.of("nn", "memory", "elf", "home")),
          entry("learn", List.of("env", "nn")),
          entry("optim", List.of("learn")),
          entry("collect", List.of("learn")),
          entry("play", List.of("collect")),
          entry("algo", List.of("play", "files")),
          entry("replay", List.of("optim", "play")),
          entry("ppo", List.of("algo", "collect", "optim")),
          entry("a2c", List.of("ppo")),
          entry("reinforce", List.of("replay", "ppo")),
          entry("qtable", List.of("algo", "collect", "optim")),
          entry("ppo.cuda", List.of("ppo", "cuda")),
          entry("dqn", List.of("replay", "algo")),
          entry("sac", List.of("replay", "algo")),
          entry("train", List.of("algo", "files")), // no algorithm's package
          entry("export", List.of("algo", "files")),
          entry("stats", List.of("random")),
          entry("results", List.of("files", "stats", "learn")),
          entry("lab", List.of("results", "train", "algo")), // no algorithm's package
          entry("cli", List.of("lab", "export", "ppo.cuda"))); // and so all

  private static final Path MAIN_SOURCES = Path.of("src/main/java");
  private static final Path SUITE_SOURCES = Path.of("src/jmh/java");

  private static final JavaClasses ALL = new ClassFileImporter().importPackages("stride");
  private static final JavaClasses SUITES = ALL.that(lieIn("/jmh-classes/"));
  private static final JavaClasses MAIN_AND_SUITES = ALL.that(not(lieIn("/test-classes/")));
  private static final JavaClasses MAIN_AND_TESTS = ALL.that(not(lieIn("/jmh-classes/")));
  private static final JavaClasses MAIN = MAIN_AND_TESTS.that(not(lieIn("/test-classes/")));

  static Set<String> packages() {
    return new TreeSet<>(MAY_USE.keySet());
  }

  @ParameterizedTest
  @MethodSource("packages")
  void usesOnlyWhatTheTableAllows(String from) {
    Set<String> allowed = new TreeSet<>();
    addWithAllItMayUse(from, allowed);
    check(
        noClasses()
            .that(describe("are stride." + from, c -> from.equals(rowOf(c))))
            .should()
            .dependOnClassesThat(
                resideInAPackage("stride..").and(not(describe("" + allowed, c -> in(allowed, c))))),
        MAIN);
  }

  @Test
  void everyClassBelongsToAPackageOfTheTable() {
    check(classes().should(be(describe("in the table", c -> rowOf(c) != null))), MAIN);
    check(classes().should().resideInAPackage("stride.bench.."), SUITES);
  }

  @Test
  void filesUseOneAnotherInNoCircle() {
    assertThat(FileCircles.of(MAIN).values())
        .as("circles, each to be cut open at one arrow")
        .isEmpty();
  }

  @Test
  void circlesAreFoundWithTheirPaths() {
    SortedMap<String, SortedSet<String>> uses = new TreeMap<>();
    uses.put("a", new TreeSet<>(Set.of("b", "f")));
    uses.put("b", new TreeSet<>(Set.of("c")));
    uses.put("c", new TreeSet<>(Set.of("a", "d")));
    uses.put("d", new TreeSet<>(Set.of("e")));
    uses.put("e", new TreeSet<>(Set.of("d")));
    uses.put("f", new TreeSet<>(Set.of("d")));
    assertThat(FileCircles.of(uses).values())
        .containsExactlyInAnyOrder("a -> b -> c -> a", "d -> e -> d");
  }

  @Test
  void nothingUsesTheSuites() {
    check(
        noClasses().should().dependOnClassesThat().resideInAPackage("stride.bench.."),
        MAIN_AND_TESTS);
  }

  @Test
  void onlyPackagesNamedCudaUseJcuda() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackage("..cuda..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("jcuda.."),
        ALL);
  }

  @Test
  void onlyMujocoAleAndPackagesNamedCudaLinkNativeCode() {
    check(
        noClasses()
            .that()
            .resideOutsideOfPackages("stride.mujoco..", "stride.ale..", "..cuda..")
            .should()
            .dependOnClassesThat(are(Linker.class, Linker.Option.class, SymbolLookup.class)),
        MAIN);
  }

  @Test
  void randomNumbersHaveASeedAndAStream() {
    check(noClasses().should().dependOnClassesThat(are(Random.class)), MAIN_AND_SUITES);
    check(noClasses().should().callConstructor(Random.class), ALL);
    check(noClasses().should(use(ThreadLocalRandom.class, "current")), ALL);
    check(noClasses().should(use(Math.class, "random")), ALL);
  }

  @Test
  void everyArenaHasAnOwner() {
    check(noClasses().should(use(Arena.class, "ofAuto")), ALL);
  }

  @Test
  void onlyTheCommandLineEndsTheProcess() {
    for (Class<?> ender : List.of(System.class, Runtime.class)) {
      check(
          noClasses().that().resideOutsideOfPackage("stride.cli..").should(use(ender, "exit")),
          ALL);
    }
  }

  @Test
  void everyPackageSaysWhatItIs() throws IOException {
    List<Path> folders = new ArrayList<>(foldersOfClasses(MAIN_SOURCES));
    assertThat(folders).as("packages in %s", MAIN_SOURCES.toAbsolutePath()).isNotEmpty();
    folders.addAll(foldersOfClasses(SUITE_SOURCES));
    assertThat(folders)
        .allSatisfy(folder -> assertThat(folder.resolve("package-info.java")).isRegularFile());
  }

  private static DescribedPredicate<JavaClass> lieIn(String folder) {
    return describe(
        "lie in " + folder,
        c -> c.getSource().filter(file -> file.getUri().toString().contains(folder)).isPresent());
  }

  /** A package that nobody has written yet breaks no rule. */
  private static void check(ArchRule rule, JavaClasses classes) {
    rule.allowEmptyShould(true).check(classes);
  }

  private static DescribedPredicate<JavaClass> are(Class<?>... types) {
    return JavaClass.Predicates.belongToAnyOf(types).as("are %s", List.of(types));
  }

  /** Calls of the method and references to it. */
  private static ArchCondition<JavaClass> use(Class<?> owner, String method) {
    return accessTargetWhere(
        describe(
            owner.getSimpleName() + "." + method,
            access ->
                access.getTarget().getOwner().isEquivalentTo(owner)
                    && access.getTarget().getName().equals(method)));
  }

  private static void addWithAllItMayUse(String row, Set<String> all) {
    if (all.add(row)) {
      MAY_USE.get(row).forEach(used -> addWithAllItMayUse(used, all));
    }
  }

  /** The innermost row that the class is part of, or null. */
  private static String rowOf(JavaClass c) {
    return MAY_USE.keySet().stream()
        .filter(row -> in(Set.of(row), c))
        .reduce(null, (a, b) -> a != null && a.length() > b.length() ? a : b);
  }

  private static boolean in(Collection<String> rows, JavaClass c) {
    String name = c.getPackageName() + ".";
    return rows.stream().anyMatch(row -> name.startsWith("stride." + row + "."));
  }

  private static Set<Path> foldersOfClasses(Path sources) throws IOException {
    if (!Files.isDirectory(sources)) {
      return Set.of();
    }
    Set<Path> folders = new TreeSet<>();
    try (Stream<Path> files = Files.walk(sources)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Path::getParent)
          .forEach(folders::add);
    }
    return folders;
  }
}
