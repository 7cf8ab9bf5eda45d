package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.memory.FloatSlab;
import stride.train.Checkpoint;
import stride.train.CheckpointStore;

/** Runs beside one another: their table, the best of them, and one that begins from another. */
class RunsCommandTest {
  @TempDir Path temp;

  private static Outcome done(Outcome outcome) {
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    return outcome;
  }

  // ---- runs ----

  @Test
  void listsRunsAsATableAndAsJson() throws IOException {
    Path sound = TinyRun.whole(temp.resolve("sound"), 30, "--hidden", "8");
    Path damaged = TinyRun.copy(sound, temp.resolve("damaged"));
    Files.writeString(damaged.resolve("config.json"), "{");
    assertThat(sound.resolve("config.json").toFile().setLastModified(1000)).isTrue();

    JsonNode rows = done(Outcome.of("runs", temp.toString(), "--json")).json().get("rows");
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("state").textValue()).isEqualTo("damaged");
    assertThat(rows.get(0).get("damage").textValue()).startsWith("config.json: not JSON, ");
    JsonNode row = rows.get(1);
    assertThat(row.get("task").textValue()).isEqualTo("CartPole-v1");
    assertThat(row.get("algo").textValue()).isEqualTo("ppo");
    assertThat(row.get("seed").longValue()).isOne();
    assertThat(row.get("state").textValue()).isEqualTo("finished");
    assertThat(row.get("env_steps").longValue()).isEqualTo(960);
    assertThat(row.get("return_mean_last_100").doubleValue()).isPositive();
    assertThat(row.get("best_return").doubleValue()).isPositive();
    assertThat(row.get("folder").textValue()).isEqualTo(sound.toString());

