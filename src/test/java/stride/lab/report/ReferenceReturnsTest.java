package stride.lab.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import stride.env.Tasks;
import stride.files.FileException;
import stride.files.JsonText;
import stride.ppo.Ppo;

/** Are learning curves held to PyTorch's, those of the same setting and no others? */
class ReferenceReturnsTest {
  private static final Path COMMITTED =
      Path.of(System.getProperty("stride.home")).resolve("peers/reference-returns.json");
  private static final String CLEANRL = options("cleanrl");

  @TempDir Path temp;

  private Path file;

  @BeforeEach
  void writeReturns() throws IOException {
    file = temp.resolve("returns.json");
    Folders.write(
        file,
        """
        {"about": "...", "ppo": {"Hopper-v5": {"preset": "cleanrl", "env_steps": 1000000,
          "seeds": [1, 2], "returns": [90, 110]}}}
        """);
  }

  /** As a run's file has them. */
  private static String options(String preset) {
    String all = JsonText.line(new Ppo().preset(preset, Tasks.of("Hopper-v5")));
    return "\"algo\": \"ppo\", \"preset\": \"%s\", %s"
        .formatted(preset, all.substring(1, all.length() - 1));
  }

  private PageText page(Path returns, String options) throws IOException {
    Path run = Folders.run(temp.resolve("run"), options, 1, 5, 1);
    return new PageText(
        Report.of(List.of(run)).beside(ReferenceReturns.read(returns)).toHtml("Results"));
  }

  @Test
  void marksTheMeanWithItsIntervalAtAMillionEnvSteps() throws IOException {
    PageText page = page(file, CLEANRL);
    JsonNode plot = page.plots("Return over env steps").getFirst();
    JsonNode mark = PageText.series(plot, "PyTorch, cleanrl (2 seeds)");
    // 90 and 110: t(0.975, 1) = 12.706 times 10
    assertThat(mark.get("points").toString()).isEqualTo("[[1000000.0,100.0]]");
    assertThat(mark.get("style").textValue()).isEqualTo("PEER");
    assertThat(mark.get("low").get(0).doubleValue()).isBetween(-27.07, -27.05);
    assertThat(mark.get("high").get(0).doubleValue()).isBetween(227.05, 227.07);
    assertThat(page.table("Hopper-v5: return over env steps"))
        .endsWith("1,000,000|PyTorch, cleanrl (2 seeds)|100.0 ± 127.1");
    assertThat(
            page.says(
                "Marked is the same algorithm in PyTorch at the same setting: 100.0 ± 127.1 over"
                    + " 2 seeds at 1,000,000 env steps, the mean with its 95 % interval."))
        .isTrue();
    // its seconds are of another machine: only the level is drawn, over the 10 s of the run
    JsonNode seconds = page.plots("Return over seconds").getFirst();
    JsonNode level = PageText.series(seconds, "PyTorch, cleanrl (2 seeds)");
    assertThat(level.get("points").toString()).isEqualTo("[[0.0,100.0],[10.0,100.0]]");
    assertThat(level.get("high").get(1).doubleValue()).isBetween(227.05, 227.07);
    assertThat(page.table("Hopper-v5: return over seconds"))
        .endsWith("-|PyTorch, cleanrl (2 seeds)|100.0 ± 127.1");
  }

  @Test
  void whatChangesTheSpeedAloneIsTheSameSetting() throws IOException {
    String options = CLEANRL.replace("\"sharded\"", "\"lockstep\"");
    assertThat(options).isNotEqualTo(CLEANRL);
    assertThat(page(file, options).says("PyTorch")).isTrue();
  }

  @Test
  void otherSettingsAreNotComparedWithIt() throws IOException {
    assertThat(page(file, options("tuned")).says("PyTorch")).isFalse();
    String other = CLEANRL.replace("\"gamma\":0.99", "\"gamma\":0.98");
    assertThat(other).isNotEqualTo(CLEANRL);
    assertThat(page(file, other).says("PyTorch")).isFalse();
    assertThat(page(temp.resolve("none.json"), CLEANRL).says("PyTorch")).isFalse();
  }

  @Test
  void theCommittedReturnsAreOfTwentyAndTenSeeds() throws IOException {
    assertThat(page(COMMITTED, CLEANRL).says("2003.6 ± 136.0 over 20 seeds")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "{\"returns\": []}", "{\"returns\": [\"high\"]}"})
  void namesAFileWithoutReturns(String task) throws IOException {
    Folders.write(file, "{\"ppo\": {\"Hopper-v5\": " + task + "}}");
    assertThatExceptionOfType(FileException.class)
        .isThrownBy(() -> ReferenceReturns.read(file))
        .withMessageContaining(file.toString())
        .withMessageContaining("returns");
  }
}
