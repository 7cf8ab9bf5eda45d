package stride.cli;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.files.JsonObject;
import stride.lab.bench.BenchPlan;
import stride.lab.process.Origin;
import stride.lab.report.RunData;
import stride.lab.trials.TrialResult;
import stride.results.Machine;
import stride.results.ResultsFolder;
import stride.train.ConfigFile;
import stride.train.RunFolder;

/**
 * Damage that was taken for a whole file once, or ended in something other than a line about it.
 */
class DamagedFilesTest {
  private static final Map<String, Consumer<Path>> READERS =
      Map.of(
          "machine", Machine::read,
          "plan", file -> JsonObject.of(file, ResultsFolder.SCHEMA_VERSION).as(BenchPlan.class),
          "result", file -> RunFolder.readResult(file.getParent()),
          "trial",
              file ->
                  Origin.completed(JsonObject.of(file, TrialResult.SCHEMA_VERSION))
                      .as(TrialResult.class),
          "config", ConfigFile::read);

  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          machine | machine-damaged.json      | jvm_flags[18]: required: text
          plan    | plan-damaged.json         | benchmarks[0]: required: text
          result  | result-damaged.json       | stages: required: an array
          trial   | trial-damaged.json        | return_mean_last_100: required: a number
          config  | config_with_infinity.json | max_grad_norm="Infinity", required: number
          """)
  void isRefusedInALineThatSaysWhere(String kind, String name, String complaint)
      throws IOException, URISyntaxException {
    Path original = Path.of(JsonObject.class.getResource("/stride/files/" + name).toURI());
    Path file = Files.copy(original, temp.resolve(kind + ".json"));
    assertThatThrownBy(() -> READERS.get(kind).accept(file)).hasMessage(file + ": " + complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          result  | {"schema_version": 1} | task is missing
          machine | {"schema_version": 1} | cpu is missing
          plan    | {"schema_version": 1} | quick is missing
          trial   | {"schema_version": 1} | key is missing
          """)
  void aVersionAloneIsNoFile(String kind, String text, String complaint) throws IOException {
    Path file = Files.writeString(temp.resolve(kind + ".json"), text);
    assertThatThrownBy(() -> READERS.get(kind).accept(file)).hasMessage(file + ": " + complaint);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "commit":"309152d0000000000000000000000000000000aa" | "commit":"309"  | commit=309
          "code":"abababababababababababababababababababababababababababababababab" | "code":"../../escaped" | code=../../escaped
          "turns":"2026-11-28T22:00:00Z"                      | "turns":"today" | turns=today
          """)
  void whatIsCutIntoPartsIsCheckedFirst(String from, String to, String complaint)
      throws IOException, URISyntaxException {
    Path original =
        Path.of(JsonObject.class.getResource("/stride/files/trial-damaged.json").toURI());
    String text = Files.readString(original).replace("\"../../../escaped\"", "20.5");
    Path file = Files.writeString(temp.resolve("trial.json"), text);
    READERS.get("trial").accept(file);
    Files.writeString(file, text.replace(from, to));
    assertThatThrownBy(() -> READERS.get("trial").accept(file))
        .hasMessageStartingWith(file + ": ")
        .hasMessageContaining(complaint + ", required: ");
  }

  @Test
  void aLineOfMetricsThatIsNull() throws IOException {
    Files.writeString(
        temp.resolve("config.json"), "{\"schema_version\": 1, \"task\": \"x\", \"seed\": 1}");
    Path metrics = temp.resolve("metrics.jsonl");
    Files.writeString(metrics, "null\n");
    assertThatThrownBy(() -> RunData.read(temp, "run"))
        .hasMessage(metrics + ": line 1: not a JSON object");
  }
}
