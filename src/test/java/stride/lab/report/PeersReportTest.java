package stride.lab.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Does the page have what peers reached, each beside Stride with as many environments? */
class PeersReportTest {
  @TempDir Path temp;

  @Test
  void showsPeersBesideTheThreadsTheyRanBeside() throws IOException {
    Path folder = Folders.profiled(temp);
    Folders.write(
        folder.resolve("peers.json"),
        """
        {"schema_version": 1, "settings": {"envs": 64, "threads": 2}, "rows": [
           {"task": "Hopper-v5", "peer": "envpool-sync", "envs": 64, "threads": 2, "env_steps_per_second": 36960, "stride_ratio": 1.158},
           {"task": "Hopper-v5", "peer": "envpool-sync", "envs": 8, "threads": 2, "env_steps_per_second": 30000, "stride_ratio": 1.2},
           {"task": "Hopper-v5", "peer": "stride", "envs": 64, "threads": 2, "env_steps_per_second": 42817, "stride_ratio": 1.0}],
         "left_out": [], "train_rows": [], "train_left_out": [], "value_rows": [], "value_left_out": [], "actor_critic_rows": [], "actor_critic_left_out": []}
        """);
    PageText page = PageText.of(folder);
    JsonNode plot = page.plots("Hopper-v5 on 2 threads").getFirst();
    assertThat(PageText.series(plot, "envpool-sync").get("points").toString())
        .isEqualTo("[[8.0,30000.0],[64.0,36960.0]]");
    assertThat(plot.get("series").findValuesAsText("name")).doesNotContain("stride");
    assertThat(page.plots("Hopper-v5 on 1 thread").getFirst().toString()).doesNotContain("envpool");
    assertThat(page.table("Environments: Hopper-v5"))
        .containsExactly(
            "program|envs|threads|env steps/s|Stride / it",
            "envpool-sync|64|2|36,960|1.16",
            "envpool-sync|8|2|30,000|1.20",
            "stride|64|2|42,817|1.00");
  }

  @Test
  void showsPeersOverEnvironmentsBesideStrideOwnCurves() throws IOException {
    Path folder = Folders.profiled(temp);
    Folders.peersOverCounts(folder);
    PageText page = PageText.of(folder);
    JsonNode rates = page.plots("Hopper-v5 on 2 threads").getFirst();
    JsonNode alone = page.plots("environments alone, Hopper-v5.").getFirst();
    for (JsonNode plot : List.of(rates, alone)) {
      assertThat(PageText.numbers(plot.get("x").get("ticks"))).containsExactly(1, 8, 64, 256);
      assertThat(PageText.series(plot, "envpool-async").get("points").toString())
          .isEqualTo("[[8.0,25400.0],[64.0,28200.0],[256.0,37800.0]]");
    }
    // a program looks the same in both
    assertThat(PageText.series(rates, "envpool-async"))
        .isEqualTo(PageText.series(alone, "envpool-async"));
    assertThat(PageText.series(alone, "limit").get("style").textValue()).isEqualTo("LIMIT");
    assertThat(PageText.series(alone, "stride").get("color"))
        .isEqualTo(PageText.series(rates, "rollout").get("color"));
    assertThat(page.table("Hopper-v5, 2 threads").stream().map(PeersReportTest::peersCells))
        .containsExactly(
            "gymnasium-sync|envpool-sync|envpool-async",
            "5,001|12,040|-",
            "5,008|12,320|25,400",
            "5,064|14,560|28,200",
            "5,256|22,240|37,800");
    // with 8 environments no profile was made
    assertThat(page.table("Hopper-v5, 2 threads").get(2)).startsWith("8|-|-|-|-|-|-|-|-|-|5,008|");
    assertThat(page.table("Environments: Hopper-v5")).hasSize(20);
    assertThat(page.says("Left out: envpool-async at 1 env (it takes two).")).isTrue();
    assertThat(page.says("Left out: PyTorch, EnvPool (its threads want more).")).isTrue();
  }

  @Test
  void showsValueMethodsBesideTheirLimit() throws IOException {
    Path folder = Folders.profiled(temp);
    Folders.peersOverCounts(folder);
    PageText page = PageText.of(folder);
    JsonNode plot = page.plots("DQN on CartPole-v1").getFirst();
    assertThat(plot.get("kind").textValue()).isEqualTo("BARS");
    assertThat(PageText.numbers(plot.get("series").get(0).get("values")))
        .containsExactly(90000, 360000, 1500);
    assertThat(page.table("Value methods: DQN on CartPole-v1"))
        .containsExactly(
            "program|threads|env steps/s|of limit|Stride / it|last tenth / first|update|peak"
                + " memory|first update",
            "Stride|2|90,000|25.0 %|1.00|1.01|72 us|120 MB|1.3 s",
            "the limit|2|360,000|100.0 %|0.25|-|-|-|-",
            "PyTorch|1|1,500|0.4 %|60.00|0.99|3,400 us|720 MB|4.5 s");
    assertThat(page.says("Left out: SBX (it does not start: no JAX).")).isTrue();
  }

  @Test
  void showsOtherActorCriticsEachBesideItsOwnLimit() throws IOException {
    Path folder = Folders.profiled(temp);
    Folders.peersOverCounts(folder);
    PageText page = PageText.of(folder);
    JsonNode plot = page.plots("SAC on Hopper-v5").getFirst();
    assertThat(PageText.numbers(plot.get("series").get(0).get("values")))
        .containsExactly(180.4, 361);
    assertThat(page.table("Actor-critics: SAC on Hopper-v5"))
        .contains(
            "Stride|2|180|50.0 %|1.00|1.00|5,300 us|210 MB|2.5 s",
            "the limit|2|361|100.0 %|0.50|-|-|-|-");
    // the task of value methods too, but not their limit
    assertThat(page.table("Actor-critics: A2C on CartPole-v1"))
        .contains(
            "Stride|2|400,000|50.0 %|1.00|1.20|61 us|110 MB|1.8 s",
            "the limit|2|800,000|100.0 %|0.50|-|-|-|-");
    assertThat(page.says("Left out: PyTorch compiled (no g++ (package g++)).")).isTrue();
  }

  private static String peersCells(String row) {
    return row.replaceFirst("(?:[^|]*\\|){10}", "");
  }

  @Test
  void showsPeersOfOneCountAsBars() throws IOException {
    Path folder = Folders.profiled(temp);
    Folders.write(
        folder.resolve("peers.json"),
        """
        {"schema_version": 1, "settings": {"envs": 64, "threads": 2}, "rows": [
           {"task": "Hopper-v5", "peer": "envpool-sync", "envs": 64, "threads": 2, "env_steps_per_second": 36960, "stride_ratio": 1.158},
           {"task": "Hopper-v5", "peer": "stride", "envs": 64, "threads": 2, "env_steps_per_second": 42817, "stride_ratio": 1.0}],
         "left_out": [], "train_rows": [], "train_left_out": [], "value_rows": [], "value_left_out": [], "actor_critic_rows": [], "actor_critic_left_out": []}
        """);
    PageText page = PageText.of(folder);
    JsonNode plot = page.plots("environments alone, Hopper-v5, 64 envs").getFirst();
    assertThat(plot.get("kind").textValue()).isEqualTo("BARS");
    assertThat(PageText.numbers(plot.get("series").get(0).get("values")))
        .containsExactly(36960, 42817);
    assertThat(page.table("Environments: Hopper-v5, 64 envs"))
        .contains("envpool-sync|64|2|36,960|1.16");
    assertThat(page.says("Left out")).isFalse();
  }
}
