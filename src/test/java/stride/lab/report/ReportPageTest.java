package stride.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.results.Results;

/**
 * Does a browser show the page of all committed folders as it is meant? What it looked like is left
 * in target/report/ for people.
 */
class ReportPageTest {
  private static final Path SCREENSHOTS = Path.of("target", "report");

  @TempDir static Path temp;

  private static Chromium chromium; // null: not installed
  private static Path page;

  @BeforeAll
  static void openBrowser() throws IOException {
    Optional<Path> program = Chromium.find();
    if (program.isEmpty()) {
      return;
    }
    chromium = Chromium.start(program.get(), temp.resolve("profile"));
    List<Path> folders = new ArrayList<>(Folders.committed());
    for (int seed = 1; seed <= 3; seed++) {
      String name = "a-rather-long-name-of-a-run-folder__ppo__" + seed;
      folders.add(Folders.run(temp.resolve(name), "\"preset\": \"tuned\"", seed, 50, 9 + seed));
    }
    Path beside = Folders.profiled(temp.resolve("beside"));
    Folders.peersOverCounts(beside);
    folders.add(beside);
    page = temp.resolve("report.html");
    Report.of(folders).write(page, "Results");
  }

  @BeforeEach
  void needsABrowser() {
    assumeTrue(chromium != null, "no Chromium: install it (package chromium) to look at pages");
  }

