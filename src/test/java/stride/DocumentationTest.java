package stride;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import stride.files.JsonObject;
import stride.results.ResultsFolder;

/** Does what the documentation names exist, and do its commands work? */
class DocumentationTest {
  private static final Path ROOT = Path.of(System.getProperty("stride.home"));
  private static final Path DOCS = ROOT.resolve("docs");
  private static final Path RESULTS = ROOT.resolve("bench-results");
  private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.*)$");
  private static final Pattern NAME = Pattern.compile("`([A-Z]\\w+)(?:\\.(\\w+))?`");
  private static final Pattern LOG_PROCESSOR =
      Pattern.compile("(?m)^java (.*HistogramLogProcessor.*)$");

  @TempDir Path temp;

  static List<Path> pages() throws IOException {
    List<Path> pages =
        new ArrayList<>(List.of(ROOT.resolve("README.md"), RESULTS.resolve("README.md")));
    try (Stream<Path> docs = Files.list(DOCS)) {
      docs.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
    }
    return pages;
  }

  @ParameterizedTest
  @MethodSource("pages")
  void linksLeadSomewhere(Path page) throws IOException {
    List<String> links =
        LINK.matcher(Files.readString(page)).results().map(link -> link.group(1)).toList();
    assertThat(links)
        .filteredOn(link -> !link.startsWith("http"))
        .allMatch(link -> exists(page, link));
  }

  private static boolean exists(Path page, String link) {
    String[] parts = link.split("#", 2);
    Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
    return Files.exists(target) && (parts.length == 1 || anchors(target).contains(parts[1]));
  }

  /** As Markdown pages are shown: lower case, hyphens for blanks, no punctuation. */
  private static List<String> anchors(Path page) {
    try {
      return HEADING
          .matcher(Files.readString(page))
          .results()
          .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
          .map(heading -> heading.replaceAll("[^a-z0-9 -]", "").replace(' ', '-'))
          .toList();
    } catch (IOException e) {
      throw new IllegalStateException(page.toString(), e);
    }
  }

  @Test
  void everyResultsFolderIsCitedAndInTheIndex() throws IOException, InterruptedException {
    String index = Files.readString(RESULTS.resolve("README.md"));
    var docs = new StringBuilder();
    for (Path page : pages()) {
      docs.append(page.startsWith(RESULTS) ? "" : Files.readString(page));
    }
    assertThat(publishedResults())
        .isNotEmpty()
        .allMatch(folder -> index.contains("| [" + folder + "]("))
        .allMatch(folder -> Pattern.compile(folder + "(?!-?\\w)").matcher(docs).find());
  }

  /** The results folders that git has: users' own runs lie beside them. */
  private static List<String> publishedResults() throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder("git", "ls-files", RESULTS.getFileName().toString())
            .directory(ROOT.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<String> files =
        new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assumeTrue(git.waitFor() == 0, "no git repository, whose results folders are looked at");
    return files.stream()
        .map(file -> file.split("/"))
        .filter(parts -> parts.length > 2)
        .map(parts -> parts[1])
        .distinct()
        .toList();
  }

  @Test
  void theTourNamesWhatIsThere() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> all = Files.walk(ROOT.resolve("src/main/java"))) {
      for (Path file : all.filter(path -> path.toString().endsWith(".java")).toList()) {
        sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
      }
    }
    List<MatchResult> names =
        NAME.matcher(Files.readString(DOCS.resolve("tour.md"))).results().toList();
    assertThat(names).hasSizeGreaterThan(20);
    for (MatchResult name : names) {
      assertThat(sources).as(name.group()).containsKey(name.group(1));
      if (name.group(2) != null) {
        assertThat(sources.get(name.group(1))).as(name.group()).contains(" " + name.group(2) + "(");
      }
    }
  }

  /** HdrHistogram's own tool, called as the page says, finds a row's latencies. */
  @Test
  void theTrainingInTheReadmeIsOneThatWasKept() throws IOException {
    String readme = Files.readString(ROOT.resolve("README.md"));
    Matcher kept = Pattern.compile("\\[kept]\\(([^)]+)\\)\\):\n\n```\n").matcher(readme);
    assertThat(kept.find()).isTrue();
    assertThat(readme.substring(kept.end()))
        .startsWith(Files.readString(ROOT.resolve(kept.group(1))).strip() + "\n```\n");
  }

  @Test
  void theCommandForLatencyLogsWorks() throws Exception {
    MatchResult command =
        LOG_PROCESSOR
            .matcher(Files.readString(DOCS.resolve("reading-results.md")))
            .results()
            .findFirst()
            .orElseThrow();
    List<String> words =
        new ArrayList<>(
            List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
    words.addAll(List.of(command.group(1).replace("'", "").split(" ", -1)));
    Path out = temp.resolve("out");
    Process process =
        new ProcessBuilder(words)
            .directory(ROOT.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertThat(process.waitFor()).isZero();
    assertThat(Files.readString(out))
        .contains(median(words.getLast(), words.get(words.indexOf("-tag") + 1)) + " 0.500000000000")
        .doesNotContain("Exception");
  }

  /** What the profile beside a log says of the row with a tag such as Hopper-v5_64x2, in us. */
  private static String median(String log, String tag) {
    String[] row = tag.split("[_x]", -1);
    Path profile = ROOT.resolve(log).resolveSibling("profile-" + row[0] + ".json");
    return JsonObject.of(profile, ResultsFolder.SCHEMA_VERSION).list("rows").stream()
        .filter(any -> any.text("envs").equals(row[1]) && any.text("threads").equals(row[2]))
        .map(any -> any.part("latencies").part("shard_step").number("p50"))
        .map(median -> String.format(Locale.ROOT, "%.2f", median))
        .findFirst()
        .orElseThrow();
  }
}
