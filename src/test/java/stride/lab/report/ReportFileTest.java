package stride.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.util.DefaultLocale;
import stride.files.JsonText;

/** Is the page safe to open, small, and the same whenever it is written? */
class ReportFileTest {
  private static final int MOST_BYTES = 2_000_000;
  private static final String DOCS = "docs/reading-results.md";

  @TempDir Path temp;

  @Test
  void escapesWhateverAFileSays() throws IOException {
    String bad = "</script><script>alert(1)</script><img src=x onerror='alert(2)'>&\"";
    Path folder = Folders.results(temp.resolve("<b>&'\"folder"));
    String inJson = bad.replace("\"", "\\\"");
    Folders.write(
        folder.resolve("machine.json"),
        Files.readString(folder.resolve("machine.json")).replace("Some CPU", inJson));
    Path profile =
        Folders.profile(
            folder, "Hopper-v5", Folders.row(1, 1, 2.0, 2, 2).replace("update", inJson));
    Folders.write(
        folder.resolve("profile-x.json"),
        Files.readString(profile).replace("\"Hopper-v5\"", "\"" + inJson + "\""));
    Folders.write(
        folder.resolve("jmh-x.json"),
        "[" + Folders.score(inJson, "1", "1").replace("\"64\"", "\"" + inJson + "\"") + "]");
    Folders.write(
        folder.resolve("peers.json"),
        "{\"schema_version\": 1, \"settings\": {\"envs\": 1, \"threads\": 1}, \"rows\": [{\"task\": \"Hopper-v5\", \"peer\": \"%s\", \"envs\": 1, \"threads\": 1, \"env_steps_per_second\": 2, \"stride_ratio\": 1}], \"left_out\": [], \"train_rows\": [], \"train_left_out\": [], \"value_rows\": [], \"value_left_out\": [], \"actor_critic_rows\": [], \"actor_critic_left_out\": []}"
            .formatted(inJson));
    Path run = Folders.run(temp.resolve("run"), "\"preset\": \"" + inJson + "\"", 1, 3, 1);
    String html = Report.of(List.of(folder, run)).toHtml(bad);
    String harmless = Report.of(List.of(Folders.profiled(temp))).toHtml("Results");
    for (String markup : List.of("<script", "</script", "<img", "<b>")) {
      assertThat(count(html, markup)).as(markup).isEqualTo(count(harmless, markup));
    }
    assertThat(html)
        .contains(
            "<title>&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x"
                + " onerror=&#39;alert(2)&#39;&gt;&amp;&quot;</title>");
    // and the plots still have the name as it was
    assertThat(new PageText(html).plots("on 1 thread").toString()).contains("<script>alert(1)");
  }

  private static int count(String text, String part) {
    return text.split(Pattern.quote(part), -1).length - 1;
  }

  @Test
  void isSmallAndAsksForNothing() throws IOException {
    List<Path> all = new ArrayList<>(Folders.committed());
    for (int seed = 1; seed <= 20; seed++) {
      all.add(Folders.run(temp.resolve("run" + seed), "\"preset\": \"tuned\"", seed, 500, seed));
    }
    String html = Report.of(all).toHtml("Results");
    assertThat(html.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(MOST_BYTES);
    assertThat(html).contains("default-src &#39;none&#39;").doesNotContain("sourceMappingURL");
    assertThat(html.replaceAll("(?s)<script>.*?</script>", ""))
        .doesNotContain(" src=", "<link", "@import", "url(", "http:", "https:");
  }

  @Test
  @DefaultLocale("de-DE")
  void isTheSameInEveryLanguageAndEveryTime() throws IOException {
    String once = Report.of(List.of(Folders.profiled(temp))).toHtml("Results");
    assertThat(once).contains("22,000 ± 220<", "97.0").doesNotContain("97,0");
    assertThat(Report.of(List.of(Folders.profiled(temp))).toHtml("Results")).isEqualTo(once);
  }

  @Test
  void saysWhatTheDocumentationQuotes() throws IOException {
    String docs = Files.readString(Path.of(System.getProperty("stride.home"), DOCS));
    Matcher folder = Pattern.compile("stride report (bench-results/\\S+)").matcher(docs);
    assertThat(folder.find()).isTrue();
    PageText page = PageText.of(Path.of(System.getProperty("stride.home"), folder.group(1)));
    List<String> quotes = docs.lines().filter(line -> line.startsWith("> ")).toList();
    assertThat(quotes).isNotEmpty().allMatch(line -> page.says(line.substring(2)));
  }

  @Test
  void takesAFolderOnceAndTellsFoldersOfOneNameApart() throws IOException {
    Path one = Folders.results(temp.resolve("a/same"));
    Path two = Folders.results(temp.resolve("b/same"));
    PageText page = PageText.of(one, two, one.resolve("../same"));
    assertThat(page.table("What was measured, and on what").getFirst()).isEqualTo("|a/same|b/same");
  }

  @Test
  void allowsFieldsThatALaterStrideAdds() throws IOException {
    Path folder = Folders.profiled(temp);
    Path file = folder.resolve("profile-Hopper-v5.json");
    String more = Files.readString(file).replace("\"rows\"", "\"later\": [], \"rows\"");
    Folders.write(file, more);
    assertThat(JsonText.read(file).has("later")).isTrue();
    assertThat(PageText.of(folder).table("Hopper-v5, 1 thread")).hasSize(2);
  }
}