  @AfterAll
  static void closeBrowser() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1366, 768, light, false",
    "1366, 768, dark, false",
    "390, 844, light, true",
    "390, 844, dark, true"
  })
  void isWholeAndFits(int width, int height, String scheme, boolean phone) throws IOException {
    chromium.allowScripts(true);
    chromium.resize(width, height, phone);
    chromium.prefer(scheme);
    chromium.open(page);
    chromium.saveScreenshot(SCREENSHOTS.resolve(width + "-" + scheme + ".png"));

    assertThat(chromium.complaints()).isEmpty();
    assertThat(chromium.requests()).containsExactly(page.toUri().toString());

    int plots = number("JSON.parse(document.getElementById('plots').textContent).length");
    assertThat(plots).isGreaterThan(20);
    assertThat(number("document.querySelectorAll('figure canvas').length")).isEqualTo(plots);
    assertThat(number("[...document.querySelectorAll('canvas')].filter(" + IS_DRAWN + ").length"))
        .isEqualTo(plots);
    assertThat(number("[...document.querySelectorAll('canvas')].filter(" + HAS_TABLE + ").length"))
        .isEqualTo(plots);

    // a phone's window grows with what does not fit, so its own width is held too
    assertThat(number("window.innerWidth")).isEqualTo(width);
    assertThat(number("document.scrollingElement.scrollWidth")).isLessThanOrEqualTo(width);

    int brightness =
        number("Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])");
    assertThat(brightness < 128).isEqualTo(scheme.equals("dark"));
  }

  /** Has a size on the screen, and more than one colour. */
  private static final String IS_DRAWN =
      """
      canvas => {
        const box = canvas.getBoundingClientRect();
        const pixels = new Uint32Array(
            canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer);
        return box.width > 200 && box.height > 80 && new Set(pixels).size > 10;
      }""";

  private static final String HAS_TABLE =
      """
      canvas => canvas.getAttribute('aria-label')
          && canvas.closest('figure').querySelectorAll('tbody tr').length > 0""";

  @ParameterizedTest
  @CsvSource({"1366, light, false", "390, dark, true"})
  void drawsPeersOverEnvironments(int width, String scheme, boolean phone) {
    chromium.allowScripts(true);
    chromium.resize(width, 844, phone);
    chromium.prefer(scheme);
    chromium.open(page);
    for (String figure :
        List.of(
            "#rates [aria-label*='Hopper-v5 on 2']", "#peers [aria-label*='alone, Hopper-v5.']")) {
      String names = chromium.evaluate(DRAWN_LINES + "(\"" + figure + "\")").textValue();
      assertThat(names.split(" "))
          .as(figure)
          .contains("gymnasium-sync", "envpool-sync", "envpool-async");
    }
    assertThat(chromium.complaints()).isEmpty();
  }

  /**
   * Names of the lines in the legend that have their colour half-way between all neighbouring
   * marks, within a few pixels; of the plot whose peers have several points.
   */
  private static final String DRAWN_LINES =
      """
      (selector => {
        const chart = [...document.querySelectorAll(selector)].map(canvas => Chart.getChart(canvas))
            .find(c => c.data.datasets.some(d => d.label === 'envpool-async' && d.data.length > 1));
        const { width, height } = chart.canvas;
        const { data } = chart.ctx.getImageData(0, 0, width, height);
        const hasColour = (pixel, rgb) =>
            data[pixel + 3] > 100 && rgb.every((c, i) => Math.abs(data[pixel + i] - c) < 60);
        const isNear = (x, y, rgb) => {
          for (let row = Math.round(y) - 3; row <= y + 3; row++) {
            for (let column = Math.round(x) - 3; column <= x + 3; column++) {
              if (hasColour(4 * (row * width + column), rgb)) return true;
            }
          }
          return false;
        };
        const scale = chart.currentDevicePixelRatio;
        return chart.legend.legendItems.map(item => item.datasetIndex).filter(k => {
          const rgb = chart.data.datasets[k].borderColor.match(/\\w\\w/g).map(c => parseInt(c, 16));
          const marks = chart.getDatasetMeta(k).data;
          return marks.length > 1 && marks.slice(1).every((mark, i) =>
              isNear(scale * (mark.x + marks[i].x) / 2, scale * (mark.y + marks[i].y) / 2, rgb));
        }).map(k => chart.data.datasets[k].label).join(' ');
      })""";

  @Test
  void changesItsColoursWithTheReader() {
    chromium.allowScripts(true);
    chromium.resize(1366, 768, false);
    chromium.prefer("light");
    chromium.open(page);
    String ticks = "Chart.getChart('plot-0').options.scales.x.ticks.color";
    String light = chromium.evaluate(ticks).textValue();
    chromium.prefer("dark");
    // the browser tells the page a moment later
    String changed =
        """
        (async () => {
          for (let k = 0; k < 200 && %1$s === '%2$s'; k++) {
            await new Promise(done => setTimeout(done, 25));
          }
          return %1$s;
        })()"""
            .formatted(ticks, light);
    assertThat(chromium.evaluate(changed).textValue()).startsWith("#").isNotEqualTo(light);
    assertThat(chromium.complaints()).isEmpty();
  }

  @Test
  void showsItsTablesWithoutScripts() {
    chromium.allowScripts(false);
    chromium.resize(390, 844, true);
    chromium.prefer("light");
    chromium.open(page);
    assertThat(number("[...document.querySelectorAll('.plot')].filter(p => p.clientHeight).length"))
        .isZero();
    assertThat(chromium.evaluate("document.body.innerText").textValue())
        .contains("Without JavaScript", "limit, steps/s");
    assertThat(number("document.scrollingElement.scrollWidth")).isLessThanOrEqualTo(390);
  }

  @Test
  void noTableOfAFolderIsCutOffOnALaptop() throws IOException {
    Path alone = temp.resolve("alone.html");
    Path baseline = Results.locate(Folders.committed().getFirst().getParent(), Results.BASELINE);
    Report.of(List.of(baseline)).write(alone, "Baseline");
    chromium.allowScripts(true);
    chromium.resize(1280, 800, false);
    chromium.prefer("light");
    chromium.open(alone);
    chromium.saveScreenshot(SCREENSHOTS.resolve("1280-baseline.png"));
    chromium.evaluate("document.querySelectorAll('details').forEach(it => { it.open = true; })");
    assertThat(chromium.evaluate(CUT_OFF).textValue()).isEmpty();
  }

  private static final String CUT_OFF =
      """
      [...document.querySelectorAll('.scroll')]
          .filter(it => it.scrollWidth > it.clientWidth)
          .map(it => `${it.ariaLabel}: ${it.scrollWidth} of ${it.clientWidth}`).join('; ')""";

  private static int number(String expression) {
    return chromium.evaluate(expression).intValue();
  }
}
