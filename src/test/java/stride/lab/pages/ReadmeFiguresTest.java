package stride.lab.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.util.DefaultLocale;
import stride.files.JsonText;
import stride.lab.LabException;
import stride.results.Machines;
import stride.results.Profiles;

/** Does every claim of the README come from the results, with the rows that it is made from? */
class ReadmeFiguresTest {
  private static final String RUN = "2026-01-31_amd-epyc-2c_0123456";
  private static final String END = "<!-- /measured -->\n";

  private static String profile(String task, double rolloutShare, double trainShare) {
    return Profiles.json(
        task,
        Profiles.row(64, 1, 20_000.0, 19_000, 18_000, 0.02),
        Profiles.row(64, 2, 40_000.0, 40_000 * rolloutShare, 40_000 * trainShare, 0.02));
  }

  private static final String PEERS =
      """
      {"schema_version": 1, "settings": {"envs": 64, "threads": 2},
       "rows": [
         {"task": "Hopper-v5", "peer": "envpool-sync", "envs": 64, "threads": 2, "stride_ratio": 1, "env_steps_per_second": 35000},
         {"task": "Hopper-v5", "peer": "gymnasium-sync", "envs": 64, "threads": 1, "stride_ratio": 3, "env_steps_per_second": 12000}],
       "left_out": [], "train_left_out": [], "value_rows": [], "value_left_out": [], "actor_critic_rows": [], "actor_critic_left_out": [],
       "train_rows": [
      """
          + String.join(
              ",\n",
              training(64, 128, "stride", "Stride", 2, 36000, 1),
              training(64, 128, "limit", "the limit, bare mj_step in C", 2, 40000, 0.9),
              training(64, 128, "torch-envpool", "PyTorch, EnvPool", 1, 10000, 3.6),
              training(
                  64, 128, "torch-envpool-compiled", "PyTorch compiled, EnvPool", 1, 20000, 1.8),
              training(64, 128, "sb3", "Stable-Baselines3, DummyVecEnv", 2, 6000, 6),
              training(1, 2048, "stride", "Stride", 2, 20000, 1),
              training(1, 2048, "limit", "the limit, bare mj_step in C", 1, 25000, 0.8),
              training(1, 2048, "torch-gymnasium", "PyTorch, Gymnasium", 1, 2500, 8),
              training(1, 2048, "sb3", "Stable-Baselines3, DummyVecEnv", 2, 2000, 10))
          + "]}\n";

  // tuned: a standard deviation of 400 around 2 000; two one-sided tests with a margin of half of
  // it
  // and a power of 80 % take about 2 * (2 * (1.645 + 1.282))^2 = 69 seeds
  private static final String RETURNS =
      """
      {"schema_version": 1, "rows": [
        {"task": "Hopper-v5", "preset": "cleanrl", "judged_by": "last 100", "env_steps": 1000000, "commit": "0123456789",
         "seconds": [50, 60], "returns": [2100, 2000, 2050], "reference": [2000, 1900, 1950]},
        {"task": "Walker2d-v5", "preset": "cleanrl", "judged_by": "last 100", "env_steps": 1000000, "commit": "0123456789",
         "seconds": [50, 60], "returns": [1000, 3000, 1200], "reference": [2000, 2900, 1950]},
        {"task": "Hopper-v5", "preset": "tuned", "judged_by": "100 episodes", "env_steps": 1000000, "commit": "0123456789",
         "seconds": [30, 42], "returns": [1600, 2400, 2000], "reference": []}]}
      """;

  @TempDir Path temp;
  private ReadmeFigures figures;

  private static String training(
      int envs, int steps, String peer, String label, int threads, int rate, double ratio) {
    return """
    {"task": "Hopper-v5", "envs": %d, "steps": %d, "peer": "%s", "label": "%s", "threads": %d,
     "env_steps_per_second": %d, "stride_ratio": %s, "update_samples_per_second": 1, "update_ratio": 1,
     "memory_bytes": 200000000, "first_iteration_seconds": 1}\
    """
        .formatted(envs, steps, peer, label, threads, rate, ratio);
  }

  @BeforeEach
  void makeProject() throws IOException {
    figures = new ReadmeFigures(temp);
    write("README.md", "# Stride\n\n" + part("numbers") + "Between.\n" + part("table") + "End.\n");
    write("bench-results/baseline", RUN + "\n");
    write("machine.json", JsonText.file(Machines.epyc()));
    write("profile-Hopper-v5.json", profile("Hopper-v5", 0.991, 0.881));
    write("profile-HalfCheetah-v5.json", profile("HalfCheetah-v5", 0.961, 0.741));
    write("peers.json", PEERS);
    write("returns.json", RETURNS);
  }

  private static String part(String name) {
    return "<!-- measured: " + name + " (written by `make readme`) -->\n" + END;
  }

