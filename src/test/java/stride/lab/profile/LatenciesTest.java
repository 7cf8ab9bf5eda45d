package stride.lab.profile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogProcessor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.learn.Splits;
import stride.learn.StageClock;
import stride.results.Machines;
import stride.results.Percentiles;
import stride.results.ResultsFolder;

class LatenciesTest {
  @TempDir Path temp;

  private final Latencies latencies = new Latencies("Hopper-v5_8x2");

  @Test
  void everyMeasuredIterationCounts() {
    latencies.iteration(Splits.of(500_000, 20_000, 300_000), 900_000);
    latencies.iteration(Splits.of(600_000, 30_000, 300_000), 1_000_000);
    Map<String, Percentiles> micros = Latencies.percentiles(latencies.finished());
    assertThat(micros.keySet()).containsExactly("rollout", "gae", "iteration");
    assertThat(micros.get("gae").count()).isEqualTo(2);
    // two digits: a value may be shown up to a hundredth more
    assertThat(micros.get("rollout").max()).isBetween(600.0, 606.0);
    assertThat(micros.get("gae").max()).isBetween(30.0, 30.3);
    assertThat(micros.get("iteration").p50()).isBetween(900.0, 909.0);
  }

  @Test
  void whatWasBeforeIsForgotten() {
    latencies.iteration(Splits.of(1, 1, 1), 1);
    latencies.clear();
    latencies.iteration(Splits.of(7, 7, 7), 7);
    Histogram rollout = latencies.finished().get("rollout");
    assertThat(rollout.getTotalCount()).isEqualTo(1);
    assertThat(rollout.getTag()).isEqualTo("Hopper-v5_8x2");
  }

  @Test
  void clocksTellOfStepsAndMinibatches() {
    StageClock clock = new StageClock();
    clock.switchTo(true);
    for (int k = 0; k < 3; k++) {
      clock.start();
      clock.endStep();
    }
    latencies.sample(List.of(clock, clock), List.of(clock));
    Map<String, Histogram> nanos = latencies.finished();
    assertThat(nanos.keySet()).containsExactly("shard_step", "minibatch");
    assertThat(nanos.get("shard_step").getTotalCount()).isEqualTo(6);
    assertThat(nanos.get("minibatch").getTotalCount()).isEqualTo(3);
  }

  @Test
  void areReadByHdrHistogramsOwnTool() throws IOException, InterruptedException {
    latencies.iteration(Splits.of(500_000, 20_000, 300_000), 900_000);
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    folder.writeHistograms("latency.hlog", List.of(latencies.finished().get("gae")));
    Path processed = temp.resolve("processed");
    Thread tool =
        new HistogramLogProcessor(
            new String[] {
              "-i", folder.path().resolve("latency.hlog").toString(),
              "-o", processed.toString(),
              "-tag", "Hopper-v5_8x2"
            });
    tool.start();
    tool.join();
    assertThat(Files.readString(temp.resolve("processed.hgrm")))
        .contains("Total count    =            1");
  }
}
