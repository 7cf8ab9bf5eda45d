package stride.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.learn.StageRow;
import stride.train.JsonText;
import stride.train.StageSeconds;
import stride.train.TrainResult;

class BenchReportTest {
  @TempDir Path temp;

  @Test
  void anchorsFrameTheRun() {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    BenchReport report = new BenchReport(folder, new Anchor(20_000, 10.5));
    report.close(new Anchor(21_000, 9.5));

    JsonNode anchor = JsonText.read(folder.path().resolve("anchor.json"), JsonNode.class);
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
  void aTrainingBelowItsFloorIsSaidAloud() {
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    BenchReport report = new BenchReport(folder, new Anchor(20_000, 10.5));
    report.add(training(599.5));
    report.close(new Anchor(21_000, 9.5));

    String sentence =
        "Hopper-v5, preset tuned, seed 1: return 599.5 after 400,000 env steps in 10.5 s,"
            + " BELOW the floor of 600";
    assertThat(report.text()).contains("\n" + sentence + "\n").contains("rollout.physics");
    assertThat(folder.path().resolve("summary.md"))
        .content()
        .contains("\n## Training\n\n" + sentence + "\n\n| stage");
    JsonNode json = JsonText.read(folder.path().resolve("returns-Hopper-v5.json"), JsonNode.class);
    assertThat(json.get("schema_version").intValue()).isEqualTo(1);
    assertThat(json.get("learnt").booleanValue()).isFalse();
    assertThat(json.get("result").get("return_mean_last_100").doubleValue()).isEqualTo(599.5);
    assertThat(training(600).sentence()).endsWith("above the floor of 600");
  }

  private static ShortTraining.Outcome training(double episodeReturn) {
    var stages = new StageSeconds(8, 0.5, 1.5, 0.5);
    var rows = List.of(new StageRow("rollout.physics", 100, 8, 8e7, 2e4, 76));
    var result =
        new TrainResult(
            1,
            "Hopper-v5",
            "ppo",
            1,
            true,
            100,
            400_000,
            40_000.0,
            41_000.0,
            episodeReturn,
            1000,
            0,
            10.5,
            stages,
            rows);
    return new ShortTraining.Outcome(1, "tuned", 600, episodeReturn >= 600, result);
  }

  @Test
  void anchorsAreRates() {
    Anchor anchor = Anchor.measure();
    assertThat(anchor.mjStepsPerSecond()).isBetween(1e3, 1e8);
    assertThat(anchor.copyGigabytesPerSecond()).isBetween(0.05, 5000.0);
  }
}