  private void write(String path, String text) throws IOException {
    Path file = temp.resolve(path.contains("json") ? "bench-results/" + RUN + "/" + path : path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  /** The README in one line, so that sentences are found whatever their line breaks. */
  private String written() throws IOException {
    figures.update();
    return Files.readString(temp.resolve("README.md")).replaceAll("\\s+", " ");
  }

  @Test
  void saysTheShareOfBarePhysics() throws IOException {
    assertThat(written())
        .contains(
            "With 64 environments on 2 threads, rollouts (policy included) reach 99.1 % on"
                + " Hopper-v5 and 96.1 % on HalfCheetah-v5 of the limit,")
        .contains("PPO iterations reach 88.1 % on Hopper-v5 and 74.1 % on HalfCheetah-v5.");
  }

  @Test
  void namesTheFastestProgramOfEachSize() throws IOException {
    assertThat(written())
        .contains(
            "PPO on Hopper-v5 is 1.8 times as fast as compiled PyTorch with EnvPool and 6.0 times"
                + " as fast as Stable-Baselines3 at 64 x 128, and 8.0 times as fast as PyTorch with"
                + " Gymnasium and 10.0 times as fast as Stable-Baselines3 at 1 x 2048")
        .doesNotContain("3.6 times");
  }

  /** 140M env steps over each rate; two trainings at a time where one takes one of two cores. */
  @Test
  void saysWhatAVerdictCostsWithTheRangeOverRows() throws IOException {
    assertThat(written())
        .contains("return varies by 20 % between seeds, so a verdict within 10 % takes 70 seeds")
        .contains(
            "140 million env steps. On these 2 cores Stride trains that in 0.7 h (preset `tuned`),"
                + " PyTorch")
        .contains("PyTorch in 1.9 h (64 x 128, compiled, EnvPool) to 7.8 h (1 x 2048, Gymnasium)")
        .contains("Stable-Baselines3 in 6.5 h (64 x 128) to 19.4 h (1 x 2048).");
  }

  @Test
  void saysWhetherReturnsAreWorseThanPytorchs() throws IOException {
    assertThat(written())
        .contains(
            "Hopper-v5, preset `cleanrl`, 3 seeds: 2050 ± 124 (the same algorithm in PyTorch: 1950"
                + " ± 124), not worse by more than 20 % (p = ")
        .contains(
            "possibly worse by more than 35 % (p = 0.37). The p are those of Welch's one-sided"
                + " test.");
  }

  @Test
  void hasOneSmallTable() throws IOException {
    assertThat(written())
        .contains("| the limit: bare `mj_step` in C | 40,000 | 100.0 % | 200 MB |")
        .contains("| Stride | 36,000 | 90.0 % | 200 MB |")
        .contains("| compiled PyTorch with EnvPool | 20,000 | 50.0 % | 200 MB |")
        .contains("| Stable-Baselines3 with DummyVecEnv | 6,000 | 15.0 % | 200 MB |")
        .contains(
            "Measured on AMD EPYC (SomeVendor family 25), 256-bit vectors, 2 cores, Some JDK 25,"
                + " commit 0123456:")
        .contains("(bench-results/" + RUN + "/summary.md).");
  }

  @Test
  @DefaultLocale("de-DE")
  void isCurrentOnceWrittenInEveryLanguage() throws IOException {
    assertThat(figures.isCurrent()).isFalse();
    assertThat(written()).contains("99.1 %").doesNotContain("99,1");
    assertThat(figures.isCurrent()).isTrue();
    write("README.md", Files.readString(temp.resolve("README.md")).replace("99.1", "99.9"));
    assertThat(figures.isCurrent()).isFalse();
  }

  @Test
  void noLineIsLongerThanThePage() throws IOException {
    figures.update();
    assertThat(Files.readAllLines(temp.resolve("README.md")))
        .filteredOn(line -> !line.startsWith("|") && !line.startsWith("[") && !line.startsWith("<"))
        .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(120));
  }

  @Test
  void namesWhatTheResultsLack() throws IOException {
    write("peers.json", PEERS.replace("\"sb3\"", "\"torch-other\""));
    assertThatThrownBy(figures::update)
        .isInstanceOf(LabException.class)
        .hasMessage("peers.json lacks a training of Hopper-v5 at 64 x 128 by Stable-Baselines3");
    write("peers.json", PEERS);
    write("returns.json", RETURNS.replace("tuned", "other"));
    assertThatThrownBy(figures::update)
        .isInstanceOf(LabException.class)
        .hasMessage("no returns of Hopper-v5 with preset tuned");
  }

  @Test
  void drawsAPictureWithoutScripts() throws IOException {
    var picture = new ReadmePicture(temp);
    assertThat(picture.isCurrent()).isFalse();
    Files.createDirectory(temp.resolve("docs"));
    picture.update();
    assertThat(picture.isCurrent()).isTrue();
    String svg = Files.readString(temp.resolve("docs/throughput.svg"));
    assertThat(svg)
        .startsWith("<svg xmlns=\"http://www.w3.org/2000/svg\"")
        .contains(">Rollouts: Hopper-v5, 64 environments, 2 threads<", ">PPO: Hopper-v5, 1 x 2048<")
        .contains(">39.6k, 99 %<", ">35.0k, 88 %<", ">20.0k, 50 %<", ">2.0k, 8 %<")
        .doesNotContain("<script", "href", "HalfCheetah")
        .hasSizeLessThan(30_000);
    write("peers.json", PEERS.replace("35000", "34000"));
    assertThat(picture.isCurrent()).isFalse();
  }
}
