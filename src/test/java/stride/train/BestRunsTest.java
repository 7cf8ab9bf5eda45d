package stride.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The best checkpoints of all runs of a task: few, whole, and none lost. */
class BestRunsTest {
  private static final Map<String, Object> CONFIG = Map.of("algo", "fake");

  private final FakeLearner learner = new FakeLearner(new FakeClock());
  @TempDir Path temp;

  @AfterEach
  void free() {
    learner.close();
  }

  /** A run whose best checkpoint was so good, with a later one that was not. */
  private Path run(String name, double best) {
    Path run = temp.resolve("runs").resolve(name);
    try (RunFolder folder = RunFolder.create(run, CONFIG)) {
      for (long iteration = 5; iteration <= 10; iteration += 5) {
        learner.iterate(0.5);
        var info =
            new CheckpointInfo("fake", "Fake-v0", 1, iteration, iteration, best, 5, "c", "d", null);
        folder.checkpoints().save(info, learner.state(), _ -> true);
      }
    }
    return run;
  }

  private BestRuns bestRuns() {
    return BestRuns.of(temp.resolve("runs"), "Fake-v0");
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> all = Files.list(bestRuns().folder())) {
      return all.map(path -> path.getFileName().toString().replaceAll("__.*", ""))
          .sorted()
          .toList();
    }
  }

  @Test
  void keepsTheBestFew() throws IOException {
    double[] returns = {10, 30, 20, 50, 40, 5};
    List<Boolean> good = new ArrayList<>();
    for (int k = 0; k < returns.length; k++) {
      good.add(bestRuns().offer(run("run-" + k, returns[k]), 3).isPresent());
    }
    assertThat(good).containsExactly(true, true, true, true, true, false);
    assertThat(kept()).containsExactly("run-1", "run-3", "run-4");
    assertThat(bestRuns().best().getFileName().toString()).startsWith("run-3__");
  }

  @Test
  void whatIsKeptIsARunToPlay() {
    Path run = run("run", 10);
    Path best = CheckpointStore.of(run).best().orElseThrow();
    Path kept = bestRuns().offer(run, 5).orElseThrow();
    assertThat(RunFolder.readConfig(kept)).isEqualTo(RunFolder.readConfig(run));
    assertThat(CheckpointStore.of(kept).best()).contains(CheckpointStore.of(kept).newest());
    assertThat(CheckpointStore.of(kept).newest()).hasSameBinaryContentAs(best);
    assertThat(best.getFileName()).hasToString("iteration-00000005.safetensors");
  }

  @Test
  void ofEqualOnesTheFirstStays() throws IOException {
    bestRuns().offer(run("b", 10), 1);
    assertThat(bestRuns().offer(run("c", 10), 1)).isEmpty();
    assertThat(kept()).containsExactly("b");
  }

  @Test
  void aRunThatIsOfferedAgainIsKeptOnce() throws IOException {
    Path run = run("run", 10);
    Optional<Path> kept = bestRuns().offer(run, 5);
    assertThat(bestRuns().offer(run, 5)).isEqualTo(kept).isPresent();
    assertThat(kept()).containsExactly("run");
  }

  @Test
  void noneIsKeptOfARunWithoutEpisodesOrIfNoneIsWanted() throws IOException {
    Path run = temp.resolve("runs/none");
    try (RunFolder folder = RunFolder.create(run, CONFIG)) {
      var info = new CheckpointInfo("fake", "Fake-v0", 1, 0, 0, Double.NaN, -1, null, null, null);
      folder.checkpoints().save(info, learner.state(), _ -> true);
    }
    assertThat(bestRuns().offer(run, 5)).isEmpty();
    assertThat(bestRuns().offer(run("good", 10), 0)).isEmpty();
    assertThat(bestRuns().folder()).doesNotExist();
    assertThatThrownBy(() -> bestRuns().best())
        .isInstanceOf(TrainException.class)
        .hasMessageEndingWith("best/Fake-v0 has no checkpoints: runs are kept there that finish");
  }

  @Test
  void whatAKilledProcessLeftIsRemovedAndNothingElse() throws IOException {
    bestRuns().offer(run("first", 10), 2);
    Path folder = bestRuns().folder();
    Files.createDirectories(folder.resolve(".new/checkpoints"));
    Files.writeString(folder.resolve(".new/config.json"), "{");
    Files.createDirectories(folder.resolve(".old"));
    Files.createDirectories(folder.resolve("mine")); // nobody's business
    assertThat(bestRuns().best().getFileName().toString()).startsWith("first__");
    bestRuns().offer(run("second", 20), 2);
    assertThat(kept()).containsExactly("first", "mine", "second");
  }

  @Test
  void manyAtOnceLoseNone() throws Exception {
    List<Path> runs = new ArrayList<>();
    for (int k = 0; k < 8; k++) {
      runs.add(run("run-" + k, k));
    }
    List<CompletableFuture<Void>> offers =
        runs.stream()
            .map(run -> CompletableFuture.runAsync(() -> bestRuns().offer(run, 5)))
            .toList();
    for (CompletableFuture<Void> offer : offers) {
      offer.get();
    }
    assertThat(kept()).containsExactly("run-3", "run-4", "run-5", "run-6", "run-7");
  }
}
