package stride.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchReportTest {
  @TempDir Path temp;

  @Test
  void anchorsFrameTheRun() {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    BenchReport report = new BenchReport(folder, new Anchor(20_000, 10.5));
    report.close(new Anchor(21_000, 9.5));

    JsonNode anchor = Json.read(folder.path().resolve("anchor.json"), JsonNode.class);
    assertThat(anchor.get("schema_version").intValue()).isEqualTo(1);
    assertThat(anchor.get("start").get("mj_steps_per_second").doubleValue()).isEqualTo(20_000);
    assertThat(anchor.get("end").get("copy_gigabytes_per_second").doubleValue()).isEqualTo(9.5);
    String line = "anchor at start and end: 20000 and 21000 mj_step/s, ";
    assertThat(report.text()).contains(line);
    assertThat(folder.path().resolve("summary.md"))
        .content()
        .startsWith("# " + folder.path().getFileName() + "\n")
        .contains("\n## JMH\n\n| benchmark |")
        .contains("\n## Anchors\n\n" + line);
  }

  @Test
  void anchorsAreRates() {
    Anchor anchor = Anchor.measure();
    assertThat(anchor.mjStepsPerSecond()).isBetween(1e3, 1e8);
    assertThat(anchor.copyGigabytesPerSecond()).isBetween(0.05, 5000.0);
  }
}
