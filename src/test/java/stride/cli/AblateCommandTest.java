package stride.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import stride.files.JsonText;

@Tag("processes")
class AblateCommandTest {
  @TempDir static Path trials; // of all tests, so that what one has trained the next one finds
  @TempDir Path temp;
  private Path out;

  @BeforeEach
  void choose() {
    out = temp.resolve("out");
  }

  /** Of trainings that take milliseconds an iteration. */
  private Outcome ablate(String... more) {
    return ablateOver("2", more);
  }

  private Outcome ablateOver(String seeds, String... more) {
    List<String> args = new ArrayList<>(List.of("ablate", "CartPole-v1", "--seeds", seeds));
    args.addAll(List.of("--trials", trials.toString(), "--out", out.toString()));
    args.addAll(List.of("--backend", "reference", "--num-envs", "2", "--num-steps", "16"));
    args.addAll(List.of("--num-minibatches", "1", "--update-epochs", "1", "--hidden", "8"));
    args.addAll(List.of("--total-timesteps", "1600"));
    args.addAll(List.of(more));
    return TinyRun.in(args);
  }

  @Test
  void comparesEachChangeWithTheBase() throws IOException {
    String[] changes = {
      "--change", "orthogonal_init=false", "--change", "hidden=8,8,gamma=0.9,angle_cost_weight=0.5"
    };
    Outcome outcome = ablate(changes[0], changes[1], changes[2], changes[3], "--json");
    JsonNode json = outcome.json();
    ObjectNode found = JsonText.readObject(out.resolve("ablation.json"));
    assertThat(json).isEqualTo(found.put("path", out.toString()));
    assertThat(outcome.err()).contains("6 of 6: ");
    JsonNode result = json.get("result");
    assertThat(result.at("/base/returns")).hasSize(2);
    JsonNode rows = result.get("rows");
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("options").toString()).isEqualTo("{\"orthogonal_init\":false}");
    assertThat(rows.get(1).get("options").toString())
        .isEqualTo("{\"angle_cost_weight\":0.5,\"gamma\":0.9,\"hidden\":[8,8]}");
    for (JsonNode row : rows) {
      double difference =
          row.get("return_mean").doubleValue() - result.at("/base/return_mean").doubleValue();
      assertThat(row.get("difference").doubleValue()).isEqualTo(difference);
      assertThat(row.at("/difference_ci95/low").doubleValue()).isLessThan(difference);
      assertThat(row.get("verdict").textValue()).isIn("better", "worse", "not_shown");
      assertThat(row.get("p_holm").doubleValue())
          .isGreaterThanOrEqualTo(row.get("p").doubleValue());
    }
    assertThat(Files.readString(out.resolve("ablation.md")))
        .startsWith("# CartPole-v1: the base and 2 changes of it, each alone, over seeds 1 to 2")
        .contains(
            "| orthogonal_init=false ",
            "| angle_cost_weight=0.5,gamma=0.9,hidden=8,8 ",
            "Holm's correction");
    // nothing is trained again, and nothing changes
    Map<String, byte[]> before = TinyRun.saved(out);
    Outcome again = ablate(changes);
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).doesNotContain(" of 6: ");
    assertThat(again.out()).contains("probability of improvement", "orthogonal_init=false");
    TinyRun.assertUnchanged(out, before);
    // and another ablation does not go over it
    assertThat(ablate("--change", "gamma=0.5").complaint(1))
        .isEqualTo(
            "stride: %s holds another ablation, which differs in changes: give another --out"
                .formatted(out));
    TinyRun.assertUnchanged(out, before);
  }

  @ParameterizedTest
  @CsvSource({"ablate, ablations", "'sweep --space=some.json', sweeps"})
  void eachAlgorithmHasAFolderOfItsOwn(String words, String kind) {
    List<String> args = new ArrayList<>(List.of(words.split(" ")));
    args.addAll(List.of("CartPole-v1", "--algo", "qtable"));
    var command =
        (StudyCommand)
            Stride.commandLine()
                .parseArgs(args.toArray(String[]::new))
                .subcommand()
                .commandSpec()
                .userObject();
    assertThat(command.folder(kind)).isEqualTo(Path.of("runs", kind, "CartPole-v1__qtable"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--change=gamma | --change=gamma, required: OPTION=VALUE",
        "--change=gama=1 | unknown option gama, did you mean gamma?",
        "--change=gamma=2 | gamma=2.0, required: in [0, 1]",
        "--change=gamma=0.99 | gamma=0.99 is the base, or a change that was given before",
        "--change=gamma=0.9 --change=gamma=0.90 | gamma=0.9 is the base, or a change that was given",
        "--jobs=0 | --jobs=0, required: ",
      })
  void refusesWhatIsImpossible(String options, String complaint) {
    assertThat(ablate(options.split(" ")).complaint(2)).startsWith("stride: " + complaint);
    assertThat(out).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"1", "7..7", "auto"})
  void anIntervalTakesTwoSeeds(String seeds) {
    assertThat(ablateOver(seeds).complaint(2))
        .startsWith("stride: --seeds=")
        .contains(", required: 2 or more");
    assertThat(out).doesNotExist();
  }
}
