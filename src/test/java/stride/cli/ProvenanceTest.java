package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import stride.files.JsonText;
import stride.mujoco.Mujoco;
import stride.train.Checkpoint;
import stride.train.CheckpointInfo;
import stride.train.CheckpointStore;

/** Does anything go on, or count as done, with another model or configuration than it is of? */
@Tag("processes")
class ProvenanceTest {
  private static final String MODEL = "inverted_pendulum.xml";
  private static final Path OTHER_MODEL =
      Path.of("src/test/resources/models/inverted_pendulum_gear1.xml").toAbsolutePath();
  private static final List<String> SIZES =
      List.of("--num-envs", "4", "--num-steps", "16", "--num-minibatches", "4", "--hidden", "8");

  @TempDir static Path once;
  private static Path assets; // with the model as it was fetched
  private static Path edited; // with another of the same name
  private static Path whole;

  @TempDir Path temp;

  @BeforeAll
  static void train() throws Exception {
    assets = Files.createDirectory(once.resolve("assets"));
    Files.copy(Mujoco.assets().resolve(MODEL), assets.resolve(MODEL));
    edited = Files.createDirectory(once.resolve("edited"));
    Files.copy(OTHER_MODEL, edited.resolve(MODEL));
    whole = once.resolve("whole");
    List<String> args = new ArrayList<>(List.of("train", "InvertedPendulum-v5"));
    args.addAll(SIZES);
    args.addAll(
        List.of(
            "--backend",
            "reference",
            "--update-epochs",
            "1",
            "--total-timesteps",
            "2560",
            "--warm-up",
            "0"));
    args.addAll(List.of("--threads", "1", "--run-dir", whole.toString()));
    Outcome outcome = stride(once, assets, args);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
  }

  /** In a process of its own, whose models lie where it is told. */
  private static Outcome stride(Path folder, Path models, List<String> args) throws Exception {
    List<String> flags = new ArrayList<>(StrideProcess.quickFlags());
    flags.add("-Dstride.assets=" + models);
    return Outcome.of(StrideProcess.builder(StrideProcess.command(flags, args), folder), folder);
  }

  private Outcome resume(Path run, Path models, String... more) throws Exception {
    List<String> args = new ArrayList<>(TinyRun.resume(run));
    args.addAll(List.of(more));
    return stride(temp, models, args);
  }

  private static void edit(Path run, String option, double value) throws IOException {
    Path file = run.resolve("config.json");
    ObjectNode config = JsonText.read(file, ObjectNode.class);
    config.put(option, value);
    Files.writeString(file, JsonText.file(config));
  }

  @Test
  void aRunGoesOnWithTheSameModelAndConfiguration() throws Exception {
    Path run = TinyRun.unfinished(whole, temp.resolve("run"));
    Outcome outcome = resume(run, assets);
    assertThat(outcome.exitCode()).as(outcome.err()).isZero();
    TinyRun.assertSameRun(run, whole);
  }

  @Test
  void anotherModelIsRefusedUntilForced() throws Exception {
    Path run = TinyRun.unfinished(whole, temp.resolve("run"));
    Map<String, byte[]> before = TinyRun.saved(run);
    assertThat(resume(run, edited).failure())
        .isEqualTo(
            "stride: %s was trained with another %s: --force goes on with what is here"
                .formatted(run, MODEL));
    TinyRun.assertUnchanged(run, before);
    Outcome forced = resume(run, edited, "--force");
    assertThat(forced.exitCode()).as(forced.err()).isZero();
    assertThat(forced.err())
        .contains("warning: " + run + " was trained with another " + MODEL + "\n");
    assertThat(Files.readString(run.resolve("provenance.json"))).contains("\"iteration\" : 20");
  }

  /** Or every later sitting would have to be forced too, whatever is changed by then. */
  @Test
  void whatWasForcedIsWhatTheRunIsOf() throws Exception {
    Path run = TinyRun.unfinished(whole, temp.resolve("run"));
    edit(run, "ent_coef", 0.25);
    assertThat(resume(run, edited, "--force").exitCode()).isZero();
    TinyRun.unfinished(run, temp.resolve("again"));
    Path again = temp.resolve("again");
    assertThat(resume(again, assets).failure()).contains(" was trained with another " + MODEL);
    assertThat(resume(again, edited).exitCode()).isZero();
  }

  @Test
  void anEditedConfigurationIsRefusedUntilForced() throws Exception {
    Path run = TinyRun.unfinished(whole, temp.resolve("run"));
    edit(run, "gamma", 0.39);
    assertThat(resume(run, assets).failure())
        .isEqualTo(
            "stride: %s was trained with gamma=0.99, and its config.json says gamma=0.39: --force"
                    .formatted(run)
                + " goes on with what is here");
    assertThat(resume(run, assets, "--force").exitCode()).isZero();
  }