    List<String> lines = done(Outcome.of("runs", temp.toString())).out().lines().toList();
    assertThat(lines.get(0)).matches("task +algo +seed +state +env steps +return +best +folder");
    assertThat(lines.get(1)).contains(" damaged ").contains(damaged + ": config.json: not JSON, ");
    assertThat(lines.get(2))
        .startsWith("CartPole-v1")
        .contains("finished", "960")
        .endsWith("" + sound);
  }

  @Test
  void saysThatThereAreNone() throws IOException {
    assertThat(done(Outcome.of("runs", temp.toString())).out())
        .isEqualTo("no runs in " + temp + "\n");
    assertThat(Outcome.of("runs", temp + "/none").complaint(1))
        .isEqualTo("stride: " + temp + "/none does not exist");
  }

  // ---- the best ----

  private Outcome inTemp(List<String> args) throws IOException, InterruptedException {
    List<String> command = StrideProcess.command(StrideProcess.quickFlags(), args);
    return Outcome.of(StrideProcess.builder(command, temp), temp);
  }

  @Test
  void theBestOfATaskIsKeptAndPlayed() throws IOException, InterruptedException {
    List<String> begin = TinyRun.begin(Path.of("runs/first"), 30, "--hidden", "8");
    assertThat(done(inTemp(begin)).err()).contains("among the best of CartPole-v1: runs/best/");
    // elsewhere, and where none is wanted, nothing is offered
    done(inTemp(TinyRun.begin(Path.of("runs/trials/deep"), 30, "--hidden", "4")));
    done(inTemp(TinyRun.begin(Path.of("runs/no"), 30, "--hidden", "4", "--keep-best", "0")));
    Path best = temp.resolve("runs/best/CartPole-v1");
    List<Path> kept;
    try (var files = Files.list(best)) {
      kept = files.toList();
    }
    assertThat(kept).hasSize(1);
    assertThat(kept.getFirst().getFileName().toString()).startsWith("first__");

    List<String> eval = List.of("eval", "--best-of", "CartPole-v1", "--episodes", "3", "--json");
    JsonNode played = done(inTemp(eval)).json();
    assertThat(played.get("checkpoint").textValue()).startsWith("runs/best/CartPole-v1/first__");
    List<String> same = List.of("eval", "runs/first", "--best", "--episodes", "3", "--json");
    assertThat(done(inTemp(same)).json().get("return_mean")).isEqualTo(played.get("return_mean"));

    String problem = "CartPole-v1,angle_cost_weight=0.5";
    List<String> altered =
        TinyRun.begin(Path.of("runs/altered"), 30, "--hidden", "8", "--angle-cost-weight", "0.5");
    assertThat(done(inTemp(altered)).err())
        .contains("among the best of %s: runs/best/%s/altered__".formatted(problem, problem));
    List<String> its = List.of("eval", "--best-of", problem, "--episodes", "3", "--json");
    assertThat(done(inTemp(its)).json().get("task").textValue()).isEqualTo(problem);

    assertThat(inTemp(List.of("eval", "--best-of", "Hopper-v5")).complaint(1))
        .isEqualTo(
            "stride: runs/best/Hopper-v5 has no checkpoints: runs are kept there that finish");
    assertThat(inTemp(List.of("eval", "--best-of", "Hoper-v5")).complaint(2))
        .isEqualTo("stride: unknown task Hoper-v5, did you mean Hopper-v5?");
    JsonNode rows = done(inTemp(List.of("runs", "--json"))).json().get("rows");
    assertThat(rows)
        .extracting(row -> row.get("folder").textValue())
        .containsExactlyInAnyOrder("runs/first", "runs/no", "runs/altered");
    assertThat(rows).extracting(row -> row.get("task").textValue()).contains(problem);
  }

  // ---- first parameters ----

  private static float[] parameters(Path run, long iteration) {
    Path file = run.resolve("checkpoints/iteration-%08d.safetensors".formatted(iteration));
    try (Checkpoint checkpoint = Checkpoint.read(file)) {
      return ((FloatSlab) checkpoint.slabs().get("parameters")).toArray();
    }
  }

  @Test
  void aRunBeginsFromTheParametersOfAnother() throws IOException {
    Path other = TinyRun.whole(temp.resolve("other"), 3, "--hidden", "8");
    String from = other.toString();
    Path run = TinyRun.whole(temp.resolve("run"), 1, "--hidden", "8", "--init-from", from);
    assertThat(parameters(run, 0)).isEqualTo(parameters(other, 3));
    assertThat(parameters(run, 1)).isNotEqualTo(parameters(other, 3));
    String provenance = Files.readString(run.resolve("provenance.json"));
    assertThat(provenance).contains("\"initial\"", from, "iteration-00000003.safetensors");
    assertThat(Files.readString(other.resolve("provenance.json"))).doesNotContain("\"initial\"");

    // the same configuration, and so the same digest: it goes on without the other run
    Path killed = TinyRun.unfinished(run, temp.resolve("killed"));
    TinyRun.copy(other, temp.resolve("elsewhere"));
    done(TinyRun.in(TinyRun.resume(killed)));
    assertThat(CheckpointStore.of(killed).newest())
        .hasSameBinaryContentAs(CheckpointStore.of(run).newest());
  }

  @Test
  void parametersOfAnotherLayoutAreRefusedBeforeThereIsAFolder() {
    Path other = TinyRun.whole(temp.resolve("other"), 1, "--hidden", "8");
    Path run = temp.resolve("run");
    List<String> args = new ArrayList<>(TinyRun.begin(run, 1, "--hidden", "4"));
    args.addAll(List.of("--init-from", other.toString()));
    assertThat(TinyRun.in(args).complaint(1))
        .startsWith("stride: " + CheckpointStore.of(other).newest() + " has parameters=FloatSlab[")
        .contains(", required: those of the new run, FloatSlab[");
    assertThat(run).doesNotExist();
    assertThat(Outcome.of("train", "--resume", other.toString(), "--init-from", "x").complaint(2))
        .contains("got --init-from");
    args.set(args.size() - 1, temp.resolve("missing").toString());
    assertThat(TinyRun.in(args).complaint(1)).contains("missing does not exist");
  }

  @Test
  void whatWasToBeginFromAnotherRunDoesNotBeginFromNothing() throws IOException {
    Path other = TinyRun.whole(temp.resolve("other"), 1, "--hidden", "8");
    String from = other.toString();
    Path run = TinyRun.whole(temp.resolve("run"), 1, "--hidden", "8", "--init-from", from);
    for (Path file : CheckpointStore.of(run).all()) {
      Files.delete(file); // killed before the first
    }
    Files.delete(run.resolve("metrics.jsonl"));
    Files.delete(run.resolve("result.json"));
    assertThat(TinyRun.in(TinyRun.resume(run)).failure())
        .isEqualTo(
            "stride: "
                + run
                + " was to begin from "
                + from
                + ", and ended before it did: begin it anew");
  }

  @Test
  void theTimeOfAllSittingsIsSaid() throws IOException {
    Path run = TinyRun.whole(temp.resolve("run"), 3, "--hidden", "8");
    Outcome again = TinyRun.in(TinyRun.resume(run));
    assertThat(done(again).out())
        .containsPattern("seconds +\\d+\\.\\d, in all sittings \\d+\\.\\d");
  }
}
