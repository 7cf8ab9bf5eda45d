package stride.algo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import stride.env.Task;
import stride.env.Tasks;

class PresetsTest {
  private static final Task TASK = Tasks.of("CartPole-v1");
  private static final Algorithm<?> FAKE = new FakeAlgorithm();

  @Test
  void filesForSomeTasksComeOnTopInTheOrderOfTheRecord() {
    assertThat(Presets.json(FAKE, "whole", Tasks.of("Hopper-v5")).toString())
        .isEqualTo("{\"gamma\":0.9,\"buffer_size\":8}");
    assertThat(Presets.json(FAKE, "whole", TASK).toString())
        .isEqualTo("{\"gamma\":0.5,\"buffer_size\":100000}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cut      | damaged preset /presets/fake/cut.json: line 2, column 1:
          mistyped | damaged preset /presets/fake/mistyped.json: buffer_size="many", required: integer
          misspelt | damaged preset /presets/fake/misspelt.json: unknown option gama, did you mean gamma?
          lacking  | damaged preset /presets/fake/lacking.json: buffer_size is missing
          absent   | damaged preset /presets/fake/absent.json: gamma is missing
          nothing  | preset=nothing, required: one of [whole, cut, mistyped, misspelt, lacking, absent]
          """)
  void damagedOnesAreRefusedInOneLineThatNamesTheFile(String preset, String complaint) {
    assertThatThrownBy(() -> Presets.json(FAKE, preset, TASK))
        .isInstanceOf(IllegalArgumentException.class) // bad usage: exit code 2
        .hasMessageStartingWith(complaint)
        .message()
        .isNotNull()
        .doesNotContain("\n");
  }
}
