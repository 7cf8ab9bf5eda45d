package stride.results;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Is a ruined measurement called one, and a good one not? */
class WarningsTest {
  private static final Anchors USUAL =
      new Anchors(1, new Anchor(80_000, 30, 0.4), new Anchor(82_000, 31, 2.1));

  @TempDir Path temp;

  private static List<String> of(Anchors anchors) {
    return Warnings.ofRun(
        Machines.epyc(), Optional.of(anchors), Optional.of(USUAL), List.of(), Map.of());
  }

  private static JmhResult benchmark(double score, double error) {
    List<List<Double>> forks = List.of(List.of(score, score));
    return new JmhResult(
        Path.of("jmh-S.json"), "S.m", Map.of(), "thrpt", "ops/s", score, error, forks, Map.of());
  }

  @Test
  void aQuietMachineIsNotDoubted() {
    assertThat(of(USUAL)).isEmpty();
    List<JmhResult> benchmarks = List.of(benchmark(100, 20), benchmark(100, Double.NaN));
    Map<String, Double> spreads = Map.of("Hopper-v5 1 x 1", 0.1);
    assertThat(
            Warnings.ofRun(
                Machines.epyc(), Optional.of(USUAL), Optional.of(USUAL), benchmarks, spreads))
        .isEmpty();
  }

  @Test
  void aBusyMachineIs() {
    assertThat(of(new Anchors(1, new Anchor(80_000, 30, 2.5), new Anchor(80_000, 30, 9.0))))
        .containsExactly(
            "load average 2.5 on 2 cores at the start: other programs ran, or a build had just"
                + " ended");
  }

  @Test
  void anchorsFarBelowTheBaselineAre() {
    Anchor slow = new Anchor(20_000, 20, null);
    assertThat(of(new Anchors(1, slow, slow)))
        .containsExactly(
            "bare mj_step 25 %, memory copied 66 % of what the baseline had on this machine");
    assertThat(Warnings.ofStart(Machines.epyc(), slow, Optional.of(USUAL))).hasSize(1);
    assertThat(Warnings.ofStart(Machines.epyc(), slow, Optional.empty())).isEmpty();
  }

  @Test
  void anchorsFarApartAre() {
    assertThat(of(new Anchors(1, new Anchor(80_000, 30), new Anchor(60_000, 29))))
        .containsExactly("the machine changed between start and end: bare mj_step 33 %");
  }

  @Test
  void wideWindowsAndErrorsAreCounted() {
    assertThat(
            Warnings.ofRun(
                Machines.epyc(),
                Optional.empty(),
                Optional.empty(),
                List.of(benchmark(100, 21), benchmark(100, 450), benchmark(100, 1)),
                Map.of("Hopper-v5 1 x 1", 0.11, "Hopper-v5 8 x 1", 0.66, "Hopper-v5 8 x 2", 0.05)))
        .containsExactly(
            "windows spread by more than 10 % in 2 of 3 rows (marked ?), by 66 % at most",
            "errors above 20 % of the score in 2 of 3 benchmarks (marked ?), 450 % at most");
  }

  @Test
  void aBaselineOfAnotherMachineSaysNothing() throws IOException {
    assertThat(Results.baseline(temp, Machines.epyc())).isEmpty();
    ResultsFolder folder = ResultsFolder.create(temp, Machines.epyc());
    Files.writeString(temp.resolve("baseline"), folder.path().getFileName() + "\n");
    assertThat(Results.baseline(temp, Machines.epyc())).isEmpty();
    folder.writeJson(ResultsFolder.ANCHORS, USUAL);
    assertThat(Results.baseline(temp, Machines.epyc())).contains(USUAL);
    assertThat(Results.baseline(temp, Machines.of("AMD EPYC", 4, false))).isEmpty();
    assertThat(Results.baseline(temp, Machines.of("Some other", 2, false))).isEmpty();
    folder.writeText(ResultsFolder.ANCHORS, "{");
    assertThat(Results.baseline(temp, Machines.epyc())).isEmpty();
  }
}