  @Test
  void aFinishedRunHasNothingToGoOnWith() throws Exception {
    Path run = TinyRun.copy(whole, temp.resolve("run"));
    edit(run, "gamma", 0.39);
    assertThat(resume(run, edited).exitCode()).isZero();
  }

  @Test
  void aRunOfBeforeIsRefusedUntilForced() throws Exception {
    Path run = TinyRun.unfinished(whole, temp.resolve("run"));
    forgetProvenance(run);
    assertThat(resume(run, assets).failure())
        .isEqualTo(
            "stride: %s does not say what it was trained with: --force goes on with what is here"
                .formatted(run));
    Outcome forced = resume(run, assets, "--force");
    assertThat(forced.exitCode()).as(forced.err()).isZero();
    TinyRun.assertSameRun(run, whole);
  }

  /** Leaves what a Stride wrote that did not record anything yet. */
  private static void forgetProvenance(Path run) throws IOException {
    Files.deleteIfExists(run.resolve("provenance.json"));
    for (Path file : CheckpointStore.of(run).all()) {
      try (Checkpoint checkpoint = Checkpoint.read(file)) {
        CheckpointInfo info = checkpoint.info();
        var old =
            new CheckpointInfo(
                info.algo(),
                info.task(),
                info.seed(),
                info.iteration(),
                info.envSteps(),
                info.bestReturn(),
                info.bestIteration(),
                null,
                null,
                info.journal());
        Checkpoint.write(file, old, checkpoint.slabs());
      }
    }
  }

  @Test
  void evaluationWarnsOfAnotherModel() throws Exception {
    List<String> eval = List.of("eval", whole.toString(), "--episodes", "4", "--json");
    Outcome same = stride(temp, assets, eval);
    assertThat(same.err()).isEmpty();
    Outcome other = stride(temp, edited, eval);
    assertThat(other.err())
        .isEqualTo(
            "warning: %s was trained with another %s: these returns are of what is here\n"
                .formatted(whole, MODEL));
    assertThat(other.json().get("return_mean")).isNotEqualTo(same.json().get("return_mean"));
  }

  /** A policy that is played otherwise than it was trained is another policy. */
  @Test
  void nothingIsPlayedOrExportedByAnEditedConfiguration() throws Exception {
    Path run = TinyRun.copy(whole, temp.resolve("run"));
    edit(run, "gamma", 0.39);
    String complaint =
        "stride: %s was trained with gamma=0.99, and its config.json says gamma=0.39: --force"
            .formatted(run);
    List<String> eval = List.of("eval", run.toString(), "--episodes", "4");
    assertThat(stride(temp, assets, eval).complaint(1))
        .isEqualTo(complaint + " goes on with what is here");
    Path onnx = temp.resolve("policy.onnx");
    List<String> export = List.of("export", run.toString(), "--onnx", onnx.toString());
    assertThat(stride(temp, assets, export).complaint(1))
        .isEqualTo(complaint + " goes on with what is here");
    assertThat(onnx).doesNotExist();
    for (List<String> refused : List.of(eval, export)) {
      List<String> forced = new ArrayList<>(refused);
      forced.add("--force");
      assertThat(stride(temp, assets, forced).exitCode()).isZero();
    }
  }

  @Test
  void forceGoesWithResume() throws Exception {
    Outcome outcome = Outcome.of("train", "CartPole-v1", "--force");
    assertThat(outcome.complaint(2)).isEqualTo("stride: --force goes with --resume");
  }

  /** Trainings are found again by a key, which an edited model must change. */
  @Test
  @Tag("long")
  void anotherModelIsTrainedAnew() throws Exception {
    Path home = Files.createDirectory(temp.resolve("models"));
    Files.copy(assets.resolve(MODEL), home.resolve(MODEL));
    JsonNode before = verify(home);
    assertThat(verify(home).get("evaluation")).isEqualTo(before.get("evaluation"));
    Files.copy(OTHER_MODEL, home.resolve(MODEL), StandardCopyOption.REPLACE_EXISTING);
    JsonNode after = verify(home);
    assertThat(after.get("reference_key")).isNotEqualTo(before.get("reference_key"));
    assertThat(after.at("/evaluation/reference/mean").doubleValue())
        .isNotEqualTo(before.at("/evaluation/reference/mean").doubleValue());
  }

  private JsonNode verify(Path models) throws Exception {
    List<String> args = new ArrayList<>(List.of("verify", "InvertedPendulum-v5", "--json"));
    args.addAll(List.of("--reference", "gamma=0.99", "--candidate", "gamma=0.98", "--seeds", "1"));
    args.addAll(SIZES);
    args.addAll(
        List.of("--backend", "reference", "--update-epochs", "1", "--total-timesteps", "2560"));
    args.addAll(List.of("--warm-up", "0", "--trials", temp.resolve("trials").toString()));
    return stride(temp, models, args).jsonWhateverTheExitCode();
  }
}
